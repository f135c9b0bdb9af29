"""What each kind of question is in an item of QTI 3.0: declarations, body and rules."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from lms.questions.exchange import qti_numbers
from lms.questions.exchange.cloze_text import joined, once
from lms.questions.exchange.drafted import Drafted
from lms.questions.exchange.losses import rubric_text
from lms.questions.exchange.qti_markup import BLOCK, attribute, html, inline, number_of
from lms.questions.exchange.qti_numbers import Near, Numbers
from lms.questions.exchange.weights import of_options
from lms.questions.kinds import file, matching, numeric
from lms.questions.kinds.cloze import tolerance_of

_TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
#: What the templates say, for items that have rules beside them.
_RULES = {
    "match_correct": (
        '<qti-response-condition><qti-response-if><qti-match><qti-variable identifier="RESPONSE"/>'
        '<qti-correct identifier="RESPONSE"/></qti-match><qti-set-outcome-value identifier="SCORE">'
        '<qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value></qti-response-if>'
        '<qti-response-else><qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">0</qti-base-value>'
        "</qti-set-outcome-value></qti-response-else></qti-response-condition>"
    ),
    "map_response": (
        '<qti-response-condition><qti-response-if><qti-is-null><qti-variable identifier="RESPONSE"/></qti-is-null>'
        '<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">0</qti-base-value></qti-set-outcome-value>'
        '</qti-response-if><qti-response-else><qti-set-outcome-value identifier="SCORE">'
        '<qti-map-response identifier="RESPONSE"/></qti-set-outcome-value></qti-response-else></qti-response-condition>'
    ),
}
_MIME = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"} | {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Parts:
    """Declarations, body and rules of an item in the making.

    feedback: expressions that give the names of what is shown; sums: what the score is the sum of, where it is one;
    outcomes: variables that rules set beside it; maximum: the best score.
    """

    def __init__(self) -> None:
        self.declared: list[str] = []
        self.body = ""
        self.template = "match_correct"
        self.rules = ""
        self.feedback: list[str] = []
        self.sums: list[str] = []
        self.outcomes: list[str] = []
        self.maximum = Decimal(1)

    def declare(
        self,
        name: str,
        kind: str,
        correct: Sequence[str],
        *,
        cardinality: str = "single",
        mapping: Sequence[tuple[str, Any]] = (),
        is_case_sensitive: bool = False,
    ) -> None:
        """A responseDeclaration; with a mapping the score is what it says."""
        values = "".join(f"<qti-value>{escape(value)}</qti-value>" for value in correct)
        strict = f' case-sensitive="{str(is_case_sensitive).lower()}"' if kind == "string" else ""
        entries = "".join(
            f'<qti-map-entry map-key={attribute(key)} mapped-value="{number_of(value)}"{strict}/>'
            for key, value in mapping
        )
        bounds = ' lower-bound="0" upper-bound="1"' if cardinality != "single" else ""
        self.declared.append(
            f'<qti-response-declaration identifier="{name}" cardinality="{cardinality}" base-type="{kind}">'
            + (f"<qti-correct-response>{values}</qti-correct-response>" if values else "")
            + (f'<qti-mapping{bounds} default-value="0">{entries}</qti-mapping>' if entries else "")
            + "</qti-response-declaration>"
        )
        if entries:
            self.template = "map_response"

    def processing(self) -> str:
        """How the score comes about, and which feedback is shown. A template does no more than its own rules: with feedback
        they are written out.
        """
        if not self.feedback and not self.rules:
            return f'<qti-response-processing template="{_TEMPLATES}{self.template}.xml"/>' if self.template else ""
        shown = f"<qti-multiple>{''.join(self.feedback)}</qti-multiple>"
        return (
            f"<qti-response-processing>{self.rules or _RULES.get(self.template, '')}"
            + (f'<qti-set-outcome-value identifier="FEEDBACK">{shown}</qti-set-outcome-value>' if self.feedback else "")
            + "</qti-response-processing>"
        )


def made(drafted: Drafted) -> Parts:
    """The parts of a question's item."""
    parts = Parts()
    _KINDS[drafted.kind](drafted, parts)
    return parts


