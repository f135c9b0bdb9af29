"""The HTML of unanswered questions, for the script of the exam screen, which shows one of them at a time.

All candidates whose options stand in the same order get the same HTML: it is made once for each order and language.
"""

from collections import OrderedDict

from flask import render_template

from lms.exams.sheets import Sheet
from lms.web.presentation import language
from lms.web.sitting import given

#: About 1.5 KB each: four options stand in 24 orders, so that this holds some 300 questions in two languages.
_KEPT = 16_384
#: (hash of the question's version, order of its options, language, whether certainty is asked) → HTML, last used last.
_made: OrderedDict[tuple[str, tuple[int, ...], str, bool], str] = OrderedDict()


def unanswered(sheet: Sheet, number: int) -> str:
    """Question `number` of an attempt with empty inputs."""
    item = sheet.items[number - 1]
    if item.kind == "file":  # leads to the attempt's own file
        return _render(sheet, number, named=number)
    key = (item.hash, tuple(item.order), language(), sheet.asks_certainty)
    html = _made.pop(key, None) or _render(sheet, number, named=0)  # its ids begin alike wherever it stands
    _made[key] = html
    while len(_made) > _KEPT:
        _made.popitem(last=False)
    return html


def _render(sheet: Sheet, number: int, *, named: int) -> str:
    presented = sheet.items[number - 1].present()
    values = {"sheet": sheet, "presented": presented, "number": named, "given": given(sheet, number, None)}
    return render_template("attempts/_question.html", **values)
