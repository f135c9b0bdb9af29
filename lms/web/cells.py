"""The cells of the number grid: forty to a hundred on a page of an exam, which a template takes ten times as long to write."""

from collections.abc import Iterable
from functools import cache

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from lms.exams.sheets import Cell
from lms.web.presentation import icon, language


def cells(some: Iterable[Cell], code: str, back: str = "") -> Markup:
    """Links to questions of an attempt, each with how it stands. back: where a question then leads back to."""
    base, ending = url_for("attempts.go_on", code=code), f"?kembali={back}" if back else ""
    question, names = _words(language())
    flag = icon("flag")
    made = []
    for one in some:
        said = f"{question % {'n': one.number}}, {names[one.look]}"
        here = ' aria-current="true"' if one.is_here else ""
        link = f'<a class="q {one.look}" href="{base}/{one.number}{ending}" data-n="{one.number}" aria-label="{said}"{here}>'
        made.append(f"{link}{one.number}{flag}</a>\n")
    return Markup("".join(made))  # noqa: S704 - numbers, and words of ours


@cache
def _words(_spoken: str) -> tuple[str, dict[str, str]]:
    """In the language of this request, which is `spoken`: a question by its number, and what a cell's look means."""
    return _("Soal %(n)s"), {
        "done": _("dijawab"),
        "unsure done": _("dijawab, ragu-ragu"),
        "unsure": _("kosong, ragu-ragu"),
        "blank": _("kosong"),
        "new": _("belum dibuka"),
    }
