"""/sdm/cek: HR checks up to 500 codes or numbers at once, and gets its own sheet back with what each came to."""

import logging
from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from wtforms import FileField, TextAreaField

from lms import spreadsheets
from lms.access import Permission, visible
from lms.certificates import check_lists, check_models
from lms.certificates.check_lists import BadList, Checked
from lms.certificates.check_models import CheckList
from lms.certificates.models import Certificate
from lms.certificates.register import SqlRegister
from lms.people.models import Employee
from lms.reports import remit
from lms.reports.workbook import MIMETYPE
from lms.spreadsheets import BadFile, Cell
from lms.web import check_list_words as words
from lms.web import check_sheets
from lms.web.check_list_words import Told
from lms.web.downloads import attachment
from lms.web.given_tables import bad_file, given
from lms.web.name_search import page_of
from lms.web.request import actor, db, fetch, now, route
from lms.web.security import limiter

log = logging.getLogger(__name__)
blueprint = Blueprint("check_lists", __name__)
MAY = Permission.CERTIFICATE_CHECK_LIST
BY_LIST = "20/minute"
#: Rows on one page of the result.
PAGE = 50


class CheckForm(FlaskForm):
    """A file, or what was copied."""

    berkas = FileField(_l("Berkas XLSX atau CSV"), render_kw={"accept": ".xlsx,.csv,.txt"})
    tempel = TextAreaField(_l("Atau tempel kode atau nomor"), render_kw={"rows": 5, "spellcheck": "false"})


@route(blueprint, "/sdm/cek", may=MAY)
def form() -> ResponseReturnValue:
    """Where a list is given; `?daftar=CODE` brings one that was pasted back, to be corrected."""
    pasted = ""
    if code := request.args.get("daftar"):
        kept = _kept(code)
        pasted = words.as_pasted(kept.rows) if kept.source == "pasted" else ""
    return _form(CheckForm(tempel=pasted))


@route(blueprint, "/sdm/cek", may=MAY, methods=["POST"])
@limiter.limit(BY_LIST)
def check() -> ResponseReturnValue:
    """Keep a list, and show what it comes to. What was pasted stays in the form where it cannot be read."""
    asked = CheckForm()
    try:
        source, rows, data = given(asked.tempel.data or "")
        rows = check_lists.upright(rows) if source == "pasted" else rows
        formulas = spreadsheets.formula_cells(data) if source == "xlsx" else frozenset()
        check_lists.layout(rows)
    except BadFile as error:
        return _refused(asked, bad_file(error, empty=_("Pilih berkas, atau tempel kode atau nomor sertifikat.")))
    except BadList as error:
        return _refused(asked, words.bad_list(error))
    who = actor()
    kept = check_models.keep(db(), source, rows, formulas, employee_id=who.employee_id, by=who.user_id, now=now())
    return redirect(url_for(".report", code=kept.code), 303)


@route(blueprint, "/sdm/cek/<code>", may=MAY)
def report(code: str) -> ResponseReturnValue:
    """What the rows come to: `?status=` a state, or `fault` for those that could not be read."""
    kept = _kept(code)
    told = _told(kept)
    asked = [one for one in told if one.state]
    counts = Counter(one.state for one in asked)
    state = request.args.get("status", "")
    shown = [one for one in asked if one.state == state] if state in counts else asked
    page, pages = page_of(len(shown), PAGE)
    return render_template(
        "check_lists/report.html",
        kept=kept,
        rows=shown[(page - 1) * PAGE : page * PAGE],
        asked=len(asked),
        counts=[(key, words.label(key), counts[key]) for key in words.ORDER if key in counts],
        in_force=sum(one.in_force for one in asked),
        state=state if state in counts else "",
        page=page,
        pages=pages,
        heading=check_lists.layout(kept.rows).first > 0,
    )


@route(blueprint, "/sdm/cek/<code>/hasil.xlsx", may=MAY)
def as_workbook(code: str) -> ResponseReturnValue:
    """The sheet with what each row came to, as a workbook."""
    kept = _kept(code)
    return _file(check_sheets.workbook_of(kept.rows, _told(kept), at=now()), "xlsx")


@route(blueprint, "/sdm/cek/<code>/hasil.csv", may=MAY)
def as_csv(code: str) -> ResponseReturnValue:
    """The same as text with separators."""
    kept = _kept(code)
    return _file(check_sheets.csv_of(kept.rows, _told(kept), at=now()), "csv")


@route(blueprint, "/sdm/cek/<code>/penghapusan", may=MAY, methods=["POST"])
def remove(code: str) -> ResponseReturnValue:
    """Forget a list before its day is over."""
    db().delete(_kept(code))
    flash(_("Daftar itu dihapus."))
    return redirect(url_for(".form"), 303)


def _kept(code: str) -> CheckList:
    return fetch(select(CheckList).where(CheckList.code == code), CheckList, MAY)


def _told(kept: CheckList) -> list[Told]:
    """All rows in words; holders only of certificates in the officer's remit. Three statements."""
    checked = _checked(kept.rows, {(line, column) for line, column in kept.formulas})
    codes = {one.verdict.entry.code for one in checked if one.verdict and one.verdict.entry}
    mine = visible(
        select(Certificate).join(Employee, Employee.id == Certificate.employee_id),
        Certificate,
        actor(),
        Permission.CERTIFICATE_REGISTRY,
    )
    nips = remit.nips(db(), mine, codes)
    return [words.told(one, nips) for one in checked]


def _checked(rows: list[list[Cell]], formulas: set[tuple[int, int]]) -> Sequence[Checked]:
    try:
        return check_lists.check(rows, formulas=formulas, register=SqlRegister(db()), now=now())
    except OperationalError:
        log.exception("the register cannot be read")
        return check_lists.unanswered(rows, formulas=formulas)


def _form(asked: CheckForm) -> str:
    return render_template("check_lists/form.html", form=asked, most=check_lists.MOST)


def _refused(asked: CheckForm, why: str) -> ResponseReturnValue:
    field = asked.berkas if request.files.get("berkas") else asked.tempel
    field.errors = [why]
    return _form(asked), 422


def _file(content: bytes, ending: str) -> ResponseReturnValue:
    kind = {"xlsx": MIMETYPE, "csv": "text/csv"}[ending]
    return attachment(content, f"hasil-cek-sertifikat.{ending}", kind)
