"""No forged, changed or hostile file is ever called valid: on the page, by the command, or by the sandbox."""

import html
import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, template_rendered

from lms import cli
from lms.certificates.register import SqlRegister
from lms.certificates.sandbox_client import SandboxClient
from lms.certificates.verification import IN_FORCE, State, Verdict, check_file
from tests.cast import START, Cast
from tests.certificates.attacks.corpus import ATTACKS, Attack, all_attacks
from tests.certificates.attacks.world import World, world

ALL = all_attacks()
#: What the page says of a certificate in force, of which nothing may stand above an attack's result.
PRAISE = ("Sertifikat sah", "Sah, akan berakhir", "Terdaftar dan")


@pytest.fixture(scope="module")
def there(sqlite_template: tuple[Path, Cast], fonts_dir: Path) -> Iterator[World]:
    with world(sqlite_template, fonts_dir) as made:
        yield made


@pytest.fixture(scope="module")
def file_of(there: World) -> Callable[[Attack], bytes]:
    """The file of an attack, made once for all tests here."""
    return cache(lambda one: one.make(there))


def on_the_page(app: Flask, data: bytes) -> tuple[Verdict, str]:
    """What /cek decides about an upload, and the page that says so."""
    seen: list[Verdict] = []

    def note(_sender: Flask, context: dict[str, Any], **_: Any) -> None:
        seen.extend([context["verdict"]] if "verdict" in context else [])

    with template_rendered.connected_to(note, app):
        answer = app.test_client().post("/cek/berkas", data={"berkas": (BytesIO(data), "sertifikat.pdf")})
    assert len(seen) == 1
    return seen[0], answer.text


def headline(page: str) -> str:
    """Title and sentence of a result."""
    found = re.search(r'<div class="verdict (\w+)">.*?<h1>(.*?)</h1><p id="kata">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    return html.unescape(" | ".join(found.groups()))


def private(one: World) -> list[str]:
    """What no check may tell of a holder."""
    kept = [one.mine.facts, one.other.facts, one.revoked.facts]
    return ["Nilai", *(text for one in kept for text in (one.holder_nip, one.holder_unit, one.holder_rank))]


def test_there_are_enough_and_each_is_another_file(file_of: Callable[[Attack], bytes]) -> None:
    assert len(ALL) == len(ATTACKS) >= 50
    quick = [one for one in ALL if one.state not in {State.TOO_COMPLEX, State.TOO_LARGE}]
    assert len({file_of(one) for one in quick}) == len(quick)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_an_attack_gets_its_state_and_is_not_called_valid(
    there: World, file_of: Callable[[Attack], bytes], one: Attack
) -> None:
    verdict, page = on_the_page(there.app, file_of(one))

    assert (verdict.state, verdict.cause) == (one.state, one.cause), verdict.reasons
    assert verdict.state not in IN_FORCE
    assert verdict.file_matches is False
    said = headline(page)
    assert not said.startswith("ok")
    assert not any(words in said for words in PRAISE)
    assert not [text for text in private(there) if text in page]


def test_the_command_says_the_same_of_one_of_each_state(
    there: World, file_of: Callable[[Attack], bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    some = {one.state: one for one in ALL}.values()
    files = {tmp_path / f"{one.name}.pdf": one for one in some}
    for file, one in files.items():
        file.write_bytes(file_of(one))

    code = cli.run(["certificates", "verify", *map(str, files), "--json"], open_platform=lambda: there.platform)

    assert code == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {Path(answer["file"]).stem: answer["state"] for answer in answers} == {one.name: one.state for one in some}


def test_a_file_of_nothing_is_asked_for_again_and_is_no_pdf(there: World) -> None:
    answer = there.app.test_client().post("/cek/berkas", data={"berkas": (BytesIO(b""), "kosong.pdf")})

    assert answer.status_code == 422
    assert "Pilih berkas PDF yang tidak kosong." in answer.text
    with there.platform.database.reader() as session:
        verdict = check_file(b"", register=SqlRegister(session), inspect=inspector(there), now=START)
    assert verdict.state is State.NOT_PDF


def inspector(there: World) -> Any:
    """The sandbox of this installation."""
    client = SandboxClient(there.platform.settings.sandbox_socket)
    return partial(client.inspect, now=START)


@pytest.mark.parametrize(
    ("which", "code", "state"),
    [
        ("mine", None, State.VALID),
        ("mine", "mine", State.VALID),
        ("mine", "other", State.DATA_MISMATCH),
        ("revoked", None, State.REVOKED),
        ("revoked", "mine", State.DATA_MISMATCH),
    ],
)
def test_after_all_that_an_original_is_still_known_and_only_under_its_own_code(
    there: World, which: str, code: str | None, state: State
) -> None:
    pdf, typed = getattr(there, which).pdf, getattr(there, code).code if code else None

    with there.platform.database.reader() as session:
        verdict = check_file(pdf, register=SqlRegister(session), inspect=inspector(there), now=START, code=typed)

    assert (verdict.state, verdict.file_matches) == (state, True)
