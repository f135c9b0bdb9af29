"""Files made to harm: what makes a reader slow, full or fail comes to an error that says where and what to do.

Sizes are such that a reader whose work grows with the square of them would not end.
"""

import io
import zipfile
from typing import Any

import pytest

from lms.questions import images
from lms.questions.exchange import decoding, formats, html_reader, html_tokens, sheet_writer, xml_tree
from lms.questions.exchange.checking import Checked
from lms.questions.exchange.drafted import MOST_FINDINGS, MOST_PARTS, Reading
from lms.questions.exchange.xml_tree import Node
from tests.questions.exchange.test_other_formats import ITEM, manifest, packed

MANY = 50_000


def moodle(stem: str = "Kota?", answers: str = "", kind: str = "essay") -> Checked:
    text = f"<text><![CDATA[{stem}]]></text>"
    return formats.read(
        "moodle-xml",
        f'<quiz><question type="{kind}"><questiontext>{text}</questiontext>{answers}</question></quiz>'.encode(),
    )


def said(checked: Checked) -> list[str]:
    return [str(one) for one in checked.errors]


@pytest.mark.parametrize(
    "text",
    [
        "<a " * MANY,
        "<!--" * MANY,
        "<![CDATA[" * MANY,
        "<br>" * MANY,
        "a<br>" * 20_000,
        "<pre>a" + "\n" * MANY + "b</pre>",
        "<table><tr><td>" + "<p> </p>" * 10_000,
    ],
)
def test_html_is_read_in_one_pass(text: str) -> None:
    markdown, _media = html_reader.read(text)

    assert len(markdown) < 2 * len(text)


@pytest.mark.parametrize("section", ["<![x[ y", "<![ y", "<![if !vml]>y<![endif]>", "<!DOCTYPE x>y", "<?php y ?>y"])
def test_odd_sections_of_html_keep_the_words_around_them(section: str) -> None:
    assert html_reader.read(f"<p>Kota {section}")[0].startswith("Kota")


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<script>alert(1)</script>a", "a"),
        ("<script>alert(1)", ""),
        ("<style>p{}</STYLE>a", "a"),
        ("<a title='x>y'>z</a>", "z"),
        ("1 < 2 <3 a<b", "1 < 2 <3 a<b"),
        ("a <b", "a <b"),
        ("&lt;script&gt;", "<script>"),
    ],
)
def test_words_of_tokens(html: str, words: str) -> None:
    made = [token for token in html_tokens.tokens(html) if token.kind == "words"]

    assert "".join(token.text for token in made if "alert" not in token.text) == words


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("gift", "x {#" + "." * MANY + " x y}"),
        ("csv", f"Jenis,Soal,Kunci\nIsian singkat,x,a{' ' * MANY}b"),
        ("csv", f"Jenis,Soal,Pilihan A,Pilihan B,Kunci\nPG,x,a,b,A{' ' * MANY}?"),
        ("csv", f"Jenis,Soal,Kunci,Satuan\nAngka,x,3,m;a{' ' * MANY}?"),
        ("csv", "Soal,Kunci" + ",x" * MANY),
        ("csv", "Soal,Kunci" + "\n" * MANY + "x,Benar"),
        ("gift", "kata " * 20_000 + "{=a ~b}"),
    ],
)
def test_long_runs_are_refused(format: str, text: str) -> None:
    checked = formats.read(format, text.encode())

    assert checked.ready == ()
    assert checked.errors


def test_a_cloze_whose_gaps_never_close_is_refused() -> None:
    assert "tidak ada rumpang" in said(moodle("{1:SA:" * 50_000, kind="cloze"))[0]


@pytest.mark.parametrize(
    ("stem", "answers", "kind"),
    [
        ("{" + "9" * 5000 + ":SA:=a}", "", "cloze"),
        ("[[" + "9" * 5000 + "]]", "<selectoption><text>a</text></selectoption>", "gapselect"),
        ("x", "<minwordlimit>²</minwordlimit>", "essay"),
        ("x", f"<responseformat>noinline</responseformat><maxbytes>{'9' * 5000}</maxbytes>", "essay"),
        ("x", '<answer fraction="²"><text>a</text></answer><answer fraction="1"><text>b</text></answer>', "ordering"),
        (
            "x",
            '<answer fraction="100"><text>3</text></answer>'
            "<units><unit><multiplier>1e-20</multiplier><unit_name>m</unit_name></unit></units>",
            "numerical",
        ),
    ],
)
def test_numbers_that_no_number_can_hold_do_not_end_the_reading(stem: str, answers: str, kind: str) -> None:
    checked = moodle(stem, answers, kind)

    assert len(checked.ready) == 1 or checked.errors


