"""How pages look and speak: assets, icons, language, dates, numbers, the navigation; and small answers compressed."""

import gzip
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from math import ceil
from pathlib import Path
from typing import cast
from wsgiref.headers import Headers

import jinja2
import yaml
from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel
from flask_babel import gettext as _
from jinja2 import FileSystemBytecodeCache
from markupsafe import Markup
from whitenoise import WhiteNoise

from lms import markup
from lms.clock import ZONES, local, local_date
from lms.config import ROOT, Settings
from lms.people import nip
from lms.questions.content import Presented
from lms.questions.kinds.numbers import parts_in
from lms.web import templating
from lms.web.ending_words import reason_words
from lms.web.navigation import menu
from lms.web.request import actor_or_none, now, platform
from lms.web.security import HEADERS
from lms.web.templating import Environment, forget_others, said, stamp

LANGUAGES = ("id", "en")
BUILT = ROOT / "build" / "static"
_MANIFEST, _ICONS = BUILT / "manifest.json", ROOT / "templates" / "icons.yaml"
#: What the text in compiled templates comes from, and what puts it there.
FOLDED = (_MANIFEST, _ICONS, Path(__file__), Path(templating.__file__), Path(jinja2.__file__))
_LARGE_ENOUGH = 600
#: Half the processor time of gzip's usual 6 for a tenth more bytes: 2.4 instead of 4.8 ms an exam, 46 instead of 42 KB.
_EFFORT = 3
_INDONESIAN = Markup(' lang="id"')


class AssetsMissing(RuntimeError):
    """The styles and scripts were not built."""


def prepare_templates(app: Flask, settings: Settings) -> None:
    """Before anything else asks for the templates: what is put in when they are compiled."""
    app.jinja_environment = Environment
    templates = cast(Environment, app.jinja_env)
    templates.add_extension("jinja2.ext.i18n")
    holds = stamp(*FOLDED)
    templates.speak(language, _known, holds)
    templates.bytecode_cache = _compiled(settings.var / "templates", holds)


def prepare(app: Flask, settings: Settings) -> None:
    """Give templates their words, and serve the built assets."""
    app.config.update(
        BABEL_DEFAULT_LOCALE="id",
        BABEL_DEFAULT_TIMEZONE=settings.zone,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
    )
    Babel(app, locale_selector=language)
    app.jinja_env.globals["_"] = text
    app.jinja_env.globals.update(
        asset=asset, icon=icon, icons=icons(), menu=menu, language=language, theme=theme, actor=actor_or_none
    )
    app.jinja_env.globals.update(
        piece=piece, text_size=text_size, site=settings, now=now, other_language=other_language
    )
    app.jinja_env.globals.update(in_indonesian=in_indonesian)
    app.jinja_env.filters.update(
        tanggal=long_date,
        hari=weekday_date,
        jam=clock_time,
        rentang=window,
        saat=moment,
        desimal=decimal,
        bulat=whole,
        nip=nip.display,
    )
    app.jinja_env.filters.update(angka=written, terbaca=read_number, markdown=markup.html)
    app.jinja_env.filters.update(jamdetik=clock_seconds, lama=span, bulan=month_name)
    app.jinja_env.filters.update(kapan=recently, eksak=exact, namahari=weekday, tgl=day_of_month, bulantahun=month_year)
    app.jinja_env.filters.update(alasan=reason_words)
    app.after_request(_compress)
    if BUILT.is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app, root=BUILT, prefix="static/", immutable_file_test=_is_hashed, add_headers_function=_guard
        )


def _known(spoken: str) -> dict[str, Callable[..., str]]:
    """What templates need not ask for at each request."""
    return {
        "_": lambda words: said(spoken, words),
        "language": lambda: spoken,
        "other_language": lambda: _other(spoken),
        "in_indonesian": lambda: _marked(spoken),
        "asset": asset,
        "icon": icon,
        "m.ic": icon,
    }


