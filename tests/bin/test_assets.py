"""The asset build: hashed names, a manifest, compressed copies; nothing done twice, no fault unsaid."""

import gzip
import json
import re
from gettext import GNUTranslations
from pathlib import Path

import brotli
import pytest
from _setup import ROOT, SetupError, ensure_assets

from tests.bin.conftest import Checkout

FONT = "plus-jakarta-sans-latin-700-normal.woff2"
STYLE = f"""@import "parts/base.css";
@font-face {{ font-family: Judul; src: url("../font/{FONT}") format("woff2"); }}
.spine {{ background: url("../img/kawung.svg"); }}
"""
CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Masuk"
msgstr "Sign in"

#, fuzzy
msgid "Keluar"
msgstr "Exit"
"""


@pytest.fixture
def sources(ready_checkout: Checkout) -> Path:
    """A checkout with a source of each kind, set up but not built."""
    root = ready_checkout.root
    static = root / "lms" / "web" / "static"
    write(static / "css" / "look.css", STYLE)
    write(static / "css" / "parts" / "base.css", "body { color: #12456b; }\n" * 40)
    write(static / "js" / "exam.js", 'import { wait } from "./lib/wait.js";\nwait();\n')
    write(static / "js" / "lib" / "wait.js", 'export const wait = () => console.log("menunggu");\n')
    write(static / "img" / "kawung.svg", "<svg xmlns='http://www.w3.org/2000/svg'></svg>")
    write(static / "img" / "ikon.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>")
    write(
        root / "certificates" / "kawung" / "design.yaml",
        'fonts:\n  Serif: {package: "@fontsource/spectral", file: spectral-latin-500-normal.woff2}\n',
    )
    write(root / "translations" / "en" / "LC_MESSAGES" / "messages.po", CATALOGUE)
    return root


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def manifest(root: Path) -> dict[str, str]:
    names: dict[str, str] = json.loads((root / "build" / "static" / "manifest.json").read_text())
    return names


def built(root: Path, name: str) -> Path:
    return root / "build" / "static" / manifest(root)[name]


def test_the_manifest_names_entries_pictures_and_fonts_but_not_the_parts(sources: Path) -> None:
    ensure_assets(sources)
    assert sorted(manifest(sources)) == [
        "css/look.css",
        f"font/{FONT}",
        "img/ikon.svg",
        "img/kawung.svg",
        "js/exam.js",
    ]


def test_each_built_name_carries_a_hash_that_follows_the_content(sources: Path) -> None:
    ensure_assets(sources)
    before = manifest(sources)
    write(sources / "lms" / "web" / "static" / "js" / "lib" / "wait.js", "export const wait = () => alert(1);\n")
    write(sources / "lms" / "web" / "static" / "img" / "ikon.svg", "<svg/>")
    ensure_assets(sources)
    assert all(re.search(r"\.[0-9A-Za-z]{8}\.\w+$", name) for name in before.values())
    changed = {name for name, target in manifest(sources).items() if before[name] != target}
    assert changed == {"js/exam.js", "img/ikon.svg"}


def test_parts_are_bundled_into_their_entry(sources: Path) -> None:
    ensure_assets(sources)
    assert "menunggu" in built(sources, "js/exam.js").read_text()
    assert "body{color:#12456b}" in built(sources, "css/look.css").read_text()


def test_a_style_points_at_the_hashed_font_and_picture(sources: Path) -> None:
    ensure_assets(sources)
    style = built(sources, "css/look.css")
    targets = re.findall(r'url\("?([^")]+)"?\)', style.read_text())
    assert [(style.parent / target).resolve() for target in targets] == [
        built(sources, f"font/{FONT}"),
        built(sources, "img/kawung.svg"),
    ]


def test_a_part_names_its_fonts_as_seen_from_its_own_folder(sources: Path) -> None:
    part = f'@font-face {{ src: url("../../font/{FONT}"); }}'
    write(sources / "lms" / "web" / "static" / "css" / "parts" / "base.css", part)
    write(sources / "lms" / "web" / "static" / "css" / "look.css", '@import "parts/base.css";')
    ensure_assets(sources)
    style = built(sources, "css/look.css")
    assert f'url("../{manifest(sources)[f"font/{FONT}"]}")' in style.read_text()


def test_compressed_copies_hold_the_same_bytes(sources: Path) -> None:
    ensure_assets(sources)
    style = built(sources, "css/look.css")
    content = style.read_bytes()
    assert brotli.decompress(style.with_name(f"{style.name}.br").read_bytes()) == content
    assert gzip.decompress(style.with_name(f"{style.name}.gz").read_bytes()) == content


def test_fonts_are_not_compressed_again(sources: Path) -> None:
    ensure_assets(sources)
    assert not list((sources / "build" / "static" / "font").glob("*.br"))


def test_a_second_build_writes_nothing(sources: Path) -> None:
    ensure_assets(sources)
    before = times(sources)
    ensure_assets(sources)
    assert times(sources) == before


def times(root: Path) -> dict[Path, int]:
    folders = (root / "build" / "static", root / "build" / "fonts", root / "translations")
    return {path: path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*")}


def test_a_removed_result_is_built_again(sources: Path) -> None:
    ensure_assets(sources)
    font = sources / "build" / "fonts" / "spectral-latin-500-normal.woff2"
    font.unlink()
    ensure_assets(sources)
    assert font.exists()


def test_a_removed_source_leaves_the_build(sources: Path) -> None:
    ensure_assets(sources)
    (sources / "lms" / "web" / "static" / "img" / "ikon.svg").unlink()
    ensure_assets(sources)
    assert "img/ikon.svg" not in manifest(sources)
    assert not list((sources / "build" / "static" / "img").glob("ikon.*"))


def test_the_fonts_of_a_certificate_come_from_their_package(sources: Path) -> None:
    ensure_assets(sources)
    name = "spectral-latin-500-normal.woff2"
    original = ROOT / "node_modules" / "@fontsource" / "spectral" / "files" / name
    assert (sources / "build" / "fonts" / name).read_bytes() == original.read_bytes()


def test_translations_are_compiled_without_the_fuzzy_ones(sources: Path) -> None:
    ensure_assets(sources)
    with (sources / "translations" / "en" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        translations = GNUTranslations(file)
    assert translations.gettext("Masuk") == "Sign in"
    assert translations.gettext("Keluar") == "Keluar"


def test_a_font_that_no_package_has_is_named_with_its_style(sources: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(
        sources / "lms" / "web" / "static" / "css" / "cetak.css",
        '@font-face{src:url("../font/hilang.woff2")}',
    )
    with pytest.raises(SetupError):
        ensure_assets(sources)
    expected = "lms/web/static/css/cetak.css: fon hilang.woff2 tidak ada di paket @fontsource mana pun"
    assert expected in capfd.readouterr().err


def test_a_certificate_font_that_is_missing_is_named_with_its_design(
    sources: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(
        sources / "certificates" / "kawung" / "design.yaml",
        'fonts:\n  Serif: {package: "@fontsource/spectral", file: hilang.woff2}\n',
    )
    with pytest.raises(SetupError):
        ensure_assets(sources)
    expected = "certificates/kawung/design.yaml: fon Serif tidak ada di @fontsource/spectral"
    assert expected in capfd.readouterr().err


def test_a_broken_script_leaves_the_last_good_build(sources: Path) -> None:
    ensure_assets(sources)
    before = built(sources, "js/exam.js").read_text()
    write(sources / "lms" / "web" / "static" / "js" / "exam.js", "let = ;")
    with pytest.raises(SetupError):
        ensure_assets(sources)
    assert built(sources, "js/exam.js").read_text() == before


def test_a_checkout_without_sources_has_an_empty_manifest(ready_checkout: Checkout) -> None:
    ensure_assets(ready_checkout.root)
    assert manifest(ready_checkout.root) == {}


def test_the_build_needs_no_program_of_the_system(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    ensure_assets(sources)
    assert "js/exam.js" in manifest(sources)
