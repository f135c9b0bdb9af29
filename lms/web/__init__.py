"""The pages: one file for each folder of templates."""

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
    candidates,
    catalogue,
    certificates,
    check_lists,
    competencies,
    counting,
    credentials,
    decisions,
    delegations,
    devices,
    discarding,
    endings,
    errors,
    exams,
    held,
    home,
    learning,
    lesson_editor,
    marking,
    minutes,
    organising,
    outline,
    pages,
    password_reset,
    presentation,
    proctors,
    proposals,
    public_log,
    publishing,
    question_editor,
    question_images,
    question_imports,
    question_review,
    questions,
    registry,
    regrades,
    renewals,
    review,
    room_acts,
    room_people,
    rooms,
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
from lms.web.request import close_transaction, drop_transaction, identify

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
    exams.blueprint,
    attempts.blueprint,
    answers.blueprint,
    uploads.blueprint,
    devices.blueprint,
    certificates.blueprint,
    credentials.blueprint,
    public_log.blueprint,
    verification.blueprint,
    verification_api.blueprint,
    competencies.blueprint,
    team.blueprint,
    staff.blueprint,
    registry.blueprint,
    standing.blueprint,
    check_lists.blueprint,
    renewals.blueprint,
    endings.blueprint,
    proposals.blueprint,
    approvals.blueprint,
    decisions.blueprint,
    delegations.blueprint,
    authoring.blueprint,
    questions.blueprint,
    question_imports.blueprint,
    question_review.blueprint,
    question_editor.blueprint,
    question_images.blueprint,
    analysis.blueprint,
    marking.blueprint,
    regrades.blueprint,
    appeals.blueprint,
    review.blueprint,
    outline.blueprint,
    lesson_editor.blueprint,
    publishing.blueprint,
    discarding.blueprint,
    organising.blueprint,
    sittings.blueprint,
    candidates.blueprint,
    proctors.blueprint,
    rooms.blueprint,
    room_acts.blueprint,
    room_people.blueprint,
    held.blueprint,
    minutes.blueprint,
)


def pages_of(app: Flask, platform: Platform) -> None:
    """Give the application its pages, and to each request a transaction, an actor and its headers."""
    app.extensions["platform"] = platform
    if platform.settings.counts_sql:
        counting.count_statements(app, platform.database)
    security.protect(app, platform.settings)
    presentation.prepare(app, platform.settings)
    errors.handle(app)
    app.before_request(identify)
    app.after_request(close_transaction)
    app.teardown_request(drop_transaction)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
