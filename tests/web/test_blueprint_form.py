"""The form of a blueprint: a content goes in and comes out as it was; what the reader refuses stands at its input."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lms.packages import reading
from lms.web import blueprint_form, blueprint_typed
from lms.web.blueprint_form import Form
from tests.exams import factory
from tests.exams.test_pass_rules import SKD
from tests.packages import small
from tests.packages.test_drawing_fields import EXAM as DRAWING
from tests.packages.test_pass_rule_fields import RULES as PASSING
from tests.web.test_pass_rules import CONTENT as POINTS

ROOT = Path(__file__).parents[2]
TIMES = {"duration_minutes": 30, "attempts": 3, "cooldown_hours": 24}
FIXED = "0b6a2d0e-98f5-4f4e-8a53-5b1f0f2e7a11"
#: What a section may say of drawing, and a name that stands there twice.
WIDE: dict[str, Any] = {
    "pass_total_points": "62.50",
    "certainty": True,
    "sections": [
        {"title": "Inti", "competency": "MP.2", "level": 3, "draw": 5, "pass": 0, "difficulty": {},
         "tagged": {"surel": 2, "jam: kerja": 1}, "tags": ["dki", "jabar"], "fixed": [FIXED]},
        {"title": "Tambahan", "competency": "MP.2", "level": 5, "draw": 4, "pass_points": 2,
         "difficulty": {"mudah": 0, "sulit": 4}},
    ],
    "groups": [{"code": "khusus", "title": "Khusus", "compensation": False, "pass_total": 40,
                "sections": [{"title": "Inti", "pass_points": "1.5"}, {"title": "Tambahan", "pass": 10}]}],
}  # fmt: skip


def packaged(exam_yaml: str, tmp_path: Path) -> dict[str, Any]:
    exam = reading.read(small.write(tmp_path, exam_yaml=exam_yaml)).exam
    assert exam is not None
    return exam.blueprint()


def form_of(content: dict[str, Any]) -> Form:
    return blueprint_form.of(TIMES, content)


def plain(content: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing: no threshold, and difficulties of which none is asked."""
    sections = [{k: v for k, v in one.items() if v is not None and v != {}} for one in content["sections"]]
    return {k: v for k, v in content.items() if k in blueprint_form.SHOWN and v is not None} | {"sections": sections}


def wrong(content: dict[str, Any], **typed: str) -> dict[str, str]:
    form = form_of(content)
    for name, text in typed.items():
        form[name.replace("_", "-")] = text
    return blueprint_typed.judge(form).wrong


@pytest.mark.parametrize(
    "content",
    [factory.CONTENT, factory.EVERY_KIND, SKD, POINTS, WIDE],
    ids=["levels", "kinds", "SKD", "points", "wide"],
)
def test_a_content_comes_out_of_the_form_as_it_went_in(content: dict[str, Any]) -> None:
    judged = blueprint_typed.judge(form_of(content))

    assert judged.wrong == {}
    assert judged.rules == TIMES
    assert plain(judged.content) == plain(content)


@pytest.mark.parametrize("exam_yaml", [PASSING, DRAWING], ids=["passing", "drawing"])
def test_so_does_what_a_package_brought(exam_yaml: str, tmp_path: Path) -> None:
    content = packaged(exam_yaml, tmp_path)
    judged = blueprint_typed.judge(form_of(content))

    assert judged.wrong == {}
    assert judged.content == {name: value for name, value in content.items() if name in blueprint_form.SHOWN}


