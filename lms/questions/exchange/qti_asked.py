"""A QTI item while it is being read, and what its declarations say of each answer."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lms.questions.exchange import qti_body, qti_numbers, qti_response
from lms.questions.exchange.drafted import Reading, Unusable, fraction
from lms.questions.exchange.qti_body import Body
from lms.questions.exchange.qti_numbers import Numbers
from lms.questions.exchange.qti_response import CORRECT, MAPPED, Declaration
from lms.questions.exchange.xml_tree import Node
from lms.questions.said import say

Read = tuple[str, dict[str, Any]]


@dataclass
class Item:
    """An item being read. scoring: how its score comes about."""

    node: Node
    where: str
    found: Reading
    body: Body
    declared: dict[str, Declaration]
    scoring: str

    def words(self, node: Node, *without: str) -> str:
        """Markdown inside an element, without its children of some names."""
        kept = [one for one in node.content if isinstance(one, str) or one.name not in without]
        return qti_body.words(Node(node.name, node.line, {}, kept).html(), self.where, self.found)

    def declaration(self, node: Node) -> Declaration:
        """The declaration that an interaction answers to. Raises Unusable."""
        name = node.get("responseIdentifier")
        if name not in self.declared:
            raise Unusable(say("responseDeclaration '%(name)s' tidak ada", name=name[:60]))
        return self.declared[name]

    @cached_property
    def near_rules(self) -> dict[str, Node]:
        """Variable → the rule that lets its number lie near the right one."""
        return qti_response.near_rules(self.node)

    @cached_property
    def numbers(self) -> dict[str, Numbers]:
        """Variable → the numbers that rules compare it with."""
        return qti_numbers.read(self.node)

    def is_case_sensitive(self, declared: Declaration) -> bool:
        """Whether capitals count in what is typed: entries of a mapping say it, or a rule; else a key is compared letter by letter."""
        if self.scoring == MAPPED and declared.mapping:
            return declared.is_case_sensitive
        return declared.identifier not in qti_response.loosely_matched(self.node)

    def warn(self, message: str) -> None:
        """Say what comes in otherwise than it was."""
        self.found.warn(self.where, message)

    def warn_of_parts(self, parts: int) -> None:
        """Say that each part counts by itself here, where the item gives all or nothing for several."""
        if self.scoring == CORRECT and self.node.child("responseProcessing") is not None and parts > 1:
            self.warn(
                say("di sana hanya jawaban yang benar seluruhnya bernilai; di sini setiap bagian dinilai sendiri")
            )


def typed(item: Item, declared: Declaration) -> list[dict[str, Any]]:
    """What may be typed, with what it gives."""
    gains = gains_of(item, declared)
    rows = [{"text": key, "fraction": gain} for key, gain in gains.items() if gain > 0]
    if not rows:
        raise Unusable(say("tidak ada jawaban benar; isi correctResponse atau mapping"))
    return rows


def amounts(item: Item, declared: Declaration) -> list[dict[str, Any]]:
    """What may be typed where rules compare numbers, with the tolerance of each; nothing where none do. Raises Unusable."""
    if declared.identifier not in item.numbers:
        return []
    rows = item.numbers[declared.identifier].rows
    best = max(row.gain for row in rows)
    if best <= 0:
        raise Unusable(say("tidak ada jawaban benar; beri mapping nilai lebih dari nol"))
    return [
        {"text": row.value, "tolerance": row.tolerance, "fraction": fraction(float(row.gain / best))}
        for row in rows
        if row.gain > 0
    ]


def most(item: Item, declared: Declaration) -> float:
    """The most that an answer gives."""
    if declared.identifier in item.numbers:
        return max(float(row.gain) for row in item.numbers[declared.identifier].rows)
    return max(declared.mapping.values(), default=1)


def gains_of(item: Item, declared: Declaration) -> dict[str, float | int]:
    """Key → fraction of the whole: by the mapping, its best value as 1; or 1 for what is correct."""
    if item.scoring == MAPPED and declared.mapping:
        return {key: worth_of(declared, value) for key, value in declared.mapping.items()}
    return dict.fromkeys(declared.correct, 1)


def worth_of(declared: Declaration, value: float) -> float | int:
    """A value of a mapping as a part of its best, both within its bounds. Raises Unusable."""
    upper = float("inf") if declared.upper is None else declared.upper
    lower = float("-inf") if declared.lower is None else declared.lower
    best = min(max([*declared.mapping.values(), declared.default]), upper)
    if best <= 0:
        raise Unusable(say("tidak ada jawaban benar; beri mapping nilai lebih dari nol"))
    return fraction(max(min(max(value, lower), upper) / best, -1))


def check_keys(item: Item, declared: Declaration, known: list[str]) -> None:
    """Raises Unusable for a key that is no option, and where there is none."""
    keys = [*declared.correct, *(declared.mapping if item.scoring == MAPPED else ())]
    strange = next((key for key in keys if key not in known), None)
    if strange is not None:
        raise Unusable(
            say(
                "kunci '%(strange)s' tidak ada; pilihan hanya %(known)s",
                strange=strange[:60],
                known=", ".join(known)[:120],
            )
        )
    if not declared.correct and not (item.scoring == MAPPED and declared.mapping):
        raise Unusable(say("tidak ada jawaban benar; isi correctResponse, misalnya <value>A</value>"))


def line(node: Node) -> str:
    """The words of a choice that stands in a line: a gap holds no formatting."""
    return " ".join(node.text.split())
