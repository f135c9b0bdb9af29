"""Every template parses, stays small, and brings no script, style or unescaped text of its own."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from lms.config import ROOT

TEMPLATES = ROOT / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))
FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "an inline style": re.compile(r"\sstyle\s*=|<style", re.I),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "unescaped output": re.compile(r"\|\s*safe\b|autoescape\s+false", re.I),
    "a query": re.compile(r"\b(?:session|db)\s*\.|\bselect\s*\(", re.I),
    "an address of another site": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I),
}


def named(file: Path) -> str:
    return str(file.relative_to(TEMPLATES))


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_template_parses(file: Path) -> None:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.parse(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_template_brings_nothing_forbidden(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_template_has_fewer_than_a_hundred_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) < 100


@pytest.mark.parametrize("file", [file for file in FILES if not file.name.startswith("_")], ids=named)
def test_a_page_has_a_title(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert "<title>" in text or "{% block title %}" in text or ("extends" in text and "'_base.html'" not in text)


def test_the_two_dark_palettes_are_the_same() -> None:
    tokens = (ROOT / "lms/web/static/css/parts/tokens.css").read_text(encoding="utf-8")
    by_system = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', tokens, re.S)
    by_choice = re.search(r':root\[data-theme="dark"\] \{(.*?)\}', tokens, re.S)

    assert by_system
    assert by_choice
    assert by_system.group(1).split() == by_choice.group(1).split()
