"""Transactions one behind the other leave SQLite's lock to others in between: a loop takes turns."""

import ast

from lms.config import ROOT

FILES = [file for file in sorted((ROOT / "lms").rglob("*.py")) if "bench" not in file.parts]


def in_loops(source: str) -> list[int]:
    """Lines of the transactions that a loop begins."""
    loops = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.For | ast.While)]
    found = {
        node.lineno
        for loop in loops
        for node in ast.walk(loop)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "transaction"
    }
    return sorted(found)


def test_no_loop_takes_the_lock_again_at_once() -> None:
    found = {str(file): in_loops(file.read_text(encoding="utf-8")) for file in FILES}

    assert {file: lines for file, lines in found.items() if lines} == {}, "use Database.turn"


def test_a_loop_that_does_is_found() -> None:
    assert in_loops("for one in many:\n    with database.transaction() as session:\n        pass\n") == [2]
    assert in_loops("while True:\n    with database.turn() as session:\n        pass\n") == []
