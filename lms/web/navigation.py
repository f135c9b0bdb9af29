"""The navigation: one table. A screen that is not built is not in it.

A person with several roles works under one *hat* at a time; the hat of a page is its blueprint's.
"""

from dataclasses import dataclass

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from lms.access import Actor, Permission, may_enter
from lms.web.request import actor_or_none


@dataclass(frozen=True)
class Item:
    """An entry of the menu. endpoint: where it leads; blueprints: on whose pages it is the current one."""

    label: LazyString
    icon: str
    endpoint: str
    blueprints: tuple[str, ...]


@dataclass(frozen=True)
class Hat:
    """A way of working: its name, who may wear it, and its menu. The first item is its landing page."""

    key: str
    label: LazyString
    may: Permission | None
    items: tuple[Item, ...]


PUBLIC_MENU: tuple[Item, ...] = (
    Item(_("Cek sertifikat"), "seal", "verification.form", ("verification",)),
    Item(_("Bantuan"), "ask", "pages.help", ("pages",)),
)
HATS: tuple[Hat, ...] = (
    Hat("learner", _("Pegawai"), None, ()),
    Hat(
        "trainer",
        _("Penyusun kursus"),
        Permission.COURSE_EDIT,
        (Item(_("Kursus"), "book", "authoring.index", ("authoring",)),),
    ),
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
    hat = next((hat for hat in hats if _current(hat.items, here)), hats[0] if hats else None)
    items = hat.items if hat else PUBLIC_MENU
    return Menu(items, _current(items, here), hat, hats)


def hats_of(who: Actor) -> tuple[Hat, ...]:
    """The hats that a person may wear, everyone's own first."""
    return tuple(hat for hat in HATS if hat.may is None or may_enter(who, hat.may))


def _current(items: tuple[Item, ...], blueprint: str) -> str:
    return next((item.endpoint for item in items if blueprint in item.blueprints), "")