def _compiled(folder: Path, holds: str) -> FileSystemBytecodeCache:
    """Templates as compiled by an earlier process: the first look at a page is not the one that waits for it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    forget_others(folder, holds)
    return FileSystemBytecodeCache(str(folder))


def text(words: str, /, **values: object) -> Markup:
    """The words in the person's language, with values put in: `_` in templates, where it was not put in when they were compiled."""
    found = said(language(), words)
    return found % values if values else found


def piece(name: str, /, **given: object) -> Markup:
    """A piece of a page that is the same whenever it is given the same: made once in each language, then kept.

    Its template sees what it is given and nothing of the request; what is given is hashable, and of few kinds.
    """
    templates = cast(Environment, current_app.jinja_env)
    return templates.piece(language(), request.script_root, name, tuple(given.items()))


def asset(name: str) -> str:
    """The address of a built asset, by its source name such as `css/look.css`."""
    try:
        return "/static/" + _manifest(_MANIFEST)[name]
    except FileNotFoundError as error:
        raise AssetsMissing("run bin/serve or bin/test: it builds the styles and scripts") from error


@cache
def _manifest(file: Path) -> dict[str, str]:
    names: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return names


@cache
def icons() -> dict[str, str]:
    """Name → SVG path, drawn with a line in a 24 × 24 box."""
    drawn: dict[str, str] = yaml.safe_load(_ICONS.read_text(encoding="utf-8"))
    return drawn


def icon(name: str, more: str = "") -> Markup:
    """An icon beside words that say the same. more: another class, such as `s` for a small one."""
    classes = f"ic {more}" if more else "ic"
    shape = f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true"><path d="{icons()[name]}"/></svg>'
    return Markup(shape)  # noqa: S704 - drawn by us


def language() -> str:
    """`id` or `en`: the account's, else what this request was told to speak, else this browser's choice, else Indonesian."""
    who = actor_or_none()
    chosen = who.language if who else g.get("spoken") or request.cookies.get("bahasa", "id")
    return chosen if chosen in LANGUAGES else "id"


def speak(chosen: str | None) -> None:
    """Answer this request in a language of its own: that of an address which somebody made for a screen without an account."""
    g.spoken = chosen


def other_language() -> str:
    """The language one may switch to."""
    return _other(language())


def _other(spoken: str) -> str:
    return "en" if spoken == "id" else "id"


def in_indonesian() -> str:
    """Marks what stays Indonesian on a page in another language: ` lang="id"` there, nothing on Indonesian pages."""
    return _marked(language())


def _marked(spoken: str) -> str:
    return "" if spoken == "id" else _INDONESIAN


def theme() -> str:
    """`auto`, `light` or `dark`."""
    who = actor_or_none()
    return who.theme if who else request.cookies.get("tema", "auto")


def text_size() -> int:
    """Per cent of the normal size."""
    who = actor_or_none()
    return who.text_size if who else 100


def long_date(day: date | datetime) -> str:
    """12 Mei 2027."""
    return _dated(_local(day), "d MMMM y", language())


def weekday_date(day: date | datetime) -> str:
    """Senin, 23 November 2026."""
    return _dated(_local(day), "EEEE, d MMMM y", language())


def weekday(day: date | datetime) -> str:
    """Senin."""
    return _dated(_local(day), "EEEE", language())


def day_of_month(day: date | datetime) -> str:
    """23."""
    return _dated(_local(day), "d", language())


def month_name(month: str) -> str:
    """November 2026, of 2026-11."""
    return _dated(date.fromisoformat(f"{month}-01"), "MMMM y", language())


def month_year(day: date | datetime) -> str:
    """Nov 2026."""
    return _dated(_local(day), "MMM y", language())


def clock_time(at: datetime, zone: str | None = None) -> str:
    """10.42 WIB (in English 10:42 WIB). zone: another than the installation's, as of a sitting."""
    zone = zone or platform().settings.zone
    shape = "%H:%M" if language() == "en" else "%H.%M"
    return f"{local(at, zone):{shape}} {ZONES[zone]}"


def clock_seconds(at: datetime, zone: str) -> str:
    """10.42.15 on the wall clock of `zone` (in English 10:42:15): what is looked at while it happens."""
    return local(at, zone).strftime("%H:%M:%S" if language() == "en" else "%H.%M.%S")


