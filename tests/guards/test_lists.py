"""Every list with pages reckons them in one way, by `page_of`: nobody lands on an empty page beyond the last."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.config import ROOT

WEB = sorted((ROOT / "lms" / "web").glob("*.py"))
#: `pages` of something else: the pictures of a printed certificate.
OTHERS = {"design_editor"}
#: Goes on to the page after the one that was sent; that page reckons with page_of.
SENT = {"judging"}


def functions(file: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def calls(function: ast.AST, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def told(function: ast.FunctionDef) -> list[ast.expr]:
    """What a function hands on as `pages`."""
    words = [node.value for node in ast.walk(function) if isinstance(node, ast.keyword) and node.arg == "pages"]
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            words += [
                value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and key.value == "pages"
            ]
    return words


@pytest.mark.parametrize("file", [one for one in WEB if one.stem not in OTHERS], ids=lambda file: file.stem)
def test_how_many_pages_a_list_has_is_what_page_of_says(file: Path) -> None:
    wrong = [
        function.name
        for function in functions(file)
        if (words := told(function))
        and not (calls(function, "page_of") and all(isinstance(word, ast.Name) for word in words))
    ]

    assert wrong == []


def readers() -> list[tuple[str, str]]:
    """(module, function it calls) wherever a list is read by the page as the address has it, before its rows are counted."""
    found = []
    for file in WEB:
        if file.stem in SENT | {"name_search"}:
            continue
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and any(
                word.arg == "page" and calls(word.value, "page_number") for word in call.keywords
            ):
                found.append((file.stem, ast.unparse(call.func)))
    return found


@pytest.mark.parametrize(("module", "name"), readers())
def test_what_counts_the_rows_itself_knows_the_last_page(module: str, name: str) -> None:
    holder, function = name.split(".")
    source = inspect.getsource(getattr(getattr(importlib.import_module(f"lms.web.{module}"), holder), function))

    assert "start(page, size, total)" in source or "counted(session, rows, page=page, size=size)" in source


@pytest.mark.parametrize(
    "file", [one for one in WEB if one.stem not in SENT | {"name_search"}], ids=lambda file: file.stem
)
def test_the_page_of_the_address_is_never_used_as_it_is(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    handed = [word.value for word in ast.walk(tree) if isinstance(word, ast.keyword) and word.arg == "page"]

    assert [call.lineno for call in calls(tree, "page_number") if call not in handed] == []
