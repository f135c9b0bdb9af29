"""What each application or database makes for itself, made once a process here: most of the time of short tests was this.

And what is drawn by lot is drawn from the test's name: a test that fails once fails always.
"""

import secrets
from collections.abc import Iterable, Iterator
from copy import deepcopy
from io import BytesIO
from random import Random
from typing import Any

import pytest
from flask import Blueprint, Flask
from fontTools.ttLib import woff2
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine
from weasyprint import svg
from werkzeug.routing import Map, Rule
from whitenoise import WhiteNoise

from lms import db, web


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """What was compiled or looked up for the first application serves those after it, which are like it."""
    with pytest.MonkeyPatch.context() as patch:
        remember(patch)
        yield


@pytest.fixture(autouse=True)
def _lots(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_from(request.node.nodeid, monkeypatch)


def draw_from(name: str, patch: pytest.MonkeyPatch) -> None:
    """Papers and codes come out alike for each name, until the patch is undone."""
    lots = Random(name)
    patch.setattr(secrets, "choice", lots.choice)
    patch.setattr(secrets, "randbelow", lots.randrange)
    patch.setattr(secrets, "randbits", lots.getrandbits)


def remember(patch: pytest.MonkeyPatch) -> None:
    """Compile nothing twice in this process, until the patch is undone."""
    patch.setattr(web, "BLUEPRINTS", (_Pages(web.BLUEPRINTS),))
    patch.setattr(Rule, "compile", _compile_address(Rule.compile))
    patch.setattr(db, "create_engine", _create_engine())
    patch.setattr(WhiteNoise, "update_files_dictionary", _look_up_files(WhiteNoise.update_files_dictionary))
    patch.setattr(FileSystemBytecodeCache, "load_bytecode", _load_template(FileSystemBytecodeCache.load_bytecode))
    patch.setitem(svg.TAGS, "path", _draw_path(svg.TAGS["path"]))
    patch.setattr(woff2, "decompress", _unpack_font(woff2.decompress))


class _Pages:
    """All blueprints as one: what the first application had from them the next ones have too. Their addresses are one map."""

    def __init__(self, blueprints: Iterable[Blueprint]) -> None:
        self._blueprints = tuple(blueprints)
        self._first: tuple[Map, dict[str, Any], dict[str, Any], dict[str, dict[Any, Any]], dict[str, Any]] | None = None

    def register(self, app: Flask, options: dict[str, Any]) -> None:
        """As a blueprint does when an application takes it."""
        if self._first is None:
            before = _for_all(app)
            words = dict(app.jinja_env.globals)
            for blueprint in self._blueprints:
                blueprint.register(app, options)
            named = {kind: {name: hook for name, hook in hooks.items() if name is not None}
                     for kind, hooks in _hooks(app).items()}  # fmt: skip
            assert _for_all(app) == before
            added = {name: word for name, word in app.jinja_env.globals.items() if name not in words}
            views, blueprints = dict(app.view_functions), dict(app.blueprints)
            self._first = app.url_map, views, blueprints, deepcopy({k: v for k, v in named.items() if v}), added
            app.url_map.add = _refuse  # type: ignore[method-assign, assignment]
            return
        app.url_map, views, blueprints, named, added = self._first
        app.view_functions.update(views)
        app.blueprints.update(blueprints)
        for kind, hooks in named.items():
            getattr(app, kind).update(deepcopy(hooks))
        app.jinja_env.globals.update(added)


def _hooks(app: Flask) -> dict[str, dict[Any, Any]]:
    """What Flask keeps by the name of a blueprint; None: for the whole application."""
    kinds = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs", "template_context_processors",
             "url_value_preprocessors", "url_default_functions", "error_handler_spec")  # fmt: skip
    return {kind: getattr(app, kind) for kind in kinds}


def _for_all(app: Flask) -> tuple[dict[str, str], list[str], list[str]]:
    """What belongs to no blueprint, of all that the next applications would lack if a blueprint had added to it."""
    hooks = {kind: repr(hooks.get(None)) for kind, hooks in _hooks(app).items()}
    return hooks, list(app.jinja_env.filters), list(app.jinja_env.tests)


def _refuse(_rule: Any) -> None:
    raise AssertionError("the addresses are those of all applications of this process")


def _compile_address(compile_rule: Any) -> Any:
    made: dict[Any, Any] = {}

    def compile_once(rule: Any) -> None:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        what = rule.rule, rule.subdomain, rule.host, rule.merge_slashes, rule.strict_slashes, rule.is_leaf, defaults
        if what not in made:
            compile_rule(rule)
            build, unknown = rule._build.__func__, rule._build_unknown.__func__
            made[what] = rule._parts, rule._trace, rule._converters, frozenset(rule.arguments), build, unknown
            return
        rule._parts, rule._trace, rule._converters, arguments, build, unknown = made[what]
        rule.arguments |= arguments
        rule._build, rule._build_unknown = build.__get__(rule), unknown.__get__(rule)

    return compile_once


def _create_engine() -> Any:
    first: dict[str, Engine] = {}

    def create(*arguments: Any, **named: Any) -> Engine:
        engine = create_engine(*arguments, **named)
        known = first.setdefault(engine.dialect.name, engine)
        if known.dialect.default_schema_name is None:  # it never reached its server and knows nothing of it
            first[engine.dialect.name] = engine
            return engine
        engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        return engine

    return create


def _look_up_files(look_up: Any) -> Any:
    """The built assets do not change while tests run."""
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def look_up_once(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in found:
            before = set(self.files)
            look_up(self, root, prefix)
            found[root, prefix] = {name: file for name, file in self.files.items() if name not in before}
        self.files.update(found[root, prefix])

    return look_up_once


def _load_template(load: Any) -> Any:
    """Code read from a file once stays in memory."""
    read: dict[tuple[str, str, str, str], Any] = {}

    def load_once(self: FileSystemBytecodeCache, bucket: Bucket) -> None:
        what = self.directory, self.pattern, bucket.key, bucket.checksum
        bucket.code = read.get(what)
        if bucket.code is None:
            load(self, bucket)
        if bucket.code is not None:
            read[what] = bucket.code

    return load_once


def _draw_path(draw: Any) -> Any:
    """The ornaments of a certificate are thousands of curves: to read them was a quarter of the time of laying out a page."""
    drawn: dict[Any, tuple[list[Any], list[Any]]] = {}

    def draw_once(image: Any, node: Any, font_size: float) -> None:
        what = node.get("d", ""), font_size, image.inner_width, image.inner_height
        if node.vertices:
            draw(image, node, font_size)
        elif what in drawn:
            lines, corners = drawn[what]
            image.stream.stream += lines
            node.vertices += corners
        else:
            begin = len(image.stream.stream)
            draw(image, node, font_size)
            drawn[what] = image.stream.stream[begin:], list(node.vertices)

    return draw_once


def _unpack_font(unpack: Any) -> Any:
    unpacked: dict[bytes, bytes] = {}

    def unpack_once(packed: BytesIO, target: BytesIO) -> None:
        what = packed.getvalue()
        if what not in unpacked:
            whole = BytesIO()
            unpack(packed, whole)
            unpacked[what] = whole.getvalue()
        target.write(unpacked[what])

    return unpack_once
