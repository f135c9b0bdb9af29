"""What is said of an answer that a form without scripts brought: kept as it was typed, it may still be none that counts.

A page with scripts says the same beside the input, while it is typed.
"""

from typing import Any

from flask_babel import gettext as _

from lms.questions.content import Presented
from lms.questions.kinds.numbers import parts_in
from lms.web.plurals import ngettext


def of_answer(number: int, presented: Presented, answer: Any) -> str:
    """What whoever gave the answer should know before going on; empty where there is nothing. number: of the question."""
    if not isinstance(answer, str):
        return ""
    if presented.kind == "numeric" and parts_in(answer, (presented.unit, *presented.units)) is None:
        return _(
            "Soal %(n)s: isinya disimpan, tetapi belum terbaca sebagai angka. Tanpa angka tidak ada nilainya. Tulis misalnya 12,5",
            n=number,
        )
    words = len(answer.split())
    if presented.kind == "essay" and words < presented.least_words:
        return ngettext(
            "Soal %(number)s: jawabannya disimpan, tetapi baru %(num)s kata. Yang diminta paling sedikit %(least)s.",
            "Soal %(number)s: jawabannya disimpan, tetapi baru %(num)s kata. Yang diminta paling sedikit %(least)s.",
            words,
            number=number,
            least=presented.least_words,
        )
    return ""
