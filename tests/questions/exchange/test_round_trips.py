"""What is written comes back the same, for everything that a format can hold."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions import kinds
from lms.questions.exchange import formats, wording
from lms.questions.exchange.written import drafted_of
from tests.questions.exchange.makers import LETTERS, MAKERS, back_again

HOLDS = {
    "gift": ["single", "weighed", "truth", "numeric", "numerics", "short", "matched", "essay"],
    "moodle-xml": list(MAKERS),
    "qti": list(MAKERS),
    "xlsx": [name for name in MAKERS if name != "ordered"],
}


@pytest.mark.parametrize(("format", "maker"), [(format, maker) for format, makers in HOLDS.items() for maker in makers])
def test_a_question_comes_back_as_it_was(format: str, maker: str) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(st.lists(MAKERS[maker](), min_size=1, max_size=2))
    def comes_back(raws: list[dict[str, Any]]) -> None:
        contents = [(raw["kind"], kinds.read(raw)) for raw in raws]
        if format == "qti":
            for n, (_kind, content) in enumerate(contents, 1):
                content["name"] = content.get("name") or f"soal-{n:04}"
        assert back_again(format, contents) == contents

    comes_back()


@pytest.mark.parametrize("format", ["gift", "moodle-xml", "xlsx"])
def test_tags_come_back(format: str) -> None:
    content = kinds.read({"kind": "true_false", "stem": "Benarkah?", "answer": True})
    drafted = drafted_of("true_false", content, competency="TEK.KI", level=3, difficulty="sulit", number=1)

    checked = formats.read(format, formats.WRITERS[format].write([drafted]).data)

    assert dict(checked.ready[0].drafted.tags) == {"competency": "TEK.KI", "level": 3, "difficulty": "sulit"}


@given(st.text(LETTERS + "\n", max_size=60))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_plain_text_survives_markdown(text: str) -> None:
    lines = [" ".join(line.split()) for line in text.strip().split("\n")]
    squeezed = "\n".join(lines).strip()
    while "\n\n\n" in squeezed:
        squeezed = squeezed.replace("\n\n\n", "\n\n")

    assert wording.plain(wording.from_plain(text)) == squeezed


def test_the_weights_of_thirds_are_written_with_five_places() -> None:
    content = kinds.read(
        {
            "kind": "multiple_choice",
            "stem": "?",
            "options": [{"text": t, "fraction": f} for t, f in (("a", "0.3333"), ("b", "0.6667"), ("c", "0"))],
        }
    )
    drafted = drafted_of("multiple_choice", content, competency="K", level=1, difficulty="mudah", number=1)

    data = formats.WRITERS["moodle-xml"].write([drafted]).data.decode()

    assert 'fraction="33.33333"' in data
    assert 'fraction="66.66667"' in data
    assert Decimal("0.3333") == Decimal(content["options"][0]["fraction"])
