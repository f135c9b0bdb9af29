"""Numbers of a QTI item that count when they lie near: rules that try one right number after the other.

Where a mapping compares digits, such rules compare values: the only way in QTI for a number to have a tolerance, or several
numbers a tolerance each.
"""

from dataclasses import dataclass
from decimal import Decimal

from lms.questions.exchange.drafted import Unusable, number
from lms.questions.exchange.xml_tree import Node


@dataclass(frozen=True)
class Near:
    """A right number, how far from it an answer may lie, and what such an answer gives."""

    value: str
    tolerance: str
    gain: Decimal


@dataclass(frozen=True)
class Numbers:
    """The right numbers of a variable, the first that fits counts; outcome: the variable that holds what it gives."""

    outcome: str
    rows: tuple[Near, ...]


def written(variable: str, numbers: Numbers) -> str:
    """The rules in QTI 3.0. An answer near several of them gives the most that it can."""
    rows = sorted(numbers.rows, key=lambda row: -row.gain)
    branches = "".join(
        f"<qti-response-{word}>{_near(variable, row)}{_given(numbers.outcome, row.gain)}</qti-response-{word}>"
        for word, row in zip(["if", *["else-if"] * len(rows)], rows, strict=False)
    )
    otherwise = f"<qti-response-else>{_given(numbers.outcome, Decimal(0))}</qti-response-else>"
    return f"<qti-response-condition>{branches}{otherwise}</qti-response-condition>"


def read(item: Node) -> dict[str, Numbers]:
    """Variable → its numbers, where rules say nothing but what gives how much."""
    rules = item.child("responseProcessing")
    return dict(one for rule in (rules.children if rules else ()) if (one := condition(rule)))


def condition(rule: Node) -> tuple[str, Numbers] | None:
    """What one rule says, if it is of that kind: all its branches compare one variable with numbers and set one outcome."""
    if rule.name != "responseCondition" or _otherwise(rule) != 0:
        return None
    branches = [_branch(one) for one in rule.children if one.name != "responseElse"]
    known = [one for one in branches if one is not None]
    if not known or len(known) < len(branches) or len({(variable, outcome) for variable, outcome, _row in known}) > 1:
        return None
    variable, outcome, _row = known[0]
    return variable, Numbers(outcome, tuple(row for _variable, _outcome, row in known))


def _near(variable: str, row: Near) -> str:
    near = f'"absolute" tolerance="{row.tolerance} {row.tolerance}"' if Decimal(row.tolerance) else '"exact"'
    return (
        f'<qti-equal tolerance-mode={near}><qti-variable identifier="{variable}"/>'
        f'<qti-base-value base-type="float">{row.value}</qti-base-value></qti-equal>'
    )


def _given(outcome: str, gain: Decimal) -> str:
    return (
        f'<qti-set-outcome-value identifier="{outcome}"><qti-base-value base-type="float">{gain:f}</qti-base-value>'
        "</qti-set-outcome-value>"
    )


def _branch(branch: Node) -> tuple[str, str, Near] | None:
    if [one.name for one in branch.children] == ["and", "setOutcomeValue"]:
        return _range(*branch.children)
    if [one.name for one in branch.children] != ["equal", "setOutcomeValue"]:
        return None
    equal, given = branch.children
    variable, gain, value = equal.child("variable"), _constant(given), _constant(equal)
    sides = {_decimal(side) for side in equal.get("tolerance").split()} or {Decimal(0)}
    near = Decimal(0) if equal.get("toleranceMode") == "exact" else sides.pop()
    if variable is None or gain is None or value is None or near is None or sides - {near}:
        return None
    if equal.get("toleranceMode") == "relative":
        return None
    return variable.get("identifier"), given.get("identifier"), Near(number(f"{value:f}"), number(f"{near:f}"), gain)


def _range(both: Node, given: Node) -> tuple[str, str, Near] | None:
    """A number from one to another, both included, as its middle and half of the way."""
    ends: dict[str, tuple[str, Decimal]] = {}
    for one in both.children:
        value = _constant(one)
        if value is None or [part.name for part in one.children] != ["variable", "baseValue"]:
            return None
        ends[one.name] = (one.children[0].get("identifier"), value)
    gain = _constant(given)
    if set(ends) != {"gte", "lte"} or len(both.children) != 2 or gain is None:
        return None
    (variable, low), (other, high) = ends["gte"], ends["lte"]
    if variable != other or low > high:
        return None
    middle, near = number(f"{(low + high) / 2:f}"), number(f"{(high - low) / 2:f}")
    return variable, given.get("identifier"), Near(middle, near, gain)


def _otherwise(rule: Node) -> Decimal | None:
    """What is given where none of the numbers fits; None where that is more than a number."""
    last = rule.child("responseElse")
    if last is None:
        return Decimal(0)
    is_plain = len(last.children) == 1 and last.children[0].name == "setOutcomeValue"
    return _constant(last.children[0]) if is_plain else None


def _constant(given: Node) -> Decimal | None:
    """The number that stands right in an element."""
    value = given.child("baseValue")
    return _decimal(value.text) if value else None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(number(text))
    except Unusable:
        return None
