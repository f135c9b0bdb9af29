"""Markdown made into safe HTML."""

import html as html_text
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import markup
from lms.markup import Practice

ONE = "0130fc75-f263-480b-a07f-7a6009e2c645"
TWO = "015509c4-8bfc-4503-9b6c-dbb893ba5bbb"
TAG = re.compile(r"<(/?[a-z0-9]+)((?: [a-z-]+(?:=\"[^\"]*\")?)*)>")


def test_headings_begin_at_two_and_skip_no_level() -> None:
    made = markup.html("# Satu\n\n#### Anak\n\n## Anak kedua\n\n# Dua")

    assert re.findall(r"<(h\d)", made) == ["h2", "h3", "h3", "h2"]


def test_outline_names_the_ids_that_stand_in_the_html() -> None:
    text = "## Ukur dulu, baru berjanji\n\n### Cara\n\n## Ukur dulu, baru berjanji"

    assert markup.outline(text) == [
        ("b-ukur-dulu-baru-berjanji", "Ukur dulu, baru berjanji"),
        ("b-ukur-dulu-baru-berjanji-2", "Ukur dulu, baru berjanji"),
    ]
    assert all(f'<h2 id="{name}">' in markup.html(text) for name, _title in markup.outline(text))


def test_an_id_that_looks_like_a_counted_one_is_still_its_own() -> None:
    assert [name for name, _title in markup.outline("## A\n\n## A 2\n\n## A")] == ["b-a", "b-a-2", "b-a-3"]


def test_a_line_for_a_label_has_no_block_around_it() -> None:
    assert markup.inline("`jakarta.go.id`, **bukan** <b>x</b>") == (
        "<code>jakarta.go.id</code>, <strong>bukan</strong> &lt;b&gt;x&lt;/b&gt;"
    )


def test_a_table_names_its_columns_in_every_cell() -> None:
    made = markup.html("| Ukuran | Menit |\n| --- | ---: |\n| Tercepat | **12** |")

    assert '<table class="dense cards">' in made
    assert '<th scope="col">Ukuran</th>' in made
    assert '<th class="num" scope="col">Menit</th>' in made
    assert '<th scope="row">Tercepat</th>' in made
    assert '<td class="num" data-l="Menit"><span><strong>12</strong></span></td>' in made
    assert "style=" not in made


def test_boxes_carry_their_word_and_title() -> None:
    made = markup.html("::: penting Jangan & lakukan\nIsi.\n:::\n\n::: contoh\nLain.\n:::")

    assert '<div class="note penting">\n<p class="box-title"><strong>Penting: Jangan &amp; lakukan</strong></p>' in made
    assert '<div class="example">\n<p class="box-title"><strong>Contoh</strong></p>' in made


def test_the_text_is_cut_where_practice_questions_stand() -> None:
    text = f"Awal.\n\n::: latihan {ONE}\n:::\n\nTengah.\n\n::: latihan {TWO}\n:::\n"

    assert markup.parts(text) == ["<p>Awal.</p>", Practice(ONE), "<p>Tengah.</p>", Practice(TWO)]
    assert markup.html(text) == "<p>Awal.</p>\n<p>Tengah.</p>"


def test_a_practice_question_inside_a_quotation_follows_after_it() -> None:
    parts = markup.parts(f"> Awal.\n>\n> ::: latihan {ONE}\n> :::\n>\n> Akhir.")

    assert parts == ["<blockquote>\n<p>Awal.</p>\n<p>Akhir.</p>\n</blockquote>", Practice(ONE)]


def test_a_practice_question_that_is_never_closed_is_still_asked() -> None:
    assert markup.parts(f"Awal.\n\n::: latihan {ONE}") == ["<p>Awal.</p>", Practice(ONE)]


def test_a_practice_place_without_a_uuid_stays_visible() -> None:
    assert "::: latihan nomor-satu" in markup.html("::: latihan nomor-satu\n:::")


