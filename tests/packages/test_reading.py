"""Reading packages: what is wrong is named by file and line, and nothing hostile gets through."""

from pathlib import Path

import pytest

from lms.config import ROOT
from lms.packages import reading
from lms.packages.package import BadPackage
from tests.packages import small

LAST_DRAW = "draw: 1\n    pass: 60\n    difficulty:\n      sedang"


def said(root: Path) -> list[str]:
    """The problems of a package, with paths as seen from its folder."""
    return [str(problem).removeprefix(f"{root}/") for problem in reading.problems(root)]


@pytest.mark.parametrize("folder", sorted((ROOT / "courses").glob("*/")), ids=lambda folder: folder.name)
def test_each_course_that_comes_with_the_product_is_sound(folder: Path) -> None:
    assert reading.problems(folder) == []


def test_a_package_is_read_whole(tmp_path: Path) -> None:
    package = reading.read(small.write(tmp_path))

    assert (package.slug, package.content.title, package.content.learning_hours) == ("kursus-kecil", "Kursus Kecil", 1)
    assert [(lesson.slug, lesson.minutes) for lesson in package.content.lessons] == [("01-awal", 25), ("02-lanjut", 20)]
    assert [(one.kind, one.purpose) for one in package.questions] == [
        ("single_choice", "exam"),
        ("numeric", "exam"),
        ("true_false", "practice"),
    ]
    assert package.questions[1].content == {
        "stem": "Baris pertama.\n\nBerapa?",
        "explanation": "Dua belas setengah.",
        "answer": "12.5",
        "tolerance": "0.5",
        "unit": "jam",
    }
    assert package.exam is not None
    assert [section.pass_mark for section in package.exam.sections] == [60, 60]


def test_a_broken_line_is_named_by_file_and_line(tmp_path: Path) -> None:
    root = small.write(tmp_path, questions__01_awal_yaml=small.QUESTIONS.replace("level: 2", "level: dua"))

    assert said(root) == ["questions/01-awal.yaml:17: isi level dengan bilangan bulat 1 sampai 5"]


def test_all_problems_are_named_in_one_go(tmp_path: Path) -> None:
    root = small.write(
        tmp_path,
        course_yaml=small.COURSE.replace("language: id", "language: fr").replace("method:", "metode:"),
        lessons__02_lanjut_md=small.SECOND.replace("minutes: 20", "minutes: 0").replace("## Lanjut", "# Lanjut"),
    )

    assert said(root) == [
        "course.yaml:1: isi method dengan teks",
        "course.yaml:7: isi language dengan salah satu dari id, en",
        "course.yaml:9: isian metode tidak dikenal",
        "lessons/02-lanjut.md:4: isi minutes dengan bilangan bulat 1 sampai 600",
        "lessons/02-lanjut.md:9: judul di dalam materi mulai dari ##",
    ]


def test_a_question_s_own_fields_are_named_by_their_lines(tmp_path: Path) -> None:
    wrong = small.QUESTIONS.replace("      correct: true\n", "").replace('tolerance: "0.5"', "tolerance: 0.5")

    root = small.write(tmp_path, questions__01_awal_yaml=wrong)

    assert said(root) == [
        "questions/01-awal.yaml:8: options: tandai tepat satu pilihan dengan correct: true",
        "questions/01-awal.yaml:23: tolerance: tulis sebagai teks",
    ]


def test_broken_yaml_is_named_by_its_line(tmp_path: Path) -> None:
    root = small.write(tmp_path, exam_yaml=small.EXAM.replace("title: Uji Kecil", 'title: "Uji Kecil'))

    (problem,) = said(root)

    assert problem.startswith("exam.yaml:")
    assert "YAML tidak dapat dibaca" in problem


def test_the_head_of_a_lesson_counts_its_lines_from_the_top_of_the_file(tmp_path: Path) -> None:
    root = small.write(tmp_path, lessons__02_lanjut_md=small.SECOND.replace("minutes: 20", "minutes: 20\nminutes: 21"))

    assert said(root) == ["lessons/02-lanjut.md:5: isian minutes tertulis dua kali"]


def test_a_blueprint_that_the_questions_cannot_fill_says_what_is_missing(tmp_path: Path) -> None:
    root = small.write(
        tmp_path,
        exam_yaml=small.EXAM.replace(
            "draw: 1\n    pass: 60\n    difficulty:\n      sedang: 1",
            "draw: 3\n    pass: 60\n    difficulty:\n      sedang: 3",
        ),
    )

    assert said(root) == ["exam.yaml:18: bank soal kurang untuk TEK.KI tingkat 2, sedang: perlu 3, ada 1"]


def test_practice_questions_do_not_fill_a_blueprint(tmp_path: Path) -> None:
    root = small.write(tmp_path, exam_yaml=small.EXAM.replace("draw: 1", "draw: 2", 1).replace("mudah: 1", "mudah: 2"))

    assert said(root) == ["exam.yaml:11: bank soal kurang untuk TEK.KI tingkat 1, mudah: perlu 2, ada 1"]


