"""Many certificates at once: one transaction for many, each exactly once, whoever dies on the way."""

import hashlib
import json
import os
import signal
from collections.abc import Iterator
from multiprocessing import get_context
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import completion, issue, worker
from lms.certificates import checkpoints, credentials, issuing, log, making, pausing
from lms.certificates.checkpoints import LogFolder
from lms.certificates.credential_files import CREDENTIAL, RECEIPT, jwt_in
from lms.certificates.credential_models import Credential
from lms.certificates.log_check import check
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate, NumberSeries, Scheme
from lms.competencies.models import Evidence
from lms.platform import Platform
from tests.cast import START, Cast
from tests.certificates import receipt_verifier as other
from tests.certificates.conftest import MANY
from tests.certificates.test_issued_file import attached


def register(platform: Platform) -> list[Certificate]:
    with platform.database.reader() as session:
        return list(session.scalars(select(Certificate).order_by(Certificate.id)))


def all_is_issued_once(platform: Platform, session: Session) -> None:
    """Numbers without gaps, one entry of each kind, each file the one in the register, and a log that is sound."""
    issued = register(platform)
    assert [one.state for one in issued] == ["issued"] * MANY
    numbers = sorted(int(str(one.number).split("/")[0][2:]) for one in issued)
    assert numbers == list(range(1, MANY + 1))
    session.expire_all()
    assert session.scalars(select(NumberSeries.next)).one() == MANY + 1
    kinds = session.execute(select(LogEntry.kind, LogEntry.certificate_id)).all()
    expected = [(kind, one.id) for one in issued for kind in ("file", "issue")]
    assert sorted((kind, key) for kind, key in kinds) == sorted(expected)
    assert len(session.scalars(select(Evidence).where(Evidence.certificate_id.is_not(None))).all()) == MANY
    places = session.execute(select(Credential.status_list, Credential.status_index)).all()
    assert len({tuple(place) for place in places}) == MANY
    for one in issued:
        assert one.file_key is not None
        assert hashlib.sha256(platform.files.get(one.file_key)).hexdigest() == one.file_sha256
    folder = LogFolder(platform.settings.log_folder)
    assert folder.latest is not None
    with platform.database.reader() as reader:
        assert check(reader, [folder.latest]) == (2 * MANY, [])


def test_each_file_of_many_carries_its_own_credential_and_receipt(
    platform: Platform, session: Session, waiting: list[int]
) -> None:
    issue.issue(platform, waiting)

    all_is_issued_once(platform, session)
    key = LogFolder(platform.settings.log_folder).public
    assert key is not None
    for one in register(platform):
        carried = attached(platform.files.get(str(one.file_key)))
        jwt = jwt_in(carried[CREDENTIAL])
        assert session.get_one(Credential, one.id).jwt == jwt
        entry, _, _ = other.check_receipt(carried[RECEIPT].decode(), key.text)
        stated = json.loads(entry)
        assert (stated["number"], stated["credential"]) == (one.number, hashlib.sha256(jwt.encode()).hexdigest())


def test_a_job_takes_others_along_that_wait(platform: Platform, session: Session, waiting: list[int]) -> None:
    worker.issue_certificate(platform, waiting[5])

    issued = [one.id for one in register(platform) if one.state == "issued"]
    assert issued == sorted([*waiting[:3], waiting[5]])


def test_a_paused_scheme_issues_nothing_by_any_way_and_goes_on_where_it_was(
    platform: Platform, session: Session, waiting: list[int], cast: Cast
) -> None:
    scheme, by = session.scalars(select(Scheme)).one(), cast.hr.user_id
    session.commit()  # on SQLite one transaction writes at a time
    issue.issue(platform, waiting[:3])
    assert [pausing.pause(session, scheme, by=by, now=START) for _ in range(2)] == [True, False]
    session.commit()

    issue.issue(platform, waiting)
    worker.issue_certificate(platform, waiting[5])
    worker.issue_overdue(platform)
    assert [(one.state, one.number is None) for one in register(platform)][3:] == [("pending", True)] * (MANY - 3)

    assert pausing.resume(session, scheme, by=by, now=START)
    assert session.info["jobs"] == [("issue_certificate", {"certificate_id": waiting[3]})]
    session.commit()
    issue.issue(platform, waiting)
    all_is_issued_once(platform, session)


