"""Every route says who may enter, and whether its GET writes."""

import pytest
from flask import Flask

from lms.access import POLICY, Permission
from lms.web.request import PUBLIC, TOKEN


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_every_route_names_a_permission_or_is_listed_public(app: Flask) -> None:
    undeclared = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not isinstance(may := getattr(app.view_functions[rule.endpoint], "may", None), Permission)
        and may not in {PUBLIC, TOKEN}
    ]

    assert undeclared == []


def test_every_permission_has_a_rule() -> None:
    assert [permission for permission in Permission if not POLICY.get(permission)] == []


#: What anyone may open without an account. A new public page is added here by hand, after a second look.
PUBLIC_ENDPOINTS = {
    "sign_in.form",
    "sign_in.enter",
    "sign_in.choose_language",
    "home.entry",
    "catalogue.index",
    "catalogue.course",
    "pages.help",
    "pages.accessibility",
    "pages.privacy",
    "pages.status",
    "pages.status_for_machines",
    "second_factor.form",
    "second_factor.enter",
    "second_factor.set_up",
    "second_factor.confirm_set_up",
    "password_reset.form",
    "password_reset.ask",
    "password_reset.sent",
    "password_reset.open_link",
    "password_reset.use_link",
    "verification.form",
    "verification.to_upload",
    "verification.by_code",
    "verification.by_file",
    "verification_api.by_code",
    "public_log.index",
    "public_log.entries",
    "public_log.entries_for_machines",
    "public_log.checkpoint",
    "public_log.proof",
    "public_log.consistency",
    "credentials.shared",
    "credentials.shared_token",
    "credentials.shared_badge",
    "credentials.shared_badge_png",
    "credentials.issuer",
    "credentials.status",
}


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_only_the_listed_routes_are_public(app: Flask) -> None:
    public = {name for name, view in app.view_functions.items() if getattr(view, "may", None) == PUBLIC}

    assert public == PUBLIC_ENDPOINTS
