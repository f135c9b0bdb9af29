"""The navigation: one table. A screen that is not built is not in it.

A person with several roles works under one *hat* at a time; the hat of a page is its blueprint's.
"""

from dataclasses import dataclass

from flask import g, request, session, url_for
from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from lms.access import POLICY, Actor, Permission, Role, may_enter
from lms.web.request import actor_or_none


@dataclass(frozen=True, eq=False)
class Item:
    """An entry of the menu. endpoint: where it leads; blueprints: on whose pages (or single endpoints) it is current."""

    label: LazyString
    icon: str
    endpoint: str
    blueprints: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Hat:
    """A way of working: its name, who may wear it, and its menu. The first item is its landing page."""

    key: str
    label: LazyString
    may: Permission | None
    items: tuple[Item, ...]


PUBLIC_MENU: tuple[Item, ...] = (
    Item(_("Cek sertifikat"), "seal", "verification.form", ("verification",)),
    Item(_("Katalog"), "book", "catalogue.index", ("catalogue",)),
    Item(_("Bantuan"), "ask", "pages.help", ("pages.help",)),
)
LEARNER_MENU: tuple[Item, ...] = (
    Item(_("Beranda"), "home", "home.index", ("home",)),
    Item(_("Belajar"), "book", "learning.index", ("learning", "catalogue")),
    Item(
        _("Ujian"),
        "exam",
        "exams.index",
        ("exams", "attempts", "devices", "recovery", "review", "judging", "panel_record"),
    ),
    Item(_("Kompetensi"), "stairs", "competencies.index", ("competencies",)),
    Item(_("Sertifikat"), "seal", "certificates.index", ("certificates",)),
)
MANAGER_MENU: tuple[Item, ...] = (Item(_("Tim"), "users", "team.index", ("team",)),)
HR_MENU: tuple[Item, ...] = (
    Item(_("Pegawai"), "users", "staff.index", ("staff",)),
    Item(
        _("Sertifikat"),
        "seal",
        "registry.index",
        ("registry", "issuing", "standing", "renewals", "designs", "design_editor"),
    ),
    Item(_("Usulan"), "flag", "proposals.index", ("proposals", "endings")),
    Item(_("Cek sertifikat"), "search", "check_lists.form", ("check_lists", "verification")),
)
APPROVER_MENU: tuple[Item, ...] = (
    Item(_("Persetujuan"), "check", "approvals.index", ("approvals",)),
    Item(_("Pencabutan"), "ban", "decisions.index", ("decisions",)),
    Item(_("Delegasi"), "users", "delegations.index", ("delegations",)),
)
BANK_PAGES = (
    "questions", "question_banks", "question_imports", "question_review", "question_versions", "question_editor", "analysis", "item_model",
)  # fmt: skip
TRAINER_MENU: tuple[Item, ...] = (
    Item(_("Kursus"), "book", "authoring.index", ("authoring", "outline", "lesson_editor", "publishing", "discarding")),
    Item(_("Bank soal"), "grid", "questions.index", BANK_PAGES),
)
EXAM_PAGES = (
    "organising", "new_exam", "blueprint_editor", "exam_particulars", "exam_terms", "panels", "sittings", "candidates",
    "candidate_entering", "proctors", "analysis", "item_model", "regrades",
)  # fmt: skip
ORGANISER_MENU: tuple[Item, ...] = (
    Item(_("Ujian"), "exam", "organising.index", EXAM_PAGES),
    Item(_("Sanggahan"), "flag", "appeals.index", ("appeals",)),
)
MARKER_MENU: tuple[Item, ...] = (
    Item(_("Koreksi"), "pencil", "marking.index", ("marking",)),
    Item(_("Sanggahan"), "flag", "appeals.index", ("appeals",)),
)
PROCTOR_MENU: tuple[Item, ...] = (
    Item(_("Ruang ujian"), "eye", "rooms.index", ("rooms", "room_acts", "room_people", "held", "minutes")),
)
HATS: tuple[Hat, ...] = (
    Hat("learner", lazy_pgettext("one", "Pegawai"), None, LEARNER_MENU),
    Hat("manager", _("Atasan langsung"), Permission.TEAM_READ, MANAGER_MENU),
    Hat("trainer", _("Penyusun kursus"), Permission.COURSE_EDIT, TRAINER_MENU),
    Hat("marker", _("Penilai"), Permission.ATTEMPT_MARK, MARKER_MENU),
    Hat("organiser", _("Penyelenggara ujian"), Permission.EXAM_MANAGE, ORGANISER_MENU),
    Hat("proctor", lazy_pgettext("role", "Pengawas"), Permission.ROOM_LIST, PROCTOR_MENU),
    Hat("hr", _("Pengelola SDM"), Permission.STAFF_READ, HR_MENU),
    Hat("approver", _("Pejabat berwenang"), Permission.CERTIFICATE_APPROVE, APPROVER_MENU),
)


@dataclass(frozen=True)
class Menu:
    """What a page shows: its items, the current endpoint, and the hats one may change to."""

    items: tuple[Item, ...]
    current: str
    hat: Hat | None
    hats: tuple[Hat, ...]


def menu() -> Menu:
    """The menu of the current page for the current person."""
    who = actor_or_none()
    here = request.blueprint or ""
    if who is None:
        return Menu(PUBLIC_MENU, _current(PUBLIC_MENU, here), None, ())
    hats = hats_of(who)
    hat = _hat(hats, here)
    items = hat.items if hat else PUBLIC_MENU
    return Menu(items, g.get("current") or _current(items, here), hat, hats)


def work_as(key: str, endpoint: str) -> None:
    """Show this page under a hat other than its blueprint's, below one of its items: somebody else's certificate, say."""
    g.hat, g.current = key, endpoint


def _hat(hats: tuple[Hat, ...], here: str) -> Hat | None:
    """The hat of this page: of several, and on a page of none such as the state of the services, the one worn last."""
    fitting = [hat.key for hat in hats if _current(hat.items, here)]
    worn = g.get("hat") or (session.get("hat") if session.get("hat") in fitting else next(iter(fitting), None))
    if worn and worn != session.get("hat", hats[0].key):
        session["hat"] = worn
    worn = worn or session.get("hat")
    return next((hat for hat in hats if hat.key == worn), hats[0] if hats else None)


def hats_of(who: Actor) -> tuple[Hat, ...]:
    """The hats that a person may wear, everyone's own first."""
    return tuple(hat for hat in HATS if hat.may is None or may_enter(who, hat.may))


def landing(who: Actor) -> str:
    """Where somebody with a role begins to work: the first page of the first hat that the role opens; else nothing."""
    return next((url_for(hat.items[0].endpoint) for hat in hats_of(who) if hat.items and _by_role(hat, who)), "")


def _by_role(hat: Hat, who: Actor) -> bool:
    rules = POLICY[hat.may] if hat.may else ()
    return any(isinstance(rule, Role) and who.paths(rule.name) for rule in rules)


def _current(items: tuple[Item, ...], blueprint: str) -> str:
    here = {blueprint, request.endpoint}
    return next((item.endpoint for item in items if here.intersection(item.blueprints)), "")
