"""What a QTI item says of its answers: declarations, mappings, and how the response is processed.

After the public information models of QTI 2.1, 2.2 and 3.0 (1EdTech). The two standard templates are understood, and so are
rules written out that do what they do; of anything else only the key is taken.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from lms.questions.exchange import qti_numbers
from lms.questions.exchange.drafted import Unusable, number
from lms.questions.exchange.xml_tree import Node
from lms.questions.said import say

CORRECT, MAPPED, CUSTOM = "correct", "mapped", "custom"
#: Elements of rules that compare with the right answer or sum up mappings, and nothing beyond.
_PLAIN = {
    "responseProcessing", "responseCondition", "responseIf", "responseElseIf", "responseElse", "match", "variable", "correct",
    "setOutcomeValue", "baseValue", "mapResponse", "isNull", "sum", "not", "and", "or", "equal",
}  # fmt: skip
_FEEDBACK = {"FEEDBACK", "FEEDBACKBASIC"}


@dataclass(frozen=True)
class Declaration:
    """One responseDeclaration. mapping: key → value; upper, lower: the mapping's bounds, where it has them."""

    identifier: str
    base_type: str
    cardinality: str
    correct: tuple[str, ...]
    mapping: dict[str, float] = field(default_factory=dict)
    default: float = 0
    upper: float | None = None
    lower: float | None = None
    is_case_sensitive: bool = False


@dataclass(frozen=True)
class Tolerance:
    """How far below and above the right number an answer may lie; in per cent of it where it is relative."""

    below: str = "0"
    above: str = "0"
    is_relative: bool = False

    def around(self, value: str) -> str:
        """The smaller of the two at a number."""
        near = min(Decimal(self.below), Decimal(self.above))
        return number(str(abs(Decimal(number(value))) * near / 100 if self.is_relative else near))


def declarations(item: Node) -> dict[str, Declaration]:
    """All declarations of an item by their identifier."""
    return {one.get("identifier"): _declaration(one) for one in item.all("responseDeclaration")}


def processing(item: Node) -> str:
    """How the score comes about: CORRECT (all or nothing), MAPPED, or CUSTOM. Without any rule the declarations say it."""
    rules = item.child("responseProcessing")
    scoring = (
        [one for one in rules.children if not _only_feedback(one) and not _only_bounds(item, one)] if rules else []
    )
    if rules is None or (not rules.get("template") and not scoring):
        return MAPPED if any(one.child("mapping") for one in item.all("responseDeclaration")) else CORRECT
    template = rules.get("template").rsplit("/", 1)[-1].removesuffix(".xml").lower()
    if template:
        return {"match_correct": CORRECT, "cc2_match": CORRECT, "cc2_match_basic": CORRECT, "map_response": MAPPED}.get(
            template, CUSTOM
        )
    numbers = [one for one in scoring if qti_numbers.condition(one)]
    if numbers == scoring:
        return MAPPED
    names = {node.name for one in scoring for node in one.walk()}
    if len(_values(scoring)) > 1:
        return CUSTOM
    if names <= _PLAIN and ("mapResponse" in names or numbers):
        return MAPPED
    return CORRECT if names <= _PLAIN and "correct" in names else CUSTOM


def _values(scoring: list[Node]) -> set[float]:
    """What the rules give outright as the score, nothing apart: more than one such value is a weighting."""
    given = [
        value.text.strip()
        for rule in scoring
        for node in rule.walk()
        if node.name == "setOutcomeValue" and node.get("identifier").upper() == "SCORE"
        for value in node.all("baseValue")
    ]
    return {_value(text) for text in given} - {0.0}


def near_rules(item: Node) -> dict[str, Node]:
    """Variable → the first rule that lets its number lie near another; of all variables in one walk."""
    found: dict[str, Node] = {}
    rules = item.child("responseProcessing")
    for node in rules.walk() if rules else ():
        if node.name == "equal" and node.get("tolerance") and node.get("toleranceMode") != "exact":
            for child in node.children:
                found.setdefault(child.get("identifier"), node)
    return found


def loosely_matched(item: Node) -> set[str]:
    """Variables that rules compare with words whatever their capitals are."""
    rules = item.child("responseProcessing")
    return {
        child.get("identifier")
        for node in (rules.walk() if rules else ())
        if node.name == "stringMatch" and node.get("caseSensitive").lower() == "false"
        for child in node.all("variable")
    }


def tolerance(rule: Node | None) -> Tolerance:
    """How far a number may lie from the right one where a rule says so; none where no rule does."""
    if rule is None:
        return Tolerance()
    sides = rule.get("tolerance").split()
    return Tolerance(number(sides[0]), number(sides[-1]), rule.get("toleranceMode") == "relative")


def _only_feedback(rule: Node) -> bool:
    """Rules that say which feedback is shown do not count."""
    targets = [node.get("identifier") for node in rule.walk() if node.name == "setOutcomeValue"]
    return bool(targets) and all(target.upper().startswith("FEEDBACK") for target in targets)


def _only_bounds(item: Node, rule: Node) -> bool:
    """Rules that keep the score between two variables change nothing, as long as no answers together give more than the upper one."""
    branch = rule.child("responseIf")
    if branch is None or len(rule.children) > 1 or [one.name for one in branch.children[1:]] != ["setOutcomeValue"]:
        return False
    compared, given = branch.children
    score, bound = given.get("identifier"), given.child("variable")
    names = [one.get("identifier") for one in compared.children if one.name == "variable"]
    if bound is None or len(given.children) > 1 or names != [score, bound.get("identifier")]:
        return False
    return compared.name in {"lt", "lte"} or (
        compared.name in {"gt", "gte"} and _most(item) <= _default(item, names[1])
    )


def _most(item: Node) -> float:
    """What the mappings of an item can give together."""
    return sum(
        max(one.mapping.values())
        if one.cardinality == "single"
        else sum(value for value in one.mapping.values() if value > 0)
        for one in declarations(item).values()
        if one.mapping
    )


def _default(item: Node, outcome: str) -> float:
    """What a variable holds before anything is answered; less than anything where that is not said."""
    declared = next((one for one in item.all("outcomeDeclaration") if one.get("identifier") == outcome), None)
    said = declared.words("defaultValue/value") if declared else ""
    return _value(said) if said else float("-inf")


def _declaration(node: Node) -> Declaration:
    correct = node.child("correctResponse")
    mapping = node.child("mapping")
    entries = mapping.all("mapEntry") if mapping else []
    upper, lower = (mapping.get(side) if mapping else "" for side in ("upperBound", "lowerBound"))
    return Declaration(
        identifier=node.get("identifier"),
        base_type=node.get("baseType") or "string",
        cardinality=node.get("cardinality") or "single",
        correct=tuple(" ".join(value.text.split()) for value in correct.all("value")) if correct else (),
        mapping={" ".join(one.get("mapKey").split()): _value(one.get("mappedValue")) for one in entries},
        default=_value(mapping.get("defaultValue") or "0") if mapping else 0,
        upper=_value(upper) if upper else None,
        lower=_value(lower) if lower else None,
        is_case_sensitive=any(one.get("caseSensitive").lower() != "false" for one in entries),
    )


def _value(text: str) -> float:
    try:
        return float(number(text))
    except Unusable:
        raise Unusable(say("nilai pemetaan '%(text)s' bukan angka", text=text[:20])) from None