def test_the_difficulties_of_a_section_add_up_to_what_it_draws(tmp_path: Path) -> None:
    root = small.write(tmp_path, exam_yaml=small.EXAM.replace("mudah: 1", "mudah: 0"))

    assert said(root) == ["exam.yaml:16: jumlah difficulty harus sama dengan draw, 1"]


def test_the_learning_hours_are_those_of_the_lessons(tmp_path: Path) -> None:
    root = small.write(tmp_path, course_yaml=small.COURSE.replace("learning_hours: 1", "learning_hours: 2"))

    assert said(root) == ["course.yaml:8: semua materi 45 menit, yaitu 1 JP, bukan 2"]


def test_a_practice_question_stands_once_in_the_lesson_that_it_names(tmp_path: Path) -> None:
    root = small.write(
        tmp_path,
        lessons__01_awal_md=small.FIRST.replace("::: latihan 33333333-3333-4333-8333-333333333330\n:::\n", ""),
        lessons__02_lanjut_md=small.SECOND + "\n::: latihan 33333333-3333-4333-8333-333333333330\n:::\n",
    )

    assert said(root) == ["lessons/02-lanjut.md:15: soal latihan ini milik materi 01-awal"]


def test_a_practice_question_that_stands_nowhere_is_named(tmp_path: Path) -> None:
    root = small.write(
        tmp_path,
        lessons__01_awal_md=small.FIRST.replace("::: latihan 33333333-3333-4333-8333-333333333330\n:::\n", ""),
    )

    assert said(root) == ["questions/latihan.yaml:1: soal latihan ini tidak dipakai di materi mana pun"]


def test_the_same_id_twice_is_named_where_it_stands_the_second_time(tmp_path: Path) -> None:
    root = small.write(tmp_path, questions__01_awal_yaml=small.QUESTIONS.replace("333332", "333331"))

    assert said(root) == [f"questions/01-awal.yaml:13: id ini sudah dipakai di {root}/questions/01-awal.yaml:1"]


def test_a_lesson_that_is_not_in_the_list_is_named(tmp_path: Path) -> None:
    root = small.write(tmp_path, lessons__03_lupa_md=small.SECOND)

    assert said(root) == ["lessons/03-lupa.md: materi ini tidak terdaftar di course.yaml"]


def test_the_folder_bears_the_slug(tmp_path: Path) -> None:
    root = small.write(tmp_path).rename(tmp_path / "lain")

    assert said(root) == ["course.yaml:3: slug kursus-kecil harus sama dengan nama foldernya, lain"]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("hostile", "message"),
    [
        (BOMB, "course.yaml:1: jangkar dan alias YAML (& dan *) tidak dipakai"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']\n", "course.yaml:2: tanda jenis YAML tidak dipakai"),
        ("a: 1\nb: !lokal x\n", "course.yaml:2: tanda jenis YAML tidak dipakai"),
        ("a: " + "[" * 2000, "course.yaml:1: susunan lebih dalam dari 12 tingkat"),
        ("[" + "x," * 60_000 + "]", "course.yaml:1: isi berkas terlalu banyak"),
        ("title: satu\ntitle: dua\n", "course.yaml:2: isian title tertulis dua kali"),
        ("1: satu\n", "course.yaml:1: nama isian harus berupa teks"),
        ("", "course.yaml:1: berkas ini kosong"),
        ("- daftar\n", "course.yaml:1: di sini diharapkan isian bernama"),
        ("a: " + "9" * 5000 + "\n", "course.yaml:1: YAML tidak dapat dibaca"),
        (b"title: \xff\xfe\n", "course.yaml:1: berkas ini bukan teks UTF-8"),
        (b"x" * 10_000_000, "course.yaml: berkas lebih besar dari 1 MB"),
    ],
    ids=["bomb", "python", "tag", "depth", "count", "twice", "number", "empty", "list", "digits", "bytes", "large"],
)
def test_a_hostile_file_is_refused_by_name(tmp_path: Path, hostile: str | bytes, message: str) -> None:
    root = small.write(tmp_path, course_yaml=hostile)

    assert said(root)[0].startswith(message)


def test_a_link_out_of_the_folder_is_not_opened(tmp_path: Path) -> None:
    root = small.write(tmp_path)
    (tmp_path / "rahasia").write_text(small.SECOND)
    (root / "lessons" / "02-lanjut.md").unlink()
    (root / "lessons" / "02-lanjut.md").symlink_to(tmp_path / "rahasia")

    assert "lessons/02-lanjut.md: tautan berkas tidak dibuka" in said(root)


def test_a_lesson_s_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    root = small.write(tmp_path, course_yaml=small.COURSE.replace("  - 02-lanjut", "  - ../../rahasia"))

    assert "course.yaml: nama materi tidak dapat dipakai: ../../rahasia" in said(root)


def test_a_folder_without_a_course_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadPackage, match=r"course\.yaml: berkas ini tidak ada"):
        reading.read(tmp_path)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    root = small.write(tmp_path)
    for n in range(401):
        small.put(root, f"questions/x{n}.yaml", "[]")

    assert "questions: lebih dari 400 berkas" in said(root)
