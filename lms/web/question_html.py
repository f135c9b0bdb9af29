"""The HTML of unanswered questions, for the script of the exam screen, which shows one of them at a time.

It is made once for each version of a question and language. Options stand in an order of each candidate's own, of which four
have 24: they are kept apart and put together anew.
"""

import secrets
from collections import OrderedDict
from dataclasses import replace

from flask import render_template
from markupsafe import Markup

from lms.exams.papers import Item
from lms.exams.sheets import Sheet
from lms.questions.content import LETTERS, Presented
from lms.web.presentation import language
from lms.web.sitting import given

#: About 1.5 KB each.
_KEPT = 8_192
#: (hash of the question's version, language, whether certainty is asked, order of what is not put together) → HTML in pieces,
#: last used last.
_made: OrderedDict[tuple[str, str, bool, tuple[int, ...]], list[str]] = OrderedDict()
_CHOICES = {"single_choice", "multiple_choice", "situational"}
#: Around each option, and in place of its letter, while they are kept apart: nothing that an author could write.
_EDGE, _LETTER = Markup(f"<!--{secrets.token_hex()}-->"), secrets.token_hex()  # noqa: S704


def unanswered(sheet: Sheet, number: int) -> str:
    """Question `number` of an attempt with empty inputs."""
    item = sheet.items[number - 1]
    if item.kind == "file":  # leads to the attempt's own file
        return _render(sheet, number, item.present(), named=number)
    key = (item.hash, language(), sheet.asks_certainty, () if item.kind in _CHOICES else tuple(item.order))
    pieces = _made.pop(key, None) or _pieces(sheet, number)
    _made[key] = pieces
    while len(_made) > _KEPT:
        _made.popitem(last=False)
    return _joined(pieces, item)


def _pieces(sheet: Sheet, number: int) -> list[str]:
    """Of a choice what stands before the options, each option in the author's order, and what stands behind; else all in one."""
    item = sheet.items[number - 1]
    presented = item.present()
    if item.kind in _CHOICES:
        presented = replace(item, order=[]).present()
        presented = replace(presented, options=tuple(replace(one, letter=_LETTER) for one in presented.options))
    return _render(sheet, number, presented, named=0).split(_EDGE)  # its ids begin alike wherever it stands


def _joined(pieces: list[str], item: Item) -> str:
    if len(pieces) == 1:
        return pieces[0]
    head, *options, tail = pieces
    order = item.order or range(len(options))
    shown = (options[place].replace(_LETTER, LETTERS[n]) for n, place in enumerate(order))
    return "".join((head, *shown, tail))


def _render(sheet: Sheet, number: int, presented: Presented, *, named: int) -> str:
    values = {"sheet": sheet, "presented": presented, "number": named, "given": given(sheet, number, None)}
    return render_template("attempts/_question.html", edge=_EDGE, **values)
