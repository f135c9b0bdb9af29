"""Practice questions are called by name while a lesson is written, and kept by id."""

from lms.authoring.practice_names import Names, ids
from lms.questions.practice import PracticeQuestion

ONE, TWO, THREE = (f"{n}0000000-0000-4000-8000-000000000000" for n in (1, 2, 3))


def asked(uuid: str, **content: str) -> PracticeQuestion:
    return PracticeQuestion(uuid, "true_false", {"stem": "Apa *ciri* surel pengelabuan?", **content})


NAMES = Names([asked(ONE), asked(TWO), asked(THREE, name="Ciri sandi " + "yang kuat " * 9)])


def test_a_text_goes_out_with_names_and_comes_back_with_ids() -> None:
    body = f"## Mulai\n\n::: latihan {ONE}\n:::\n\n:::  latihan {TWO}\n:::\nlatihan {ONE}"

    typed = NAMES.shown(body)

    assert typed == (
        "## Mulai\n\n::: latihan Apa ciri surel pengelabuan?\n:::\n\n"
        f":::  latihan Apa ciri surel pengelabuan? (2)\n:::\nlatihan {ONE}"
    )
    assert NAMES.kept(typed) == body
    assert NAMES.kept("::: latihan apa CIRI surel pengelabuan?  \n:::") == f"::: latihan {ONE}\n:::"
    assert ids(body) == [ONE, TWO]


def test_a_long_name_is_cut_and_what_no_question_is_called_stays_and_is_named() -> None:
    assert NAMES.by_id[THREE].endswith("…")
    assert len(NAMES.by_id[THREE]) <= 70
    text = f"::: latihan Tiada\n:::\n::: latihan {ONE[::-1]}\n:::\n::: latihan {TWO}\n:::"

    assert NAMES.kept(text) == text
    assert NAMES.unknown(text) == ["Tiada", ONE[::-1]]
