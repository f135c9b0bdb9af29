"""The form of a regrade: a remedy, a key where it needs one, and a reason."""

from typing import Any, cast

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select

from lms.exams.corrections import Correction, Remedy
from lms.exams.marking.models import Work
from lms.exams.regrading import regrades, remedies
from lms.exams.regrading.models import Regrade
from lms.exams.regrading.remedies import SameKey
from lms.questions.content import BadQuestion, share_of
from lms.questions.kinds.numbers import number_in
from lms.questions.models import QuestionVersion
from lms.questions.reader import written
from lms.reports.regrades import turned
from lms.web.presentation import whole
from lms.web.request import db

#: What the form sends where the correction that holds is to be taken back.
RESTORE = "asal"
#: What it sends where others are to mark again: one answer, or those that are named; and all answers to the question.
ONE, ALL = "nilai-lagi", "nilai-lagi-semua"
MOST_ANSWERS = 50


def has_moved(regrade: Regrade) -> bool:
    """Bring a draft up to date. Whether it now makes others pass or fail than those who look at it were shown, or nobody knows
    yet, since the job is still at it."""
    shown = turned(db(), regrade.id)
    return not regrades.refresh(db(), regrade) or turned(db(), regrade.id) != shown


class RegradeForm:
    """What was typed, what is wrong with it (field → message), and what it comes to.

    attempts: whose answers are marked again, by key; None for all.
    """

    def __init__(self, version: QuestionVersion, exam_id: int, before: Correction | None = None) -> None:
        self.version, self.exam_id, self.before = version, exam_id, before
        self.offered = remedies.offered(version.kind)
        self.can_restore = before is not None and not before.restores
        self.way = request.form.get("cara", request.args.get("cara", ""))
        self.remedy = cast(Remedy, "key" if self.way == RESTORE else self.way)
        self.reason = request.form.get("alasan", "").replace("\r\n", "\n").strip()
        self.chosen = request.form.getlist("kunci")
        self.text = request.form.get("kunci_teks", "").strip()
        self.answers = request.form.get("jawaban", "").strip()
        self.attempts: tuple[int, ...] | None = None
        self.errors: dict[str, str] = {}
        self.contents: tuple[Any, ...] = ()

    @property
    def marks_again(self) -> bool:
        """Whether people are to mark answers again."""
        return self.way in (ONE, ALL) and "rubric" in self.version.content

    def refuse_marking(self) -> None:
        """Say that none of the answers can be marked again."""
        self.errors["cara"] = _(
            "Tidak ada jawaban yang dapat dinilai lagi: belum bernilai, belum ada hasilnya, sedang dinilai lagi, atau soalnya dianulir."
        )

    @property
    def right(self) -> frozenset[str]:
        """The values of the key's inputs that are right by what holds now."""
        content = self.version.content
        holding = self.before.contents_for(content) if self.before else (content,)
        if self.version.kind == "true_false":
            return frozenset(str(one["answer"]).lower() for one in holding)
        return frozenset(
            str(place) for one in holding for place, row in enumerate(one.get("options", ())) if share_of(row) > 0
        )

    def validate(self) -> bool:
        """Whether it can be drafted."""
        if self.way == RESTORE and self.can_restore:
            self.contents = ()
        elif self.marks_again:
            self._read_answers()
        elif self.way not in self.offered:
            self.errors["cara"] = _("Pilih cara penilaian ulang.")
        elif self.remedy in ("key", "accept"):
            self._read_key()
        if not self.reason or len(self.reason) > regrades.LONGEST_REASON:
            self.errors["alasan"] = _(
                "Isi alasan, paling banyak %(n)s huruf. Peserta membacanya.", n=whole(regrades.LONGEST_REASON)
            )
        return not self.errors

    def _read_answers(self) -> None:
        codes = self.answers.lower().replace(",", " ").split()
        if self.way == ALL or not codes:
            return
        of_question = (Work.exam_id == self.exam_id, Work.version_id == self.version.id)
        rows = select(Work.code, Work.attempt_id).where(*of_question, Work.code.in_(codes[: MOST_ANSWERS + 1]))
        found: dict[str, int] = {row.code: row.attempt_id for row in db().execute(rows)}
        strange = [code for code in codes if code not in found]
        if len(codes) > MOST_ANSWERS:
            self.errors["jawaban"] = _("Isi paling banyak %(n)s nomor jawaban.", n=MOST_ANSWERS)
        elif strange:
            self.errors["jawaban"] = _(
                "Tidak ada jawaban soal ini dengan nomor %(codes)s. Periksa nomornya.",
                codes=", ".join(code[:20] for code in strange),
            )
        self.attempts = tuple(found.values())

    def _read_key(self) -> None:
        try:
            self.contents = remedies.contents(
                self.remedy, self.version.kind, self.version.content, self._key(), self.before
            )
        except SameKey:
            self.errors["kunci"] = _("Kunci itu sudah berlaku. Pilih kunci yang lain.")
        except BadQuestion:
            self.errors["kunci"] = _("Kunci itu tidak cocok dengan soalnya. Periksa pilihan atau angkanya.")

    def _key(self) -> Any:
        match self.version.kind:
            case "single_choice":
                return self.chosen[0] if self.chosen else ""
            case "multiple_choice":
                return self.chosen
            case "true_false":
                return {"true": True, "false": False}.get(self.chosen[0] if self.chosen else "", "")
            case "numeric":
                number = number_in(self.text)
                return "" if number is None else written(number)
        return self.text
