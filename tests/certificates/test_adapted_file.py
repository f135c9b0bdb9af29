"""A certificate of an agency that has made its design its own: issued with the edition in force, judged by other tools."""

import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import issue, worker
from lms.certificates import adapting, designs, issuing, logos
from lms.certificates.adapting import Adaptation
from lms.certificates.models import Certificate
from lms.certificates.page_text import page_text
from lms.platform import Platform
from tests.cast import Cast
from tests.certificates.test_adapting import OWN, PAPER, picture
from tests.certificates.test_editions import proposed, publish


@pytest.fixture
def platform(app: Flask, fonts_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setattr(issue, "FONTS", fonts_dir)
    found: Platform = app.extensions["platform"]
    return found


def test_a_certificate_is_made_with_the_edition_in_force_and_stays_so(
    platform: Platform, session: Session, cast: Cast, tmp_path: Path
) -> None:
    name = logos.keep(platform.files, picture(800, 900), paper=PAPER)
    certificate = proposed(session, cast)
    given = Adaptation.from_json(OWN.to_json() | {"logo": name})
    edition = publish(session, cast, cast.jakarta, given)
    session.commit()

    worker.issue_certificate(platform, certificate.id)

    with platform.database.reader() as looking:
        issued = looking.get_one(Certificate, certificate.id)
    assert issued.state == "issued"
    assert (issued.edition_id, issuing.from_json(issued.facts).edition) == (edition.id, 1)
    design = adapting.adapted(designs.shipped()["kompetensi"], given, logos.load(platform.files, name))
    assert issued.design_hash == design.hash
    assert issued.file_key is not None
    pdf = platform.files.get(issued.file_key)
    assert len(pdf) <= 60_000
    with pikepdf.open(BytesIO(pdf)) as opened:
        text = page_text(opened.pages[0])
    for said in (OWN.title, OWN.basis, "Plt. Kepala BPSDM", OWN.signatory_name):
        assert said in text
    (tmp_path / "x.pdf").write_bytes(pdf)
    for command, wanted in ((("qpdf", "--check"), "No syntax or stream encoding errors found"),
                            (("pdfsig", "-nocert"), "Signature is Valid.")):  # fmt: skip
        done = subprocess.run([*command, tmp_path / "x.pdf"], capture_output=True, text=True, check=True)
        assert wanted in done.stdout

    publish(session, cast, cast.jakarta, Adaptation())
    session.commit()
    worker.issue_certificate(platform, certificate.id)
    assert platform.files.get(issued.file_key) == pdf