def test_points_of_a_sheet_may_be_any_length() -> None:
    row = f"Soal,Jenis,Pilihan A,Pilihan B,Kunci\nx,Situasional,a,b,A={'9' * 5000} B=5"

    assert formats.read("csv", row.encode()).errors


def test_a_tolerance_below_zero_is_an_error() -> None:
    assert said(formats.read("gift", b"x {#3:-1}")) == ["Baris 1: toleransi: tidak boleh kurang dari nol"]


@pytest.mark.parametrize(
    ("count", "refused"), [(MOST_PARTS - 50, "pilihan"), (MOST_PARTS + 1, "memuat lebih dari 500")]
)
def test_a_question_of_too_many_answers_is_refused_before_they_are_read(count: int, refused: str) -> None:
    answers = '<answer fraction="100"><text>a</text></answer>' * count
    gift = "x {=a " + "~b " * count + "}"

    assert refused in said(moodle("x", answers, "multichoice"))[0]
    assert refused in said(formats.read("gift", gift.encode()))[0]


@pytest.mark.parametrize("answers", ["T" + "#a" * MANY, "=a" * MANY, "~a" * MANY])
def test_more_answers_than_are_looked_at_are_not_listed(answers: str) -> None:
    assert said(formats.read("gift", f"x {{{answers}}}".encode())) == [
        "Baris 1, karakter ke-4: soal ini memuat lebih dari 500 jawaban atau bagian"
    ]


@pytest.mark.parametrize(
    ("format", "text", "refused"),
    [
        ("gift", "a\n" * 10, "lebih dari 9 baris"),
        ("aiken", "a\n" * 10, "lebih dari 9 baris"),
        ("gift", "x<b>&lt;b>" * 5, "lebih dari 9 tag"),
        ("moodle-xml", "<quiz>" + "&#60;&#x3C;" * 5 + "</quiz>", "lebih dari 9 tag"),
    ],
)
def test_a_file_of_more_lines_or_tags_than_are_read_in_time_is_refused(
    format: str, text: str, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "MOST_LINES", 9)
    monkeypatch.setattr(decoding, "MOST_TAGS", 9)

    assert refused in said(formats.read(format, text.encode()))[0]


def test_the_elements_of_a_package_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_tree, "MOST_TOGETHER", 10)
    files: dict[str, str | bytes] = {f"{n}.xml": "<a>" + "<b/>" * 10 + "</a>" for n in range(3)}

    found = said(formats.read("qti", packed(files)))

    assert len(found) == 2  # the first is no item; before the second, reading ends
    assert "terlalu banyak elemen XML" in found[1]


def test_an_item_that_a_package_lists_many_times_is_read_once() -> None:
    listed = manifest("a.xml", "./a.xml", "A/../a.xml", "%61.xml")

    checked = formats.read("qti", packed({"imsmanifest.xml": listed, "a.xml": ITEM}))

    assert len(checked.ready) == 1
    told = [one.where for one in checked.warnings if "disebut lebih dari satu kali" in one.message]
    assert told == ["a.xml"]


def test_a_qti_item_of_too_many_choices_is_refused() -> None:
    item = ITEM.replace("<correctResponse>", "<correctResponse>" + "<value>A</value>" * MOST_PARTS, 1)

    assert "memuat lebih dari 500" in said(formats.read("qti", item.encode()))[0]


def test_rules_of_a_qti_item_are_gone_through_once_for_all_of_its_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[str] = []
    walk = Node.walk

    def count(node: Node) -> Any:
        walked.append(node.name)
        return walk(node)

    monkeypatch.setattr(Node, "walk", count)
    declared = '<responseDeclaration identifier="R{n}" cardinality="single" baseType="float">'
    declared += "<correctResponse><value>1</value></correctResponse></responseDeclaration>"
    gaps = "".join(f'<textEntryInteraction responseIdentifier="R{n}"/>' for n in range(9))
    rule = '<equal toleranceMode="absolute" tolerance="0.5 0.5"><variable identifier="R8"/></equal>'
    item = f"""<assessmentItem>{"".join(declared.replace("{n}", str(n)) for n in range(9))}<itemBody><p>Isi {gaps}</p></itemBody>
        <responseProcessing><responseCondition>{rule}</responseCondition></responseProcessing></assessmentItem>"""

    (made,) = formats.read("qti", item.encode()).ready

    assert [gap.get("tolerance") for gap in made.content["gaps"].values()] == [None] * 8 + ["0.5"]
    assert walked.count("responseProcessing") == 1  # not once for each gap


