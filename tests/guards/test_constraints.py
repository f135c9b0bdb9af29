"""Each CHECK of the schema refuses what it is there to refuse, on both databases."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import JSON, CheckConstraint, Connection, Table, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeEngine

from lms.db import Database, UtcDateTime
from lms.tables import metadata

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EARLIER = NOW - timedelta(days=1)
TODAY = date(2026, 11, 23)
YESTERDAY = date(2026, 11, 22)

#: Values with which a row passes all checks of its table, where those made from the types would not.
SOUND: dict[str, dict[str, Any]] = {
    "employee": {"nip": "199001012015052001"},
    "user": {"text_size": 100},
    "sitting": {"opens_at": EARLIER, "closes_at": NOW, "audience": "listed", "device_move": "password"},
    "attempt": {"state": "open", "closed_at": None, "closed_by": None, "due_at": NOW},
    "presence": {"attempt_id": 1},
    "room_message": {"seen_at": NOW, "seen_by": 1, "answered_at": NOW, "answered_by": 1, "attempt_id": 1},
    "minutes": {
        "proctor_id": 1,
        "proctor_signed_at": NOW,
        "organiser_id": 2,
        "organiser_signed_at": NOW,
        "file_key": "berita-acara/a.pdf",
    },
    "certificate": {"state": "pending", "number": None, "file_sha256": None, "result_id": 1},
    "appointment": {"since": YESTERDAY, "until": TODAY},
    "evidence": {"observed_on": YESTERDAY, "valid_until": TODAY},
    "credential": {"certificate_id": 1},
    "ending": {"kind": "revoke", "state": "open", "proposed_by": 1},
    "scheme": {"renewal_by": "exam", "window_days": 90, "grace_days": 0, "exam_id": 1, "competency_id": 1, "level": 1},
    "proposal": {"state": "verifying"},
    "delegation": {"since": YESTERDAY, "until": TODAY, "official_id": 1, "deputy_id": 2},
    "log_entry": {"index": 0, "leaf_hash": "0" * 64},
    "log_head": {"id": 1},
    "signing_stop": {"id": 1},
    "question_enemy": {"first_id": 1, "second_id": 2},
    "panel_rating": {"percent": 50},
}

#: Constraint → what breaks it and nothing else. Checks of the form `column IN (…)` are broken by themselves.
BREAKERS: dict[str, dict[str, Any]] = {
    "ck_employee_nip_length": {"nip": "1990"},
    "ck_user_text_size": {"text_size": 99},
    "ck_appointment_period": {"until": date(2026, 11, 1)},
    "ck_competency_level_number": {"number": 6},
    "ck_question_version_level": {"level": 0},
    "ck_question_facility": {"facility": Decimal(2)},
    "ck_question_enemy_order": {"second_id": 1},
    "ck_question_file_done": {"done": 2},
    "ck_edition_learning_hours": {"learning_hours": 0},
    "ck_lesson_minutes": {"minutes": 0},
    "ck_lesson_progress_read_to": {"read_to": 1001},
    "ck_learning_credit_learning_hours": {"learning_hours": 0},
    "ck_design_draft_revision": {"revision": 0},
    "ck_design_edition_number": {"number": 0},
    "ck_draft_learning_hours": {"learning_hours": 0},
    "ck_draft_lesson_minutes": {"minutes": 0},
    "ck_exam_duration_minutes": {"duration_minutes": 601},
    "ck_exam_max_attempts": {"max_attempts": 0},
    "ck_exam_cooldown_hours": {"cooldown_hours": -1},
    "ck_sitting_window": {"closes_at": EARLIER},
    "ck_sitting_capacity": {"capacity": 20, "audience": "everyone"},
    "ck_sitting_pin_round": {"pin_round": 0},
    "ck_sitting_device_pin": {"device_move": "pin", "pin_round": None},
    "ck_candidate_upload_added": {"added": -1},
    "ck_candidate_upload_undone": {"undone_at": NOW, "imported_at": None},
    "ck_candidate_extra_minutes": {"extra_minutes": 601},
    "ck_attempt_extra_minutes": {"extra_minutes": -1},
    "ck_attempt_paused": {"paused_at": NOW},
    "ck_attempt_pin_failures": {"pin_failures": -1},
    "ck_attempt_closed_by": {"closed_by": "rain"},
    "ck_attempt_closed": {"closed_at": NOW},
    "ck_attempt_due": {"due_at": None},
    "ck_candidate_attendance": {"attendance": "perhaps"},
    "ck_presence_unsent": {"unsent": -1},
    "ck_room_message_announcement": {"attempt_id": None},
    "ck_room_message_order": {"seen_at": None, "seen_by": None},
    "ck_room_message_seen": {"seen_by": None},
    "ck_room_message_answered": {"answered_by": None},
    "ck_minutes_proctor": {"proctor_signed_at": None},
    "ck_minutes_organiser": {"organiser_signed_at": None},
    "ck_minutes_turn": {"proctor_id": None, "proctor_signed_at": None},
    "ck_minutes_two_people": {"organiser_id": 1},
    "ck_minutes_file": {"organiser_id": None, "organiser_signed_at": None},
    "ck_answer_event_seq": {"seq": 0},
    "ck_held_event_decision": {"decision": "perhaps"},
    "ck_panel_round": {"round": 4},
    "ck_panel_taken": {"taken_id": 1},
    "ck_panel_ended": {"ended_at": NOW},
    "ck_panel_item_place": {"place": 0},
    "ck_panel_rating_percent": {"percent": 52},
    "ck_panel_rating_round": {"round": 0},
    "ck_panel_round_number": {"number": 0},
    "ck_result_score": {"score": Decimal(2)},
    "ck_result_verdict": {"state": "pending_marking", "passed": True},
    "ck_work_mark": {"mark": Decimal(1)},
    "ck_work_markers": {"markers": 3},
    "ck_work_round": {"round": 0},
    "ck_marking_round": {"round": 0},
    "ck_marking_slot": {"slot": 0},
    "ck_marking_number": {"number": 0},
    "ck_regrade_applied": {"applied_at": NOW},
    "ck_regrade_done": {"done_at": NOW},
    "ck_regrade_row_result": {"new_result_id": 1},
    "ck_appeal_state": {"state": "?", "ruled_at": NOW},
    "ck_appeal_ruled": {"ruled_at": NOW},
    "ck_appeal_regrade": {"regrade_id": 1},
    "ck_opinion_regrade": {"regrade_id": 1},
    "ck_scheme_level": {"level": 6},
    "ck_scheme_earned_by": {"course_id": 1},
    "ck_scheme_proves": {"competency_id": None},
    "ck_certificate_earned_by": {"enrolment_id": 1},
    "ck_scheme_validity_months": {"validity_months": 0},
    "ck_number_series_next": {"next": 0},
    "ck_certificate_issued": {"file_sha256": "x"},
    "ck_certificate_numbered": {"state": "issued", "file_sha256": "x"},
    "ck_requirement_level": {"level": 0},
    "ck_evidence_level": {"level": 6},
    "ck_credential_status_index": {"status_index": 131_072},
    "ck_log_entry_leaf_hash": {"leaf_hash": "0"},
    "ck_log_head_only_one": {"id": 2},
    "ck_signing_stop_one": {"id": 2},
    "ck_signing_stop_tries": {"tries": 0},
    "ck_log_head_size": {"size": -1},
    "ck_scheme_renewal_by": {"renewal_by": "?"},
    "ck_scheme_renewal_hours": {"renewal_by": "hours", "renewal_hours": 0},
    "ck_scheme_renewal_days": {"grace_days": -1},
    "ck_proposal_cycle": {"cycle": 0},
    "ck_proposal_verified": {"state": "approving"},
    "ck_proposal_approved": {"state": "approved", "verified_by": 1},
    "ck_proposal_two_people": {"verified_by": 1, "decided_by": 1},
    "ck_ending_state": {"kind": "suspend", "state": "?", "decided_at": NOW},
    "ck_ending_decided": {"decided_at": NOW},
    "ck_ending_two_people": {"state": "approved", "decided_at": NOW, "decided_by": 1},
    "ck_ending_second_person": {"state": "approved", "decided_at": NOW},
    "ck_delegation_period": {"until": date(2026, 11, 1)},
    "ck_delegation_another": {"deputy_id": 1},
    "ck_evidence_period": {"valid_until": date(2026, 11, 1)},
}
LIST = re.compile(r"^(\w+) IN \('")


def checks() -> list[tuple[str, Table]]:
    """(name, table) of every CHECK in the schema."""
    return [
        (str(check.name), table)
        for table in metadata.sorted_tables
        for check in sorted(table.constraints, key=lambda constraint: str(constraint.name))
        if isinstance(check, CheckConstraint)
    ]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def connection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """To an empty database of each kind. What a test does in it is taken back by the test."""
    with ExitStack() as until:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('checks') / 'teruji.db'}"
        else:
            url = until.enter_context(request.getfixturevalue("postgres_server").database())
        engine = Database(url).engine
        metadata.create_all(engine)
        until.callback(engine.dispose)
        yield until.enter_context(engine.connect())


@pytest.mark.parametrize(("name", "table"), checks(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_check_refuses_what_it_names(name: str, table: Table, connection: Connection) -> None:
    row = sound_row(table) | broken(name, table)

    with connection.begin() as transaction:
        with pytest.raises(IntegrityError, match=name):
            connection.execute(insert(table).values(row))
        transaction.rollback()


def sound_row(table: Table) -> dict[str, Any]:
    """A row that satisfies every CHECK; its references lead nowhere, which is looked at later than a CHECK."""
    made = {
        column.name: value_of(column.type)
        for column in table.columns
        if not column.nullable and not (column.primary_key and len(table.primary_key) == 1)
    }
    for check in table.constraints:
        if isinstance(check, CheckConstraint) and (listed := LIST.match(str(check.sqltext))):
            made[listed.group(1)] = re.search(r"'(\w+)'", str(check.sqltext))[1]  # type: ignore[index]
    return made | SOUND.get(table.name, {})


def broken(name: str, table: Table) -> dict[str, Any]:
    """What breaks the check: by hand, or for a list a word that is not in it."""
    if name in BREAKERS:
        return BREAKERS[name]
    check = next(constraint for constraint in table.constraints if constraint.name == name)
    listed = LIST.match(str(check.sqltext))  # type: ignore[attr-defined]
    assert listed, f"say in BREAKERS what breaks {name}"
    return {listed.group(1): "?"}


def value_of(kind: TypeEngine[Any]) -> Any:
    """Some value of a column type."""
    if isinstance(kind, UtcDateTime):
        return NOW
    if isinstance(kind, JSON):
        return {}
    return {int: 1, str: "x", bytes: b"x", bool: False, date: TODAY, Decimal: Decimal(1)}[kind.python_type]