def test_links_to_lessons_are_resolved_by_the_page() -> None:
    addresses = {"02-phishing": "/belajar/kursus/2"}
    made = markup.html("[ada](materi:02-phishing) dan [tidak](materi:09)", link=addresses.get)

    assert '<a href="/belajar/kursus/2" rel="noopener noreferrer">ada</a>' in made
    assert '<a rel="noopener noreferrer">tidak</a>' in made
    assert "materi:" not in made


def test_words_that_look_like_a_resolved_link_are_left_alone() -> None:
    made = markup.html('`<a href="materi:x"`', link=lambda _slug: "/jahat")

    assert "/jahat" not in made


def test_links_within_the_text_meet_the_ids_of_its_headings() -> None:
    assert 'href="#b-cara"' in markup.html("[ke cara](#cara)\n\n## Cara")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#x0A;script:alert(1)", "data:text/html,x", "vbscript:x",
        "//jahat.example", "/keluar", "file:///etc/passwd", "mailto:a@b.example", "materi:../../keluar", "\x01javascript:x",
    ],
)  # fmt: skip
def test_other_addresses_make_no_link(address: str) -> None:
    assert "href" not in markup.html(f"[tekan]({address}) <{address}>\n\n[acuan]: {address}\n\n[acuan]")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](javascript:alert(1))",
        '![" onerror="alert(1)](https://contoh.example/a.png)',
        '[x](https://contoh.example/" onmouseover="alert(1))',
        '[x](https://contoh.example "\\" onmouseover=\\"alert(1)")',
        "::: penting <script>alert(1)</script>\n:::",
        '```"><script>alert(1)</script>\nisi\n```',
        "| <b onclick=x>a</b> | b |\n|---|---|\n| c | d |",
        '| " onclick="x | "><script> |\n|---|---|\n| c | d |',
        '## "><script>alert(1)</script>',
        "<style>*{}</style><svg onload=alert(1)><iframe src=//x>",
    ],
)
def test_hostile_text_becomes_words(text: str) -> None:
    _only_allowed(markup.html(text))


@given(st.text(alphabet=string.printable + "é“”\u202e\x00", max_size=400))
def test_whatever_is_typed_only_allowed_elements_come_out(text: str) -> None:
    _only_allowed(markup.html(text))


@pytest.mark.parametrize(
    "piece", [">", "[", "![", "- ", "*a_", "`", "::: penting a\n", "|a", "<", "[a](", "<script>", "**a ", "\u0000"]
)
def test_a_piece_repeated_to_the_limit_is_still_safe(piece: str) -> None:
    _only_allowed(markup.html(piece * (markup.LONGEST // len(piece))))


def test_a_deep_list_does_not_exhaust_the_stack() -> None:
    _only_allowed(markup.html("".join("  " * depth + "- a\n" for depth in range(300))))


def test_a_megabyte_is_shown_as_it_was_typed() -> None:
    text = "# <b>besar</b>\n" * 70_000

    assert len(text) > 1_000_000
    assert markup.html(text).startswith("<pre># &lt;b&gt;besar")
    assert markup.outline(text) == []
    assert markup.plain(text) == text


def test_plain_keeps_the_words_and_drops_the_marks() -> None:
    text = (
        "## Sandi\n\nPakai **frasa** dan [pengelola](https://x.example).\nBaris dua.\n\n- `kode`\n\n"
        f"::: penting Catat\nJangan.\n:::\n\n::: latihan {ONE}\n:::\n\n| A | B |\n|---|---|\n| c | d |"
    )

    assert markup.plain(text).splitlines() == [
        "Sandi", "Pakai frasa dan pengelola. Baris dua.", "kode", "Catat", "Jangan.", "A", "B", "c", "d",
    ]  # fmt: skip


def _only_allowed(made: str) -> None:
    """Every `<` opens an element of the list, with attributes of the list, and addresses of three kinds."""
    for found in re.finditer("<", made):
        tag = TAG.match(made, found.start())
        assert tag, made[found.start() : found.start() + 80]
        assert tag[1].lstrip("/") in markup.TAGS
        for name, value in re.findall(r' ([a-z-]+)="([^"]*)"', tag[2]):
            assert name in {"href", "title", "class", "id", "scope", "start", "data-l", "rel"}
            if name == "href":
                assert re.match(r"https?://|#b-", html_text.unescape(value))