def test_what_is_said_of_a_file_ends_and_the_good_stay() -> None:
    checked = formats.read("gift", b"Kota? {=a ~b}\n\n" + b"x }\n\n" * (MOST_FINDINGS + 10))

    assert len(checked.ready) == 1
    assert len(checked.errors) == MOST_FINDINGS + 1
    assert "lebih dari 10000 temuan" in str(checked.errors[-1])


def test_a_picture_is_decoded_once_however_often_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def encoded(data: bytes) -> tuple[str, bytes]:
        calls.append(data)
        raise images.BadImage("type")

    monkeypatch.setattr(images, "encoded", encoded)
    found = Reading()

    assert [found.medium(b"x"), found.medium(b"x"), found.medium(b"y")] == [None, None, None]
    assert calls == [b"x", b"y"]


def test_letters_that_nobody_sees_are_replaced_and_said() -> None:
    checked = formats.read("gift", b"Ko\x08ta\x1b? {=a ~b}")

    assert checked.ready[0].drafted.stem == "Ko\ufffdta\ufffd?"
    assert [str(one) for one in checked.warnings] == [
        "Berkas: ada 2 huruf kendali yang tidak tampak; diganti dengan \ufffd"
    ]


def test_a_package_with_two_files_of_one_name_or_a_broken_one_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest("a.xml"))
        archive.writestr("a.xml", ITEM)
        archive.writestr("b/../a.xml".replace("b/../", "./"), ITEM)
    broken = bytearray(packed({"a.xml": ITEM}))
    broken[60:80] = b"\xff" * 20

    assert "ada dua kali" in said(formats.read("qti", made.getvalue()))[0]
    assert "rusak" in said(formats.read("qti", bytes(broken)))[0]


def test_a_table_whose_quotation_never_ends_says_where_it_began_and_keeps_the_rows_before() -> None:
    checked = formats.read("csv", b'Soal,Kunci\nw,Benar\n"x,Benar\ny,Salah\n')

    assert [one.drafted.stem for one in checked.ready] == ["w"]
    assert said(checked) == [
        "Baris 3: tanda kutip yang dibuka di sini tidak ditutup, jadi semua baris sesudahnya tidak terbaca"
    ]
    assert len(formats.read("csv", b'Soal,Kunci\nw,Benar\n"x\ny","Benar"').ready) == 2


@pytest.mark.parametrize(
    ("key", "value"), [("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("1.234.567", "1234567"), ("1,5", "1.5")]
)
def test_numbers_of_either_notation_are_read_in_a_sheet(key: str, value: str) -> None:
    (one,) = formats.read("csv", f'Soal;Jenis;Kunci\nx;Angka;"{key}"'.encode()).ready

    assert one.content["answer"] == value


def test_a_number_that_candidates_would_mean_otherwise_is_a_warning() -> None:
    checked = formats.read("csv", b"Soal;Jenis;Kunci\nx;Angka;1.250\ny;Angka;0.125\nz;Angka;12.5")

    assert [str(one) for one in checked.warnings] == [
        "Baris 2, kolom C (Kunci): '1.250' dibaca dengan titik desimal; bila titik itu pemisah ribuan, hapus titiknya"
    ]


def test_a_tag_of_very_many_attributes_is_refused() -> None:
    tag = "<quiz " + " ".join(f"a{n}=''" for n in range(2000)) + "/>"

    assert "atribut" in said(formats.read("moodle-xml", tag.encode()))[0]


def test_a_text_of_megabytes_is_refused_apart_from_the_pictures_in_it() -> None:
    long = "kata " * 120_000
    picture = "data:image/png;base64," + "A" * 600_000

    assert "lebih dari 500000 huruf" in said(moodle(long))[0]
    assert moodle(f"Apa ini? <img src='{picture}'>").errors == []


def test_a_text_that_no_cell_holds_is_said_and_not_left_out_in_silence() -> None:
    checked = formats.read("gift", b"kata " * 7_000 + b"{=a ~b}")
    written = sheet_writer.write([one.drafted for one in checked.ready])

    assert "32767 huruf" in str(written.findings[0])