def _choice(drafted: Drafted, parts: Parts) -> None:
    raw = drafted.raw
    keys = [f"C{n}" for n in range(1, len(raw["options"]) + 1)]
    worth = list(zip(keys, of_options(raw), strict=True))
    is_many = drafted.kind == "multiple_choice"
    if not is_many:
        correct = [key for key, share in worth if Decimal(str(share)) == 1][:1]
    else:
        correct = [key for key, share in worth if Decimal(str(share)) > 0]
    is_whole = raw.get("scoring") == "all_or_nothing" or (not is_many and "correct" in raw["options"][0])
    parts.declare(
        "RESPONSE",
        "identifier",
        correct,
        cardinality="multiple" if is_many else "single",
        mapping=() if is_whole else worth,
    )
    options = [(key, row["text"], row.get("feedback", "")) for key, row in zip(keys, raw["options"], strict=True)]
    if any(said for _key, _words, said in options):
        parts.feedback.append('<qti-variable identifier="RESPONSE"/>')
    parts.body = html(drafted.stem) + _choices(
        "qti-choice-interaction", options, f' shuffle="true" max-choices="{0 if is_many else 1}"'
    )


def _choices(element: str, options: Sequence[tuple[str, str, str]], attributes: str) -> str:
    rows = "".join(
        f'<qti-simple-choice identifier="{key}">{inline(text)}{_feedback(key, said) if said else ""}</qti-simple-choice>'
        for key, text, said in options
    )
    return f'<{element} response-identifier="RESPONSE"{attributes}>{rows}</{element}>'


def _feedback(key: str, said: str) -> str:
    """What is shown after a choice was chosen; a line holds no blocks."""
    shown = f'outcome-identifier="FEEDBACK" identifier="{key}" show-hide="show"'
    made = inline(said)
    if BLOCK.search(made):
        return f"<qti-feedback-block {shown}><qti-content-body>{made}</qti-content-body></qti-feedback-block>"
    return f"<qti-feedback-inline {shown}>{made}</qti-feedback-inline>"


def _truth(drafted: Drafted, parts: Parts) -> None:
    parts.declare("RESPONSE", "identifier", ["true" if drafted.raw["answer"] else "false"])
    options = [("true", "Benar", ""), ("false", "Salah", "")]
    parts.body = html(drafted.stem) + _choices("qti-choice-interaction", options, ' shuffle="false" max-choices="1"')


def _entry(name: str) -> str:
    return f'<qti-text-entry-interaction response-identifier="{name}"/>'


def _numeric(drafted: Drafted, parts: Parts) -> None:
    raw = drafted.raw
    near = [Near(row["value"], row["tolerance"], Decimal(str(row["fraction"]))) for row in numeric.rows_of(raw)]
    parts.declare("RESPONSE", "float", [next(row.value for row in near if row.gain == 1)])
    if len(near) > 1 or Decimal(near[0].tolerance):
        parts.rules = qti_numbers.written("RESPONSE", Numbers("SCORE", tuple(near)))
    parts.body = f"{html(drafted.stem)}<p>{_entry('RESPONSE')}</p>"


def _short(drafted: Drafted, parts: Parts) -> None:
    _declare_typed(parts, "RESPONSE", drafted.raw)
    parts.body = f"{html(drafted.stem)}<p>{_entry('RESPONSE')}</p>"


def _declare_typed(parts: Parts, name: str, holder: Mapping[str, Any], factor: Decimal = Decimal(1)) -> None:
    worth = [(row["text"].replace("\\*", "*"), Decimal(str(row["fraction"]))) for row in holder["answers"]]
    correct = next(text for text, share in worth if share == 1)
    mapping = [(text, share * factor) for text, share in worth]
    parts.declare(name, "string", [correct], mapping=mapping, is_case_sensitive=bool(holder.get("case_sensitive")))


def _matching(drafted: Drafted, parts: Parts) -> None:
    raw = drafted.raw
    rights = matching.rights(raw)
    keys = {text: f"R{n}" for n, text in enumerate(rights, 1)}
    pairs = [f"L{n} {keys[pair['right']]}" for n, pair in enumerate(raw["pairs"], 1)]
    share = Decimal(1) / len(pairs)
    parts.declare("RESPONSE", "directedPair", pairs, cardinality="multiple", mapping=[(pair, share) for pair in pairs])
    left = "".join(_matched(f"L{n}", pair["left"], 1) for n, pair in enumerate(raw["pairs"], 1))
    right = "".join(_matched(keys[text], text, len(pairs)) for text in rights)
    parts.body = (
        f'{html(drafted.stem)}<qti-match-interaction response-identifier="RESPONSE" shuffle="true" max-associations="{len(pairs)}">'
        f"<qti-simple-match-set>{left}</qti-simple-match-set><qti-simple-match-set>{right}</qti-simple-match-set></qti-match-interaction>"
    )


def _matched(key: str, text: str, most: int) -> str:
    return f'<qti-simple-associable-choice identifier="{key}" match-max="{most}">{inline(text)}</qti-simple-associable-choice>'