def span(left: timedelta) -> str:
    """00.42.10 (in English 00:42:10); nothing below nought."""
    seconds = max(0, ceil(left.total_seconds()))
    parts = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return (":" if language() == "en" else ".").join(f"{part:02d}" for part in parts)


def moment(at: datetime, zone: str | None = None) -> str:
    """12 Mei 2027, 10.42 WIB."""
    day = local_date(at, zone or platform().settings.zone)
    return f"{long_date(day)}, {clock_time(at, zone)}"


def window(opens_at: datetime, closes_at: datetime, zone: str) -> str:
    """Sabtu, 28 November 2026, 22.30 WIB sampai 23.30 WIB; the day of the end, too, where it is another in the zone."""
    first, last = local_date(opens_at, zone), local_date(closes_at, zone)
    end = clock_time(closes_at, zone)
    return _(
        "%(from)s sampai %(until)s",
        **{
            "from": f"{weekday_date(first)}, {clock_time(opens_at, zone)}",
            "until": end if first == last else f"{weekday_date(last)}, {end}",
        },
    )


def recently(at: datetime) -> str:
    """hari ini, 15.44 WIB · kemarin, 20.15 WIB · 12 Mei 2027, 10.42 WIB."""
    zone = platform().settings.zone
    match (local_date(now(), zone) - local_date(at, zone)).days:
        case 0:
            return _("hari ini, %(time)s", time=clock_time(at))
        case 1:
            return _("kemarin, %(time)s", time=clock_time(at))
        case _days:
            return moment(at)


def decimal(value: Decimal | float, places: int = 2) -> str:
    """86,05; in English 86.05."""
    return _figure(value, f"#,##0.{'0' * places}")


def whole(value: Decimal | int) -> str:
    """1.250 with the thousands of the language; decimals only where there are some."""
    return _figure(value, "#,##0.##")


def exact(value: Decimal) -> str:
    """12,5: all decimals that a number has."""
    return _figure(value, "#,##0.##########")


def written(number: str) -> str:
    """12,5 of a number as content keeps it: 12.5."""
    return exact(Decimal(number))


def read_number(typed: str, presented: Presented) -> str:
    """1.250 km: how a typed answer to a question for a number is read; empty where it is none."""
    found = parts_in(typed, (presented.unit, *presented.units))
    return "" if found is None else f"{exact(found[0])} {found[1] or presented.unit}".rstrip()


def _figure(value: Decimal | float, shape: str) -> str:
    """As the language writes it, with a minus as wide as its figures: a hyphen is overlooked, and lines break behind it."""
    return _written(value, shape, language())


@lru_cache(maxsize=4096)  # the same dates and figures stand on page after page, and each takes 0.1 ms
def _written(value: Decimal | float, shape: str, spoken: str) -> str:
    return format_decimal(value, shape, locale=spoken).replace("-", "−")


@lru_cache(maxsize=4096)
def _dated(day: date, shape: str, spoken: str) -> str:
    return format_date(day, shape, locale=spoken)


def _local(day: date | datetime) -> date:
    return local_date(day, platform().settings.zone) if isinstance(day, datetime) else day


def _guard(headers: Headers, _path: str, _address: str) -> None:
    for name, value in HEADERS.items():
        headers[name] = value


def _is_hashed(_path: str, address: str) -> bool:
    parts = address.rsplit("/", 1)[-1].split(".")
    return len(parts) >= 3 and len(parts[-2]) == 8


def _compress(response: Response) -> Response:
    """gzip for text that is worth it. Files that are streamed stay as they are."""
    if (
        response.direct_passthrough
        or "gzip" not in request.headers.get("Accept-Encoding", "")
        or response.headers.get("Content-Encoding")
        or response.mimetype not in {"text/html", "application/json", "text/csv"}
        or (response.content_length or 0) < _LARGE_ENOUGH
    ):
        return response
    response.set_data(gzip.compress(response.get_data(), compresslevel=_EFFORT, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    return response
