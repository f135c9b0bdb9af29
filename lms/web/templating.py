"""Templates, compiled for each language by itself: what is known then (words, icons, addresses of assets) stands in them as text.

A page says some two hundred words in its language and draws fifty icons. Asking for each of them at each request took a third
of the page's time.
"""

import hashlib
from collections.abc import Callable, Mapping, MutableMapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask.templating import Environment as FlaskEnvironment
from jinja2 import FileSystemBytecodeCache, Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from lms.config import ROOT

WORDS = ROOT / "translations"
#: Pieces of pages that a process keeps, the ones longest not asked for making room.
MOST_PIECES = 500

#: What may be asked for when a template is compiled: called with constants it says the same at each request.
Known = Mapping[str, Callable[..., str]]


class Environment(FlaskEnvironment):
    """Compiles a template for the language of the request that first asks for it in that language.

    choose: gives that language · known: language → name → function; the same names are asked for at run time where their
    arguments are not constant · stamp: changes with whatever `known` says, so that what was compiled with other words is not used.
    """

    choose: Callable[[], str]
    known: Callable[[str], Known]
    stamp: str
    piece: Callable[[str, str, str, tuple[tuple[str, Any], ...]], Markup]
    _language: str | None = None
    _spoken: dict[str, "Environment"]

    def speak(self, choose: Callable[[], str], known: Callable[[str], Known], stamp: str) -> None:
        """Take over what the pages know. Before the first template is loaded."""
        self.choose, self.known, self.stamp, self._spoken = choose, known, stamp, {}
        self.piece = lru_cache(MOST_PIECES)(self._piece)

    def _piece(self, language: str, _root: str, name: str, given: tuple[tuple[str, Any], ...]) -> Markup:
        """A piece of a page in the language of this request, which is `language`; the site may stand below another `root`."""
        return Markup(self.get_template(name).render(given))  # noqa: S704 - a template of ours, which escapes

    def _load_template(self, name: str, globals: Any) -> Template:
        if self._language is not None:
            return super()._load_template(name, globals)
        return self._in(self.choose())._load_template(name, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain dict: it is copied for each template that another includes, and a ChainMap does that forty times as slowly.

        What is added to the environment's globals after a template was loaded, it does not see.
        """
        return {**self.globals, **(d or {})}

    def _in(self, language: str) -> "Environment":
        """The environment of one language: shares all with this one but what it has compiled."""
        found = self._spoken.get(language)
        if found is None:
            found = self.overlay()
            found._language = language
            if isinstance(self.bytecode_cache, FileSystemBytecodeCache):
                pattern = f"{language}{_mark(self.stamp)}%s"
                found.bytecode_cache = FileSystemBytecodeCache(self.bytecode_cache.directory, pattern)
            self._spoken[language] = found
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self._language is None:
            return tree
        folded: nodes.Template = _Fold(self.known(self._language)).visit(tree)
        return folded


class _Fold(NodeTransformer):
    """Puts text in place of calls that are known already. `_("%(n)s", n=…)` keeps its values, in place of its words."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - named after the node, as the visitor asks
        self.generic_visit(node)
        function = self._known.get(_name(node.node))
        given = [one.value for one in node.args if isinstance(one, nodes.Const)]
        if function is None or len(given) < len(node.args) or node.dyn_args or node.dyn_kwargs:
            return node
        text = nodes.TemplateData(function(*given)).set_lineno(node.lineno)
        if not node.kwargs:
            return text
        values = nodes.Dict([nodes.Pair(nodes.Const(one.key), one.value) for one in node.kwargs])
        return nodes.Mod(text, values).set_lineno(node.lineno, override=True)


def _name(called: nodes.Node) -> str:
    """`asset` or `m.ic`; empty for what is no plain name."""
    if isinstance(called, nodes.Name):
        return called.name
    if isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name):
        return f"{called.node.name}.{called.attr}"
    return ""


def said(language: str, words: str) -> Markup:
    """Words of a template in a language: they hold no words of other origin."""
    return Markup(_translations(language).ugettext(words))  # noqa: S704 - written by us


@cache
def _translations(language: str) -> NullTranslations:
    return Translations.load(str(WORDS), [language])


def stamp(*files: Path) -> str:
    """A name for what these files, and all translations, hold now."""
    digest = hashlib.sha256()
    for file in (*sorted(WORDS.glob("*/LC_MESSAGES/*.mo")), *files):
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()[:12]


def forget_others(folder: Path, holds: str) -> None:
    """Delete what was compiled with other words than `holds`, a stamp; nothing else will.

    Two processes may do this at once, and one of an older release may still be running: it compiles anew what it misses. So the
    folder stays, and only files go.
    """
    for file in folder.iterdir():
        if _mark(holds) not in file.name:
            file.unlink(missing_ok=True)


def _mark(holds: str) -> str:
    """What names of files compiled with this stamp hold."""
    return f"-{holds}-"
