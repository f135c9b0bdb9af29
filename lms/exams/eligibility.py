"""Who may start an exam, and if not, every reason why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from lms.catalogue.progress import unfinished_lessons
from lms.exams import rehearsing
from lms.exams.definitions import Definition
from lms.exams.models import Candidate, Sitting
from lms.exams.records import Past, Record, Waiting, counted, records, renewable
from lms.exams.terms import Place, Terms


class Reason(StrEnum):
    """Why an exam cannot be started now."""

    OPEN = "open"
    PASSED = "passed"
    INSIDER = "insider"
    USED_UP = "used_up"
    PENDING = "pending"
    COOLDOWN = "cooldown"
    LESSONS = "lessons"
    NOT_YET = "not_yet"
    NO_SITTING = "no_sitting"
    NOT_LISTED = "not_listed"
    ROOM_PAUSED = "room_paused"
    ADDRESS = "address"
    BROWSER = "browser"
    PIN_EMPTY = "pin_empty"
    PIN = "pin"
    PIN_WAIT = "pin_wait"


@dataclass(frozen=True)
class Window:
    """When one may sit, where, and on what terms: a sitting. room, seat, extra_minutes: the person's own."""

    id: int
    code: str
    title: str
    opens_at: datetime
    closes_at: datetime
    zone: str
    supervised: bool
    room: str
    is_listed_only: bool
    needs_pin: bool
    device_move: str
    terms: Terms
    extra_minutes: int
    seat: str = ""


@dataclass(frozen=True)
class Eligibility:
    """Whether a person may start now. sitting: the one that is open, else the next; while a pause between attempts lasts, of
    those that are open still when it ends, if any is.

    again_at: when the pause between attempts ends, also when it is over. number: of the next attempt.
    passed: the attempt that was passed, and needs no other yet. renews: the one that may be renewed now by passing again.
    is_short: no paper lies ready for the person, and the bank was last seen unable to fill one.
    is_unplanned: a pause between attempts lasts, and of what is planned nothing admits the person once it ends.
    """

    reasons: tuple[Reason, ...]
    sitting: Window | None
    attempts_left: int
    again_at: datetime | None
    unfinished: int
    past: tuple[Past, ...]
    waiting: Waiting | None
    number: int
    passed: Past | None = None
    renews: Past | None = None
    is_short: bool = False
    is_unplanned: bool = False

    @property
    def is_open(self) -> bool:
        """Nothing that is known speaks against it, neither of the person nor of the bank."""
        return not self.reasons and not self.is_short

    @property
    def may_start(self) -> bool:
        """Nothing speaks against it."""
        return not self.reasons

    @property
    def running(self) -> Past | None:
        """The attempt that is under way."""
        return next((one for one in self.past if one.state != "closed"), None)

    @property
    def first_reason(self) -> Reason | None:
        """What a page says first of all that stands in the way; None when nothing does."""
        return next(iter(self.reasons), None)

    @property
    def is_left_out(self) -> bool:
        """Whether no sitting admits the person: there is none, or theirs is not among them."""
        return not {Reason.NOT_LISTED, Reason.NO_SITTING}.isdisjoint(self.reasons)

    @property
    def starts_at(self) -> datetime | None:
        """When what only time can mend is over: the pause, and the opening of the sitting. None without a sitting for it."""
        if self.sitting is None or self.is_unplanned:
            return None
        return max(self.sitting.opens_at, self.again_at or self.sitting.opens_at)


def may_start(
    session: Session, found: Definition, employee_id: int, *, now: datetime, place: Place | None = None
) -> Eligibility:
    """How the person stands to the exam. Two queries, one where it belongs to no course.

    place: whence the person asks; without it the terms of the network and the browser are not looked at.
    """
    course_id = found.exam.course_id
    record = records(session, employee_id, [found.exam.id])[found.exam.id]
    unfinished = unfinished_lessons(session, employee_id, [course_id])[course_id] if course_id else 0
    return judge(found, record, unfinished=unfinished, now=now, place=place)


