"""/soal/<bank>/<soal>/beda: what changed between two versions, word by word, and nothing that changed is passed over."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.questions import kinds
from lms.web import question_difference
from lms.web.question_difference import Version
from tests.cast import Cast, Person
from tests.exams import factory
from tests.web.question_life.writing import BANK, TYPED, write
from tests.web.test_question_round_trips import ASKED, RARE

Browser = Callable[[Person | None], FlaskClient]


def version_in(page: str) -> str:
    found = re.search(r'name="versi" value="(\d+)"', page)
    assert found, page
    return found[1]


def edited(author: FlaskClient, address: str, **change: str) -> None:
    found = re.search(r'name="dari" value="(\d+)"', author.get(f"{address}/sunting").text)
    assert found
    answer = author.post(f"{address}/sunting", data=TYPED | {"dari": found[1]} | change)
    assert answer.status_code == 303, answer.text


def test_a_reviewer_reads_what_changed_between_two_versions(browser: Browser, cast: Cast, reviewer: Person) -> None:
    author, other = browser(cast.trainer), browser(reviewer)
    address = write(author)
    edited(author, address, soal="Surel mana yang **asli**?", benar="2", tag="Surel", tingkat="2")

    asked = other.get(address).text
    assert f'href="{address}/beda?dari=1&amp;ke=2"' in asked
    assert "Lihat yang berubah sejak versi 1" in asked
    assert "Beda dengan versi 1" in other.get(f"{BANK}?antrean=tinjau").text
    page = other.get(f"{address}/beda").text
    assert re.findall(r"<h3>(.*?)</h3>", page) == ["Pertanyaan", "Pilihan", "Tingkat", "Tag"]
    assert (
        '<del><span class="hide">dihapus: </span>palsu</del><ins><span class="hide">ditambah: </span>asli</ins>' in page
    )
    assert '<p>A. Dari bank<del><span class="hide">dihapus: </span> (Kunci)</del></p>' in page
    assert '<p>B. Dari teman<ins><span class="hide">ditambah: </span> (Kunci)</ins></p>' in page
    backwards = other.get(f"{address}/beda?dari=2&ke=1").text
    assert '<del><span class="hide">dihapus: </span>asli</del>' in backwards
    assert "mengatakan hal yang sama" in other.get(f"{address}/beda?dari=2&ke=2").text


def test_a_reviewer_is_led_to_what_changed_since_the_last_approval(
    browser: Browser, cast: Cast, reviewer: Person
) -> None:
    author, other = browser(cast.trainer), browser(reviewer)
    address = write(author)
    data = {"versi": version_in(other.get(address).text), "periksa": list(CHECKED)}
    assert other.post(f"{address}/persetujuan", data=data).status_code == 303
    edited(author, address, soal="Surel mana?")
    edited(author, address, soal="Surel mana yang asli?")

    assert f'href="{address}/beda?dari=1&amp;ke=3">Lihat yang berubah sejak versi 1' in other.get(address).text


def test_one_version_has_nothing_to_compare_and_none_is_made_up(browser: Browser, cast: Cast, reviewer: Person) -> None:
    client = browser(reviewer)

    assert "baru punya satu versi" in client.get(f"{BANK}/soal-1-0/beda").text
    for query in ("?dari=1&ke=2", "?dari=0&ke=1", "?ke=9"):
        assert client.get(f"{BANK}/soal-1-0/beda{query}").status_code == 404
    assert client.get(f"{BANK}/soal-1-0/beda?dari=x&ke=-1").status_code == 200
    assert client.get(f"{BANK}/soal-9-9/beda").status_code == 404
    assert browser(cast.other_trainer).get(f"{BANK}/soal-1-0/beda").status_code == 404
    assert browser(cast.learner).get(f"{BANK}/soal-1-0/beda").status_code == 403


@pytest.mark.parametrize(
    ("kind", "fields"), [*factory.BY_KIND.items(), *RARE], ids=lambda one: one if isinstance(one, str) else ""
)
def test_whatever_changes_in_a_question_is_told(app: Flask, kind: str, fields: dict[str, Any]) -> None:
    content = kinds.read({"kind": kind} | ASKED | fields)

    with app.test_request_context():
        untold = [
            path
            for path, changed in changes_of(content)
            if not question_difference.between(of(kind, content), of(kind, changed))
        ]

    assert untold == []


def test_each_tag_that_changes_is_told(app: Flask) -> None:
    content = kinds.read({"kind": "true_false"} | ASKED | factory.BY_KIND["true_false"])
    first = Version("true_false", content, "Integritas (MAN.INT)", 1, "mudah", ("a",), "satu")

    with app.test_request_context():
        for change in (
            {"competency": "Kerja Sama (MAN.KJS)"},
            {"level": 2},
            {"difficulty": "sulit"},
            {"tags": ("a", "b")},
            {"lesson": "dua"},
        ):
            assert len(question_difference.between(first, Version(**{**vars(first), **change}))) == 1


def of(kind: str, content: dict[str, Any]) -> Version:
    return Version(kind, content, "Integritas (MAN.INT)", 1, "mudah")


def changes_of(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The content with one of its values changed, and where; each value in turn."""
    for path in paths(content):
        changed = deepcopy(content)
        holder: Any = changed
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = other_than(holder[path[-1]])
        yield "/".join(map(str, path)), changed


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        steps = value if isinstance(value, dict) else range(len(value))
        for step in steps:
            yield from paths(value[step], (*here, step))
    else:
        yield here


def other_than(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value in SWAPPED:
        return SWAPPED[value]
    return (
        f"{value}5"
        if re.fullmatch(r"-?\d+\.\d+", value)
        else f"{value}7"
        if re.fullmatch(r"-?\d+", value)
        else f"{value} lagi"
    )


#: Words of which a field holds one.
SWAPPED = {
    "all_or_nothing": "net", "pairs": "places", "choice": "text", "text": "choice", "number": "text", "pdf": "docx", "jpg": "png",
}  # fmt: skip
CHECKED = ("jelas", "kunci", "pengecoh", "pembahasan", "penanda", "adil", "kembar")
