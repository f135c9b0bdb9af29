"""Asking somebody who is signed in for the password once more, before something that only its owner may do."""

from flask_babel import gettext as _

from lms.people import passwords, sign_in
from lms.web import tries
from lms.web.request import actor, db, platform, settle, today


def refusal_of(typed: str) -> tries.Refusal | None:
    """None if that is the password of the person who asks; else what to say. Counted like sign-ins. Commits what was done so far."""
    user_id = actor().user_id
    tried = tries.begin("password", str(user_id))
    if isinstance(tried, tries.Refusal):
        return tried
    account = sign_in.account_by_id(db(), user_id, today=today(), demo_too=platform().settings.admits_demo)
    settle()
    try:
        if account is None or not passwords.matches(account.password_hash, typed):
            return tries.Refusal(_("Kata sandi tidak cocok."), 422, 0)
    except passwords.Busy:
        return tries.too_busy(tried)
    tries.was_right(tried)
    return None
