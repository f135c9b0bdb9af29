"""Sentences with a number, in the form that the number asks for."""

from flask_babel import get_domain

from lms.web.presentation import whole


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """As Flask-Babel's, with %(num)s in the thousands of the language: 5.000, in English 5,000; its own writes 5000."""
    said: str = get_domain().get_translations().ungettext(one, many, number)
    return said % (values | {"num": whole(number)})
