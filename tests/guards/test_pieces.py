"""Pieces of pages that are kept are the same for everybody: they ask nothing of the request or of the person behind it."""

import re
from pathlib import Path

from jinja2 import Environment, meta, nodes

TEMPLATES = Path(__file__).parents[2] / "templates"
#: What a template may use beside what it is given: the same at each request in one language.
SAME_FOR_ALL = {"_", "ngettext", "asset", "icon", "icons", "in_indonesian", "url_for", "language", "site", "piece"}


def test_what_is_kept_uses_only_what_it_is_given() -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    calls = [
        call
        for file in sorted(TEMPLATES.rglob("*.html"))
        for call in environment.parse(file.read_text(encoding="utf-8")).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "piece"
    ]
    assert len(calls) >= 5
    for call in calls:
        name = call.args[0].as_const()
        source = (TEMPLATES / name).read_text(encoding="utf-8")
        assert not re.search(r"\{%-?\s*(include|extends)\b", source), f"{name} takes in what is not looked at here"
        asks = meta.find_undeclared_variables(environment.parse(source)) - SAME_FOR_ALL
        assert asks == {one.key for one in call.kwargs}, f"{name} asks for {sorted(asks)}"
