"""An installation with three certificates that were really issued, for attackers to work on."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from sqlalchemy import select

from lms import clock, issue
from lms.app import create_app
from lms.certificates import awarding, issuing
from lms.certificates.checkpoints import LogFolder
from lms.certificates.credential import Issuer
from lms.certificates.facts import CertificateFacts
from lms.certificates.models import Certificate, Revocation
from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.pki import Pki
from lms.config import Settings
from lms.exams.models import Result
from lms.people.employment import employment_on
from lms.platform import Platform
from tests.cast import START, Cast
from tests.certificates import register
from tests.certificates.conftest import sandbox_server


@dataclass(frozen=True)
class Issued:
    """A certificate as it came from the worker."""

    code: str
    pdf: bytes
    facts: CertificateFacts


@dataclass(frozen=True)
class World:
    """mine is in force, other belongs to a colleague, revoked was taken back. The attacker has all files, and what its name says."""

    app: Flask
    folder: Path
    mine: Issued
    other: Issued
    revoked: Issued
    pki: Pki
    issuer: Issuer
    log: LogFolder

    @property
    def platform(self) -> Platform:
        """The installation."""
        found: Platform = self.app.extensions["platform"]
        return found


@contextmanager
def world(template: tuple[Path, Cast], fonts_dir: Path) -> Iterator[World]:
    """The installation, with its sandbox at work, on a clock that stands."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(clock, "now", lambda: START)
        patch.setattr(issue, "FONTS", fonts_dir)
        shutil.copy(template[0], folder / "teruji.db")
        made_before(folder / "pki")
        app = create_app(_settings(folder))
        app.config["WTF_CSRF_ENABLED"] = False
        platform: Platform = app.extensions["platform"]
        issue.issue(platform, _proposed(platform, template[1]))
        mine, other, revoked = _issued(platform)
        pki = pki_files.ensure(platform.settings.pki_folder, now=START)
        made = World(
            app, folder, mine, other, revoked, pki, issue.issuer_of(platform), LogFolder(platform.settings.log_folder)
        )
        stack.enter_context(sandbox_server(pki, platform.settings.sandbox_socket))
        yield made
        platform.database.engine.dispose()


def made_before(folder: Path) -> Pki:
    """A PKI that is a year old, so that there may be signers who have expired since; its lists are of yesterday."""
    pki = pki_files.ensure(folder, now=START - timedelta(days=365))
    pki_files.refresh_crl(folder, START - timedelta(days=1))
    return pki


def _settings(folder: Path) -> Settings:
    return Settings(
        mode="test",
        var=folder,
        database_url=f"sqlite:///{folder / 'teruji.db'}",
        public_url="http://localhost",
        secret_key="kunci untuk uji, tidak untuk apa pun lainnya",
    )


def _proposed(platform: Platform, cast: Cast) -> list[int]:
    """Three certificates: of the learner, a colleague and their manager."""
    with platform.database.transaction() as session:
        first = register.passed(session, cast)
        columns = {column.key: getattr(first, column.key) for column in Result.__table__.columns if column.key != "id"}
        results = [first, *(Result(**columns | {"number": number}) for number in (2, 3))]
        session.add_all(results)
        session.flush()
        holders = (cast.learner, cast.colleague, cast.manager)
        proposed = [
            awarding.propose(
                session,
                result,
                holder=employment_on(session, holder.employee_id, date(2026, 11, 23)),
                learning_hours=4,
                check_page="http://localhost/cek",
                on=date(2026, 11, 23),
                now=START,
            )
            for result, holder in zip(results, holders, strict=True)
        ]
        return [one.id for one in proposed if one]


def _issued(platform: Platform) -> list[Issued]:
    """What was issued; the last is taken back."""
    with platform.database.transaction() as session:
        rows = session.scalars(select(Certificate).order_by(Certificate.id)).all()
        session.add(Revocation(certificate_id=rows[-1].id, kind="revoked", at=START, reason="Uji"))
        return [Issued(row.code, platform.files.get(row.file_key or ""), issuing.from_json(row.facts)) for row in rows]
