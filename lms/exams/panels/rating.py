"""Rating in rounds: ratings are appended, a round is closed, and another may follow."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms import audit
from lms.exams.panels import figures
from lms.exams.panels.figures import Figures
from lms.exams.panels.models import MOST_ROUNDS, Panel, PanelItem, PanelJudge, PanelRating, PanelRound

#: Below two judges there is no spread, and nothing to tell a panel's view from one person's.
FEWEST = 2


class RoundOver(RuntimeError):
    """The panel is not in that round any more, or not in that state."""


class Unfinished(RuntimeError):
    """Judges have not rated everything. `absent`: who; `present`: how many have."""

    def __init__(self, absent: Sequence[int], present: int) -> None:
        super().__init__(f"{len(absent)} of {len(absent) + present} judges have not finished")
        self.absent, self.present = tuple(absent), present


def rate(session: Session, judge: PanelJudge, given: Mapping[int, int], *, round: int, now: datetime) -> int:
    """Append ratings of a judge who has accepted, item → per cent, where they differ from the last; returns how many.

    Items of other panels are passed over. Raises RoundOver.
    """
    assert judge.accepted_at is not None, "who has not agreed has not seen the items"
    panel = locked(session, judge.panel_id, "open", round)
    own = set(session.scalars(select(PanelItem.id).where(PanelItem.panel_id == panel.id, PanelItem.id.in_(given))))
    so_far = ratings_of(session, panel.id, round, judge_id=judge.id).get(judge.id, {})
    rows = [
        {"judge_id": judge.id, "item_id": item, "round": round, "percent": percent, "given_at": now}
        for item, percent in given.items()
        if item in own and so_far.get(item) != percent
    ]
    if rows:
        session.execute(insert(PanelRating), rows)
    return len(rows)


def close(session: Session, panel_id: int, *, round: int, without: bool, by: int, now: datetime) -> Figures:
    """Close a round and keep what it came to. without: whether it may be closed without those who did not finish.

    Raises RoundOver, and Unfinished where they may not be left out, or fewer than FEWEST have finished.
    """
    panel = locked(session, panel_id, "open", round)
    judges = judges_of(session, panel_id)
    found = figures_of(session, panel_id, round, judges)
    present = found.score.n if found else 0
    absent = found.absent if found else judges
    if found is None or present < FEWEST or (absent and not without):
        raise Unfinished(absent, present)
    panel.state = "closed"
    session.add(PanelRound(panel_id=panel_id, number=round, figures=found.as_record(), closed_at=now, closed_by=by))
    details = {"round": round, "judges": present, "absent": len(absent)}
    audit.record(session, "panel.close_round", f"panel:{panel_id}", by=by, now=now, details=details)
    session.flush()
    return found


def go_on(session: Session, panel_id: int, *, round: int, by: int, now: datetime) -> None:
    """Open the round after `round`: judges see what the panel said, and rate again. Raises RoundOver."""
    panel = locked(session, panel_id, "closed", round)
    if round >= MOST_ROUNDS:
        raise RoundOver(panel_id)
    panel.state, panel.round = "open", round + 1
    audit.record(session, "panel.open_round", f"panel:{panel_id}", by=by, now=now, details={"round": round + 1})
    session.flush()


def figures_of(session: Session, panel_id: int, round: int, judges: Sequence[int]) -> Figures | None:
    """What a round comes to with what stands now. Two statements."""
    rows = select(PanelItem.id, PanelItem.weight).where(PanelItem.panel_id == panel_id).order_by(PanelItem.place)
    weights = {item: Fraction(weight) for item, weight in session.execute(rows)}
    return figures.of_round(weights, judges, ratings_of(session, panel_id, round))


def judges_of(session: Session, panel_id: int) -> list[int]:
    """The keys of a panel's judges."""
    return list(session.scalars(select(PanelJudge.id).where(PanelJudge.panel_id == panel_id).order_by(PanelJudge.id)))


def ratings_of(
    session: Session, panel_id: int, round: int, *, judge_id: int | None = None
) -> dict[int, dict[int, int]]:
    """judge → item → per cent, as it stands in a round; of one judge, or of all."""
    rows = (
        select(PanelRating.judge_id, PanelRating.item_id, PanelRating.percent)
        .join(PanelJudge, PanelJudge.id == PanelRating.judge_id)
        .where(PanelJudge.panel_id == panel_id, PanelRating.round == round)
    )
    if judge_id is not None:
        rows = rows.where(PanelJudge.id == judge_id)
    found = session.execute(rows.order_by(PanelRating.id))
    return figures.latest((row.judge_id, row.item_id, row.percent) for row in found)


def locked(session: Session, panel_id: int, state: str, round: int) -> Panel:
    """The panel, which nobody else moves on meanwhile. Raises RoundOver where it is elsewhere."""
    panel = session.get_one(Panel, panel_id)
    session.refresh(panel, ["state", "round"], with_for_update=True)
    if (panel.state, panel.round) != (state, round):
        raise RoundOver(panel_id)
    return panel
