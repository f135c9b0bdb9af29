"""Where the signer fails: what is kept, when it is tried again, and what waits for people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import cli, issue, worker
from lms.certificates import stops
from lms.certificates.facts import SignatureKind
from lms.certificates.refusals import Refusal, Why
from lms.certificates.signing import Signer
from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.errors import NotAuthorised, Rejected, SigningFailed, Unreachable
from lms.certificates.signing.key_file import KeyFileSigner
from lms.config import SignerSettings
from lms.platform import Platform
from tests.cast import START
from tests.certificates.test_bulk import all_is_issued_once, register
from tests.conftest import Clock


class Failing:
    """The local signer, but with a fault at its n-th signature."""

    kind: SignatureKind = "test"
    batch = 100

    def __init__(self, real: Signer, faults: dict[int, SigningFailed]) -> None:
        self._real, self._faults, self.calls = real, faults, 0

    def sign(self, pdf: bytes, *, reason: str, location: str, now: datetime) -> bytes:
        self.calls += 1
        if self.calls in self._faults:
            raise self._faults[self.calls]
        return self._real.sign(pdf, reason=reason, location=location, now=now)


@pytest.fixture
def failing(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[int, SigningFailed]], Failing]:
    def made(faults: dict[int, SigningFailed]) -> Failing:
        pki = pki_files.ensure(platform.settings.pki_folder, now=START)
        signer = Failing(KeyFileSigner.of_local_pki(pki), faults)
        monkeypatch.setattr(issue, "signer_of", lambda _: signer)
        return signer

    return made


def stop_in(platform: Platform) -> stops.SigningStop | None:
    with platform.database.reader() as session:
        return stops.standing(session)


def test_what_a_later_try_may_mend_is_tried_after_30_seconds_then_twice_as_long(session: Session) -> None:
    waits = []
    for _ in range(7):
        stops.note(session, Unreachable("diam"), now=START)
        stop = stops.standing(session)
        assert stop is not None
        assert stop.retry_at is not None
        waits.append((stop.retry_at - START).total_seconds())

    assert waits == [30, 60, 120, 240, 480, 900, 900]
    assert stops.forbids(session, now=START + timedelta(seconds=899))
    assert not stops.forbids(session, now=START + timedelta(seconds=900))
    stops.clear(session)
    assert not stops.forbids(session, now=START)


def test_what_no_later_try_mends_waits_for_people(session: Session) -> None:
    stops.note(session, Unreachable("diam"), now=START)
    stops.note(session, NotAuthorised("ditolak"), now=START + timedelta(minutes=1))

    stop = stops.standing(session)
    assert stop is not None
    assert (stop.cause, stop.retry_at, stop.since) == ("auth", None, START)
    assert stops.forbids(session, now=START + timedelta(days=365))


def test_a_service_that_goes_away_in_a_batch_stops_it_and_the_rest_is_issued_later(
    platform: Platform,
    session: Session,
    waiting: list[int],
    failing: Callable[[dict[int, SigningFailed]], Failing],
    time: Clock,
) -> None:
    session.close()
    signer = failing({6: Unreachable("diam")})

    issue.issue(platform, waiting)
    issue.issue(platform, waiting)

    assert sorted(one.state for one in register(platform)) == ["issued"] * 5 + ["pending"] * 7
    assert signer.calls == 6, "while signing stands still, nothing is tried"
    stop = stop_in(platform)
    assert stop is not None
    assert (stop.cause, stop.detail) == ("unreachable", "diam")

    time.forward(seconds=31)
    issue.issue(platform, waiting)

    assert stop_in(platform) is None
    all_is_issued_once(platform, session)


def test_a_file_that_is_refused_keeps_no_other_waiting(
    platform: Platform,
    session: Session,
    waiting: list[int],
    failing: Callable[[dict[int, SigningFailed]], Failing],
) -> None:
    session.close()
    failing({2: Rejected("tidak dapat")})

    issue.issue(platform, waiting)

    refused = [one for one in register(platform) if one.state == "refused"]
    assert [one.id for one in refused] == [waiting[1]]
    assert Refusal.from_json(refused[0].refusal or {}).why is Why.NOT_SIGNED
    assert refused[0].number is not None, "it keeps its number for the next try"
    assert sum(one.state == "issued" for one in register(platform)) == 11
    assert stop_in(platform) is None


def test_a_signer_that_cannot_be_opened_gives_no_number_and_is_not_tried_again(
    platform: Platform,
    session: Session,
    waiting: list[int],
    monkeypatch: pytest.MonkeyPatch,
    time: Clock,
) -> None:
    session.close()
    tries: list[None] = []

    def refuses(_: Platform) -> Signer:
        tries.append(None)
        raise NotAuthorised("PIN ditolak")

    monkeypatch.setattr(issue, "signer_of", refuses)
    issue.issue(platform, waiting)
    time.forward(hours=5)
    issue.issue(platform, waiting)
    worker.issue_overdue(platform)

    assert len(tries) == 1, "a token locks itself after a few wrong PINs"
    assert {one.number for one in register(platform)} == {None}


def test_where_each_signature_waits_for_a_service_the_sweep_asks_for_a_job(
    platform: Platform,
    session: Session,
    waiting: list[int],
    monkeypatch: pytest.MonkeyPatch,
    time: Clock,
) -> None:
    session.close()
    time.forward(minutes=1)
    asked: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(platform.database, "job_sink", lambda name, arguments: asked.append((name, arguments)))
    worker.issue_overdue(with_signer(platform, SignerSettings("bsre-seal:http://127.0.0.1:9", "1", "a:b", "S")))

    assert asked == [("issue_certificate", {"certificate_id": waiting[0]})]


def with_signer(platform: Platform, signer: SignerSettings) -> Platform:
    return replace(platform, settings=replace(platform.settings, signer=signer))


def run(platform: Platform, *arguments: str) -> int:
    return cli.run(["certificates", *arguments], open_platform=lambda: platform)


def test_the_command_tells_why_and_a_check_that_succeeds_lets_signing_go_on(
    app: Flask, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    found: Platform = app.extensions["platform"]
    stops.note(session, NotAuthorised("PIN token ditolak"), now=START)
    session.commit()
    assert run(found, "signer", "status") == 1
    assert "(auth): PIN token ditolak" in capsys.readouterr().out

    assert run(found, "signer", "check") == 0
    said = capsys.readouterr().out
    assert "Sah menurut pemeriksaan /cek: Penanda Tangan Teruji UJI" in said
    assert "halaman menyebut UJI" in said
    assert run(found, "signer", "status") == 0
    assert run(found, "signer", "rotate") == 0
    assert run(found, "signer", "check") == 0


def test_a_check_that_fails_says_what_to_do_and_lets_nothing_go_on(
    app: Flask, session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found: Platform = app.extensions["platform"]
    stops.note(session, NotAuthorised("ditolak"), now=START)
    session.commit()
    absent = SignerSettings(f"file:{tmp_path / 'tidak-ada.p12'}")

    assert run(with_signer(found, absent), "signer", "check") == 1

    assert "periksa SIGNER. (not_issued)" in capsys.readouterr().err
    assert run(found, "signer", "status") == 1


def test_only_a_person_signs_by_the_command(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app.extensions["platform"], "sign") == 1
    assert "pekerja latar yang menandatangani" in capsys.readouterr().err


def test_a_person_signs_what_waits_with_a_passphrase_that_no_setting_holds(
    platform: Platform,
    session: Session,
    waiting: list[int],
    failing: Callable[[dict[int, SigningFailed]], Failing],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stops.note(session, NotAuthorised("belum diberikan"), now=START)
    session.commit()
    session.close()
    signer, given = failing({}), []
    monkeypatch.setattr("click.prompt", lambda *_, **__: "hanya-saya")

    def opened(*_: object, passphrase: str = "", **__: object) -> Signer:
        given.append(passphrase)
        return signer

    monkeypatch.setattr("lms.certificates.signing.choosing.signer_of", opened)

    code = run(with_signer(platform, SignerSettings("bsre-v2:http://127.0.0.1:9", "", "a:b", "N")), "sign")

    assert (code, given) == (0, ["hanya-saya"])
    assert capsys.readouterr().out == "12 sertifikat selesai.\n"
    assert stop_in(platform) is None
    all_is_issued_once(platform, session)
