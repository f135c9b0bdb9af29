"""The pages: one file for each folder of templates."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from lms.platform import Platform
from lms.web import (
    account,
    analysis,
    answers,
    appeals,
    approvals,
    attempts,
    authoring,
    blueprint_editor,
    candidate_entering,
    candidates,
    catalogue,
    certificates,
    check_lists,
    competencies,
    counting,
    credentials,
    decisions,
    delegations,
    design_editor,
    designs,
    devices,
    discarding,
    endings,
    errors,
    exam_particulars,
    exam_terms,
    exams,
    held,
    home,
    issuing,
    item_model,
    judging,
    learning,
    lesson_editor,
    marking,
    minutes,
    new_exam,
    organising,
    outline,
    pages,
    panel_judges,
    panel_record,
    panel_rounds,
    panels,
    password_reset,
    presentation,
    proctors,
    proposals,
    public_log,
    publishing,
    question_banks,
    question_editor,
    question_imports,
    question_media,
    question_review,
    question_versions,
    questions,
    recovery,
    registry,
    regrades,
    rehearsals,
    renewals,
    review,
    room_acts,
    room_news,
    room_people,
    rooms,
    saves,
    scores,
    second_factor,
    security,
    sign_in,
    sittings,
    staff,
    standing,
    team,
    uploads,
    verification,
    verification_api,
)
from lms.web.request import Number, close_transaction, drop_transaction, identify


class Site(Flask):
    """Flask, for which every view is a plain function: it asks each of them at each request whether it is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


#: Each blueprint is one file of this package and one folder of templates; those of /ajar share a folder.
BLUEPRINTS = (
    sign_in.blueprint,
    second_factor.blueprint,
    password_reset.blueprint,
    account.blueprint,
    pages.blueprint,
    home.blueprint,
    catalogue.blueprint,
    learning.blueprint,
    exam_particulars.blueprint,
    exam_terms.blueprint,
    panels.blueprint,
    panel_judges.blueprint,
    panel_rounds.blueprint,
    panel_record.blueprint,
    judging.blueprint,
    exams.blueprint,
    attempts.blueprint,
    answers.blueprint,
    uploads.blueprint,
    devices.blueprint,
    recovery.blueprint,
    certificates.blueprint,
    credentials.blueprint,
    public_log.blueprint,
    verification.blueprint,
    verification_api.blueprint,
    competencies.blueprint,
    team.blueprint,
    staff.blueprint,
    registry.blueprint,
    issuing.blueprint,
    standing.blueprint,
    check_lists.blueprint,
    renewals.blueprint,
    designs.blueprint,
    design_editor.blueprint,
    endings.blueprint,
    proposals.blueprint,
    approvals.blueprint,
    decisions.blueprint,
    delegations.blueprint,
    authoring.blueprint,
    questions.blueprint,
    question_banks.blueprint,
    question_imports.blueprint,
    question_review.blueprint,
    question_versions.blueprint,
    question_editor.blueprint,
    question_media.blueprint,
    analysis.blueprint,
    item_model.blueprint,
    marking.blueprint,
    regrades.blueprint,
    appeals.blueprint,
    review.blueprint,
    outline.blueprint,
    lesson_editor.blueprint,
    publishing.blueprint,
    discarding.blueprint,
    organising.blueprint,
    new_exam.blueprint,
    blueprint_editor.blueprint,
    rehearsals.blueprint,
    sittings.blueprint,
    candidate_entering.blueprint,
    candidates.blueprint,
    proctors.blueprint,
    rooms.blueprint,
    room_acts.blueprint,
    room_news.blueprint,
    scores.blueprint,
    room_people.blueprint,
    held.blueprint,
    minutes.blueprint,
)


def pages_of(app: Flask, platform: Platform) -> None:
    """Give the application its pages, and to each request a transaction, an actor and its headers."""
    app.extensions["platform"] = platform
    app.url_map.converters["int"] = Number
    presentation.prepare_templates(app, platform.settings)
    security.protect(app, platform.settings)
    presentation.prepare(app, platform.settings)
    errors.handle(app)
    app.before_request(identify)
    app.after_request(close_transaction)
    app.teardown_request(drop_transaction)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.wsgi_app = saves.Saves(app.wsgi_app, platform)  # type: ignore[assignment, method-assign]
    if platform.settings.counts_sql:
        counting.count_statements(app, platform.database)