def test_what_cannot_be_printed_or_made_keeps_no_other_waiting(
    platform: Platform, session: Session, waiting: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    unprintable, failing = (session.get_one(Certificate, key) for key in (waiting[1], waiting[6]))
    unprintable.facts = unprintable.facts | {"holder_name": "ℵ"}
    session.commit()
    make = making.make

    def breaks(design: Any, facts: Any, **named: Any) -> bytes:
        if facts.code == failing.code:
            raise OSError("the disk is full")
        return make(design, facts, **named)

    with monkeypatch.context() as patch:
        patch.setattr(making, "make", breaks)
        with pytest.raises(OSError, match="disk is full"):
            issue.issue(platform, waiting)

    states = {one.id: (one.state, one.number is None) for one in register(platform)}
    assert states.pop(unprintable.id) == ("refused", True)
    assert states.pop(failing.id) == ("pending", False)
    assert set(states.values()) == {("issued", False)}
    issue.issue(platform, waiting)
    session.expire_all()
    assert session.get_one(Certificate, failing.id).state == "issued"
    assert session.scalars(select(NumberSeries.next)).one() == MANY


#: Where the process is killed, and at which call of it: in the middle of the first, second and third chunk.
KILLS = [(making, "make", 3), (completion, "certificates_made", 2), (checkpoints, "sign", 2)]


def test_killed_three_times_each_is_issued_exactly_once(
    platform: Platform, session: Session, waiting: list[int]
) -> None:
    session.close()
    for module, step, call in KILLS:
        platform.database.engine.dispose()
        process = get_context("fork").Process(target=dying, args=(platform, waiting, module, step, call))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    assert any(one.state == "pending" for one in register(platform))

    issue.issue(platform, waiting)
    issue.issue(platform, waiting)

    all_is_issued_once(platform, session)


def dying(platform: Platform, waiting: list[int], module: Any, step: str, call: int) -> None:
    """Issues until a step is reached so many times, and is killed there."""
    real, calls = getattr(module, step), iter(range(1, call + 1))

    def counted(*arguments: Any, **named: Any) -> Any:
        if next(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)

    setattr(module, step, counted)
    issue.issue(platform, waiting)


def test_two_workers_at_once_issue_each_once(platform: Platform, session: Session, waiting: list[int]) -> None:
    session.close()
    platform.database.engine.dispose()
    context = get_context("fork")
    workers = [context.Process(target=issue.issue, args=(platform, waiting)) for _ in range(2)]
    for process in workers:
        process.start()
    for process in workers:
        process.join()

    assert [process.exitcode for process in workers] == [0, 0]
    all_is_issued_once(platform, session)


def entries() -> Iterator[log.Entry]:
    for number in range(40):
        yield log.Entry("file", f"file:{number}", {"sha256": f"{number:064x}"})


def test_entries_appended_together_are_those_appended_one_by_one(session: Session) -> None:
    for one in list(entries())[:7]:
        log.append(session, one.kind, key=one.key, values=dict(one.values), now=START)
    alone = log.root(session, 7)
    some = list(entries())

    indexes = log.append_all(session, some[5:], now=START)

    assert indexes == list(range(5, 40))
    assert log.size(session) == 40
    assert log.root(session, 7) == alone
    assert check(session, []) == (40, [])
    assert log.append_all(session, some, now=START) == list(range(40))
    assert log.inclusions(session, range(40), 40) == {index: log.inclusion(session, index, 40) for index in range(40)}


def test_many_credentials_get_places_of_their_own_in_the_status_list(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "LENGTH", 64)

    places = credentials._free_places(session, 32)

    assert len({place.index for place in places}) == 32
    assert {place.number for place in places} == {1}
    assert issuing.pending(session, []) == []