def judge(
    found: Definition,
    record: Record,
    *,
    unfinished: int,
    now: datetime,
    place: Place | None = None,
) -> Eligibility:
    """The rules, on what is known; whatever page speaks of an exam speaks by them. Pure."""
    exam, past = found.exam, record.past
    ended = [one.closed_at for one in past if one.closed_at is not None]
    again_at = max(ended) + timedelta(hours=exam.cooldown_hours) if ended else None
    those = counted(past, now)
    passed = next((one for one in those if one.passed), None)
    left = exam.max_attempts - len(those)
    waived = rehearsing.WAIVED.get(exam.mode, frozenset())
    waits = left > 0 and again_at is not None and now < again_at and Reason.COOLDOWN not in waived
    later = _after(found, again_at) if waits and again_at else ()
    sitting = _sitting_for(later, found, again_at) if later and again_at else _sitting_for(found.sittings, found, now)
    rules = {
        Reason.OPEN: any(one.state != "closed" for one in past),
        Reason.PASSED: passed is not None,
        Reason.INSIDER: found.is_insider,
        Reason.PENDING: any(one.state == "closed" and one.passed is None for one in past),
        Reason.USED_UP: left <= 0,
        Reason.COOLDOWN: waits,
        Reason.LESSONS: unfinished > 0,
        Reason.NOT_YET: sitting is not None and sitting.opens_at > now,
        Reason.NO_SITTING: sitting is None,
    }
    return Eligibility(
        reasons=(
            *(reason for reason, holds in rules.items() if holds and reason not in waived),
            *(_at_the_door(found, sitting, record.waiting, place, now) if sitting else ()),
        ),
        sitting=_window(sitting, found.listed.get(sitting.id)) if sitting else None,
        attempts_left=max(left, 0),
        again_at=again_at,
        unfinished=unfinished,
        past=past,
        waiting=record.waiting,
        number=max((one.number for one in past), default=0) + 1,
        passed=passed,
        renews=renewable(past, now) if passed is None else None,
        is_short=exam.short_since is not None and (record.waiting is None or record.waiting.is_outdated),
        is_unplanned=waits and not later,
    )


def _after(found: Definition, at: datetime) -> Sequence[Sitting]:
    """The sittings that are open then or open later and admit the person: on whose list they are, or for everyone."""
    admits = (one for one in found.sittings if one.audience != "listed" or one.id in found.listed)
    return [one for one in admits if one.closes_at > at]


def _sitting_for(sittings: Sequence[Sitting], found: Definition, at: datetime) -> Sitting | None:
    """One that is open then, else the next: of those on whose list the person is, and only without any of those for everyone.

    Whoever waits for a sitting of their own is not sent to another one meanwhile: that could cost them an attempt.
    """
    own = [one for one in sittings if one.id in found.listed]
    pool = own or [one for one in sittings if one.audience != "listed"] or sittings
    return next(iter([*(one for one in pool if one.opens_at <= at), *pool]), None)


def _at_the_door(
    found: Definition, sitting: Sitting, waiting: Waiting | None, place: Place | None, now: datetime
) -> list[Reason]:
    """What the sitting itself holds against the person. Its network and browser matter once it is open."""
    terms = terms_of(sitting)
    looks = place is not None and sitting.opens_at <= now
    rules = {
        Reason.NOT_LISTED: sitting.audience == "listed" and sitting.id not in found.listed,
        Reason.ROOM_PAUSED: sitting.paused_at is not None,
        Reason.ADDRESS: looks and place is not None and not terms.admits_address(place),
        Reason.BROWSER: looks and place is not None and not terms.admits_browser(place),
        Reason.PIN_WAIT: bool(
            sitting.pin_round and waiting and waiting.pin_wait_until and waiting.pin_wait_until > now
        ),
    }
    return [reason for reason, holds in rules.items() if holds]


def terms_of(sitting: Sitting) -> Terms:
    """What a sitting asks of a request."""
    return Terms(sitting.ip_ranges or (), sitting.seb_config_keys or (), sitting.seb_exam_keys or ())


def _window(sitting: Sitting, entry: Candidate | None) -> Window:
    return Window(
        id=sitting.id,
        code=sitting.code,
        title=sitting.title,
        opens_at=sitting.opens_at,
        closes_at=sitting.closes_at,
        zone=sitting.zone,
        supervised=sitting.supervised,
        room=(entry.room if entry else "") or sitting.room,
        is_listed_only=sitting.audience == "listed",
        needs_pin=sitting.pin_round is not None,
        device_move=sitting.device_move,
        terms=terms_of(sitting),
        extra_minutes=entry.extra_minutes if entry else 0,
        seat=entry.seat if entry else "",
    )