def _ordering(drafted: Drafted, parts: Parts) -> None:
    keys = [f"C{n}" for n in range(1, len(drafted.raw["items"]) + 1)]
    parts.declare("RESPONSE", "identifier", keys, cardinality="ordered")
    options = [(key, text, "") for key, text in zip(keys, drafted.raw["items"], strict=True)]
    parts.body = html(drafted.stem) + _choices("qti-order-interaction", options, ' shuffle="true"')


def _cloze(drafted: Drafted, parts: Parts) -> None:
    gaps: Mapping[str, Any] = drafted.raw["gaps"]
    made = {name: _gap(parts, name, gap) for name, gap in gaps.items()}
    passage = html(joined(drafted.stem, drafted.raw["text"]))
    parts.body = re.sub(r"\{\{(\d+)\}\}", lambda found: made[found[1]], passage)
    # A gap gives as much as it weighs; the outcome's greatest value says of how much that is a part.
    parts.maximum = sum((_weight(gap) for gap in gaps.values()), Decimal(0))
    parts.rules += (
        f'<qti-set-outcome-value identifier="SCORE"><qti-sum>{"".join(parts.sums)}</qti-sum></qti-set-outcome-value>'
    )


def _weight(gap: Mapping[str, Any]) -> Decimal:
    return Decimal(str(gap.get("weight", 1)))


def _gap(parts: Parts, name: str, gap: Mapping[str, Any]) -> str:
    response, weight = f"G{name}", _weight(gap)
    if gap["kind"] == "number":
        _declare_number(parts, response, gap)
        return _entry(response)
    parts.sums.append(f'<qti-map-response identifier="{response}"/>')
    if gap["kind"] == "text":
        _declare_typed(parts, response, gap, weight)
        return _entry(response)
    worth = [(row["text"], Decimal(str(row["fraction"]))) for row in once(gap)]
    best = next(place for place, (_text, share) in enumerate(worth) if share == 1)
    words = [text for text, _share in worth] + list(gap.get("options", ()))
    keyed = [(f"W{n}", share * weight) for n, (_text, share) in enumerate(worth, 1)]
    parts.declare(response, "identifier", [f"W{best + 1}"], mapping=keyed)
    rows = "".join(
        f'<qti-inline-choice identifier="W{n}">{escape(word)}</qti-inline-choice>' for n, word in enumerate(words, 1)
    )
    return f'<qti-inline-choice-interaction response-identifier="{response}" shuffle="true">{rows}</qti-inline-choice-interaction>'


def _declare_number(parts: Parts, response: str, gap: Mapping[str, Any]) -> None:
    """A number of a gap counts by rules, since a mapping knows no tolerance; what it gives is an outcome of its own."""
    shares = [(row, Decimal(str(row["fraction"]))) for row in gap["answers"]]
    near = tuple(Near(row["text"], tolerance_of(gap, row), share * _weight(gap)) for row, share in shares)
    parts.declare(response, "float", [next(row["text"] for row, share in shares if share == 1)])
    parts.outcomes.append(f"SCORE_{response}")
    parts.rules += qti_numbers.written(response, Numbers(f"SCORE_{response}", near))
    parts.sums.append(f'<qti-variable identifier="SCORE_{response}"/>')


def _essay(drafted: Drafted, parts: Parts) -> None:
    parts.declared.append('<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="string"/>')
    parts.body = (
        html(drafted.stem) + '<qti-extended-text-interaction response-identifier="RESPONSE"/>' + _rubric(drafted)
    )
    parts.template = ""


def _file(drafted: Drafted, parts: Parts) -> None:
    types = drafted.raw["types"]
    named = "" if list(types) == list(file.TYPES) else f' type="{" ".join(_MIME[one] for one in types)}"'
    parts.declared.append('<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="file"/>')
    parts.body = (
        f'{html(drafted.stem)}<qti-upload-interaction response-identifier="RESPONSE"{named}/>{_rubric(drafted)}'
    )
    parts.template = ""


def _rubric(drafted: Drafted) -> str:
    said = rubric_text(drafted.raw)
    return (
        f'<qti-rubric-block use="scoring" view="scorer"><qti-content-body>{html(said)}</qti-content-body></qti-rubric-block>'
        if said
        else ""
    )


_KINDS: dict[str, Callable[[Drafted, Parts], None]] = {
    "single_choice": _choice, "multiple_choice": _choice, "situational": _choice, "true_false": _truth, "numeric": _numeric,
    "short_text": _short, "matching": _matching, "ordering": _ordering, "cloze": _cloze, "essay": _essay, "file": _file,
}  # fmt: skip