def test_so_do_the_blueprints_of_the_demo() -> None:
    shipped = reading.read(ROOT / "courses" / "keamanan-informasi").exam
    assert shipped is not None
    essays = yaml.safe_load((ROOT / "lms" / "demo" / "essays.yaml").read_text())
    section = {"title": "Uraian", "competency": "MAN.PLP", "level": 2, "draw": 2, "difficulty": {}, "pass": 60}

    for content in (shipped.blueprint(), {**essays["blueprint"], "sections": [section]}):
        judged = blueprint_typed.judge(form_of(content))
        assert judged.wrong == {}
        assert plain(judged.content) == plain(content)


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"b0_soal": "nol"}, "b0-soal"), ({"b0_soal": "201"}, "b0-soal"), ({"b0_judul": "  "}, "b0-judul"),
        ({"b0_kompetensi": ""}, "b0-kompetensi"), ({"b1_tingkat": "6"}, "b1-tingkat"), ({"b0_batas": "101"}, "b0-batas"),
        ({"b0_batas": ""}, "b0-batas"), ({"b0_mudah": "1"}, "b0-mudah"), ({"b1_bertag": "surel"}, "b1-bertag"),
        ({"b1_bertag": "surel: 9"}, "b1-bertag"), ({"b1_tetap": "a b c d"}, "b1-tetap"), ({"b1_benar": "0"}, "b1-benar"),
        ({"b1_salah": "-1"}, "b1-benar"),
        ({"b1_benar": "5", "b1_salah": "-1000"}, "b1-salah"), ({"batas": "x"}, "batas"), ({"satuan": "poin", "batas": "1,234"}, "batas"),
        ({"durasi": "601"}, "durasi"), ({"paparan": "40"}, "paparan-hari"), ({"percobaan": "21"}, "percobaan"),
        ({"yakin": "ya", "b0_benar": "5"}, "yakin"),
        ({"kelompok": "0", "k0_kode": "Khusus", "k0_nama": "K"}, "k0-kode"),
        ({"kelompok": "0", "k0_kode": "k", "k0_nama": "K", "k0_b1_satuan": "persen", "k0_b1_batas": "x"}, "k0-b1-batas"),
        ({"predikat": "0", "p0_nama": "Baik", "p0_mulai": "101"}, "p0-mulai"),
        ({"kesukaran": "62"}, "kesukaran-selisih"), ({"kesukaran": "62", "kesukaran_selisih": "26"}, "kesukaran-selisih"),
        ({"kesukaran": "0,62", "kesukaran_selisih": "3"}, "kesukaran"),
        ({"b1_benar": "5", "b1_jenis": "numeric", "b1_numeric_salah": "-101"}, "b1-numeric-salah"),
    ],
)  # fmt: skip
def test_a_problem_stands_at_its_input(typed: dict[str, str], where: str) -> None:
    if "k0_kode" in typed:
        typed = {"k0_satuan": "tanpa", **typed}
    assert list(wrong(factory.CONTENT, **typed)) == [where]


def test_points_of_their_own_are_given_to_kinds_and_taken_from_them() -> None:
    sections: Any = factory.CONTENT["sections"]
    section = {**sections[1], "scoring": {"right": 5, "kinds": {"numeric": {"right": 10, "wrong": -1}}}}
    form = form_of({"pass_total": 70, "sections": [section]})
    assert blueprint_typed.judge(form).content["sections"][0]["scoring"] == section["scoring"]

    form["b0-jenis-baru"] = "essay"
    assert blueprint_form.act(form, "jenis-tambah-0") == "b0-jenis"
    assert blueprint_form.kinds(form, "0") == ["numeric", "essay"]
    form["b0-essay-benar"], form["b0-numeric-benar"], form["b0-numeric-salah"] = "7,5", "", ""
    made = blueprint_typed.judge(form)
    assert made.content["sections"][0]["scoring"] == {"right": 5, "kinds": {"essay": {"right": "7.5"}}}


def test_equal_difficulty_is_typed_in_per_cent() -> None:
    form = form_of(factory.CONTENT)
    form["kesukaran"], form["kesukaran-selisih"] = "62", "3"

    judged = blueprint_typed.judge(form)

    assert judged.content["balance"] == {"facility": "0.62", "tolerance": "0.03"}
    again = form_of(judged.content)
    assert (again["kesukaran"], again["kesukaran-selisih"]) == ("62", "3")


def test_rows_are_added_moved_and_removed_and_keep_what_was_typed() -> None:
    form = form_of(SKD)

    assert blueprint_form.act(form, "bagian-naik-2") == "b2"
    assert blueprint_form.keys(form, "bagian") == ["0", "2", "1"]
    assert blueprint_form.act(form, "bagian-naik-0") == "b0"
    assert blueprint_form.act(form, "bagian-turun-1") == "b1"
    assert blueprint_form.keys(form, "bagian") == ["0", "2", "1"]
    assert blueprint_form.act(form, "bagian-tambah") == "b3"
    assert blueprint_form.act(form, "bagian-hapus-0") == "b2"
    assert blueprint_form.keys(form, "bagian") == ["2", "1", "3"]
    assert blueprint_form.act(form, "bagian-hapus-9") == ""
    assert blueprint_form.act(form, "simpan") == ""
    form.setlist("bagian", ["2", "1"])
    judged = blueprint_typed.judge(form)
    assert [section["title"] for section in judged.content["sections"]] == ["TKP", "TIU"]
    assert judged.content["groups"][0]["sections"] == [{"title": "TIU", "pass_points": 85}]


def test_a_group_follows_a_section_whose_title_changes() -> None:
    form = form_of(SKD)
    form["b1-judul"] = "Intelegensia"

    judged = blueprint_typed.judge(form)

    assert judged.wrong == {}
    assert judged.content["groups"][1]["sections"] == [{"title": "Intelegensia", "pass_points": 60}]


def test_without_sections_it_is_said_where_one_is_added() -> None:
    form = form_of(factory.CONTENT)
    form.setlist("bagian", [])

    assert list(blueprint_typed.judge(form).wrong) == ["bagian-tambah"]
