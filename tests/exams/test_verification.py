"""An archive is checked by the rule of its time: exactly, or by marks that were rounded to four places first."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.db import canonical_json
from lms.exams import archive, verification
from lms.exams.models import Blueprint, Result, Sitting
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.sitting import sit

#: Two points are asked of a question that counts six.
PLAN = {
    "pass_total_points": 2,
    "sections": [
        {"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": 1, "pass": None, "scoring": {"right": 6}}
    ],
}
ONE_OF_THREE = {"0": "2", "1": "0", "2": "0"}


def test_a_third_of_six_passes_at_two_points_and_an_archive_of_before_is_checked_as_it_was_made(
    session: Session, cast: Cast
) -> None:
    """⅓ × 6 = 2. Rounded first it was 0.3333 × 6 = 1.9998, which failed."""
    factory.build(session, cast, content=PLAN, bank_of=("matching",))
    session.execute(update(Blueprint).values(hash=hashlib.sha256(canonical_json(PLAN).encode()).hexdigest()))
    session.commit()
    sit(session, cast.learner, {"matching": ONE_OF_THREE})
    result = session.scalars(select(Result)).one()
    assert (result.score, result.passed) == (Decimal(2), True)

    made = archive.make(session, session.scalars(select(Sitting)).one(), now=START + timedelta(hours=1))

    assert verification.verify(made.data).discrepancies == ()
    with zipfile.ZipFile(io.BytesIO(made.data)) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    manifest = json.loads(files["manifest.json"]) | {"format": 2}
    before = verification.verify(archive.pack({**files, "manifest.json": canonical_json(manifest).encode()}))
    said = {one.what: (str(one.stated), str(one.found)) for one in before.discrepancies}
    assert said["passed"] == ("True", "False")
    assert said["score"] == ("2.00", "1.99")
