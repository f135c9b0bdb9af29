"""Markdown that authors write, made into HTML that is safe to show.

Two locks: the parser takes no HTML and makes links to allowed places only, and a sanitiser then lets through nothing
but the few elements named here. Text is rendered once and kept.

Beside Markdown with tables there are boxes and places for a practice question:

    ::: penting Judul          ::: contoh Judul          ::: catatan          ::: latihan <uuid>
    …                          …                         …                    :::
    :::                        :::                       :::

Pictures and recordings are those that questions keep: `![what is seen](gambar:<sha256>.png)`,
`![what is heard](audio:<sha256>.mp3 "its transcript")`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape
from mdit_py_plugins.container import container_plugin

#: Longer texts are shown as they were typed: formatting them costs more than a page may take.
LONGEST = 100_000

#: Box → (class, the word before its title).
BOXES = {"penting": ("note penting", "Penting"), "contoh": ("example", "Contoh"), "catatan": ("aside", "")}

#: Address of the lesson with this slug; None when there is none, which leaves the words without a link.
LessonLink = Callable[[str], str | None]

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAME = r"[0-9a-f]{64}"
_PICTURE = re.compile(rf"gambar:({_NAME}\.(?:png|jpg))")
_AUDIO = re.compile(rf"audio:({_NAME}\.(?:mp3|aac|m4a|ogg|wav))")
_LINK = re.compile(rf"https?://\S+|#[\w-]+|materi:[a-z0-9-]+|{_PICTURE.pattern}|{_AUDIO.pattern}", re.IGNORECASE)
_LESSON = re.compile(r'<a href="materi:([a-z0-9-]+)"')
#: What may stand in the HTML, and with which attributes.
TAGS = {
    "a", "audio", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "s",
    "small", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_INLINE_TAGS = {"a", "audio", "br", "code", "em", "img", "s", "small", "span", "strong"}
_MEDIA = {
    "img": {"src", "alt"}, "audio": {"src", "controls", "preload", "aria-label"}, "span": {"class"},
    "small": {"class", "aria-hidden"},
}  # fmt: skip
_INLINE_ATTRIBUTES = {"a": {"href", "title"}, **_MEDIA}
ATTRIBUTES = {
    "a": {"href", "title"}, **_MEDIA, "div": {"class"}, "p": {"class"}, "ol": {"start"}, "table": {"class"},
    "td": {"class", "data-l"}, "th": {"class", "data-l", "scope"},
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"},
}  # fmt: skip


@dataclass(frozen=True)
class Practice:
    """A place where the question with this UUID is to be asked."""

    uuid: str


@dataclass(frozen=True)
class _Compiled:
    parts: tuple[Markup | Practice, ...]
    outline: tuple[tuple[str, str], ...]


def html(text: str, *, link: LessonLink | None = None) -> Markup:
    """The whole text as HTML, without its practice questions. Its headings begin at h2 and skip no level."""
    return Markup("\n").join(part for part in parts(text, link=link) if isinstance(part, Markup))


def parts(text: str, *, link: LessonLink | None = None) -> list[Markup | Practice]:
    """The text in its order, cut where practice questions stand."""
    return [
        part if isinstance(part, Practice) else Markup(_LESSON.sub(partial(_address, link), part))  # noqa: S704
        for part in _compiled(text).parts
    ]


def inline(text: str) -> Markup:
    """A single line without a block around it, for a label or an option. Its links lead out of the site only."""
    raw = _PARSER.renderInline(text) if len(text) <= LONGEST else escape(text)
    return Markup(nh3.clean(raw, tags=_INLINE_TAGS, attributes=_INLINE_ATTRIBUTES, url_schemes={"http", "https"}))  # noqa: S704


def outline(text: str) -> list[tuple[str, str]]:
    """(id, title) of each heading of the highest level, in order; the ids are those in the HTML."""
    return list(_compiled(text).outline)


def plain(text: str) -> str:
    """The words alone, a line for each block: what is searched and counted."""
    if len(text) > LONGEST:
        return text
    return "\n".join(line for line in map(_words, _PARSER.parse(text)) if line)


def _address(link: LessonLink | None, found: re.Match[str]) -> str:
    target = link(found[1]) if link else None
    return f'<a href="{escape(target)}"' if target else "<a"


def _compiled(text: str) -> _Compiled:
    if len(text) > LONGEST:
        return _Compiled((Markup("<pre>{}</pre>").format(text),), ())
    return _compile(text)


@lru_cache(maxsize=512)
def _compile(text: str) -> _Compiled:
    tokens = _PARSER.parse(text)
    headings = _settle_headings(tokens)
    _settle_links(tokens)
    _settle_tables(tokens)
    made = [part if isinstance(part, Practice) else _safe(part) for part in _cut(tokens)]
    return _Compiled(tuple(part for part in made if part), tuple(headings))


def _safe(tokens: Sequence[Token]) -> Markup:
    raw = _PARSER.renderer.render(tokens, _PARSER.options, {})
    clean = nh3.clean(raw, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "materi"})
    return Markup(clean.strip())  # noqa: S704 - this is where it becomes safe


def _cut(tokens: Sequence[Token]) -> Iterator[list[Token] | Practice]:
    """Blocks between practice questions. A question inside a list or a quotation follows after it."""
    block: list[Token] = []
    waiting: list[Practice] = []
    inside: int | None = None
    for token in tokens:
        if token.type == "container_latihan_open" and inside is None:
            waiting.append(Practice(token.info.split()[1].lower()))
            inside = token.level
        elif token.type == "container_latihan_close" and token.level == inside:
            inside = None
        elif inside is None:
            block.append(token)
        if waiting and inside is None and token.level == 0 and token.nesting <= 0:
            yield block
            yield from waiting
            block, waiting = [], []
    yield block
    yield from waiting


def _settle_headings(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """Give headings their level and id. Returns (id, title) of the highest level."""
    found: list[tuple[str, str]] = []
    above: list[int] = []
    taken: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        written = int(token.tag[1])
        while above and above[-1] >= written:
            above.pop()
        level = min(2 + len(above), 6)
        above.append(written)
        title = _words(tokens[place + 1])
        name = _anchor(title, taken)
        token.tag = tokens[place + 2].tag = f"h{level}"
        token.attrSet("id", name)
        if level == 2:
            found.append((name, title))
    return found


def _anchor(title: str, taken: dict[str, int]) -> str:
    """`b-` and the words of a title: the letters keep it apart from the ids of the page around."""
    words = "b-" + ("-".join(re.findall(r"\w+", title.lower()))[:60] or "bagian")
    name = words
    while name in taken:
        taken[words] += 1
        name = f"{words}-{taken[words]}"
    taken[name] = 1
    return name


def _settle_links(tokens: Sequence[Token]) -> None:
    for token in tokens:
        for child in token.children or ():
            target = child.attrGet("href")
            if isinstance(target, str) and target.startswith("#"):
                child.attrSet("href", "#b-" + target[1:].removeprefix("b-"))


def _settle_tables(tokens: Sequence[Token]) -> None:
    """Name the columns in every cell: on a phone each row is a card, its first cell the card's heading."""
    columns: list[str] = []
    place = 0
    for at, token in enumerate(tokens):
        match token.type:
            case "table_open":
                token.attrSet("class", "dense cards")
                columns = []
            case "tr_open":
                place = 0
            case "th_open":
                columns.append(_words(tokens[at + 1]))
                _settle_cell(token, scope="col")
            case "td_open" if place == 0:
                token.tag = tokens[at + 2].tag = "th"
                _settle_cell(token, scope="row")
                place = 1
            case "td_open":
                _settle_cell(token, label=columns[place])
                _wrap(tokens[at + 1])
                place += 1


def _settle_cell(token: Token, **attributes: str) -> None:
    right = "right" in str(token.attrs.pop("style", ""))
    if right:
        token.attrSet("class", "num")
    for name, value in attributes.items():
        token.attrSet("data-l" if name == "label" else name, value)


def _wrap(inline: Token) -> None:
    """One element around what a cell says, so that it stays together beside its label."""
    if inline.children:
        inline.children = [
            Token("html_inline", "", 0, content="<span>"),
            *inline.children,
            Token("html_inline", "", 0, content="</span>"),
        ]


def _words(token: Token) -> str:
    if token.type in {"fence", "code_block"}:
        return token.content.strip()
    if token.type.startswith("container_") and token.nesting == 1 and "latihan" not in token.type:
        return token.info.strip().partition(" ")[2]
    said = {"text", "code_inline", "image"}
    return "".join(c.content if c.type in said else " " if "break" in c.type else "" for c in token.children or ())


def _box(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType) -> str:
    if tokens[at].nesting == -1:
        return "</div>\n"
    kind, _blank, title = tokens[at].info.strip().partition(" ")
    css, word = BOXES[kind]
    said = f"{word}: {title}" if word and title else word or title
    return f'<div class="{css}">\n' + (f'<p class="box-title"><strong>{escape(said)}</strong></p>\n' if said else "")


def _medium(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType) -> str:
    """A picture or a recording that is kept here, by its name. None are taken from addresses: their words stand for them."""
    source, words = str(tokens[at].attrGet("src")), escape(tokens[at].content)
    if picture := _PICTURE.fullmatch(source):
        return f'<img src="/gambar/{picture[1]}" alt="{words}">'
    recording = _AUDIO.fullmatch(source)
    return _player(recording[1], words, escape(tokens[at].attrGet("title") or "")) if recording else str(words)


def _player(name: str, words: Markup, transcript: Markup) -> str:
    """The browser's own player. What it plays is also said to those who see and do not hear; it never begins by itself."""
    said = f'<small class="transcript">Transkrip: {transcript}</small>' if transcript else ""
    player = f'<audio controls preload="metadata" src="/audio/{name}" aria-label="{words}"></audio>'
    return f'<span class="audio">{player}<small aria-hidden="true">{words}</small>{said}</span>'


def _is_practice(params: str, *_rest: Any) -> bool:
    return re.fullmatch(rf"\s*latihan\s+{_UUID}\s*", params, re.IGNORECASE) is not None


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: _LINK.fullmatch(url) is not None  # type: ignore[method-assign]
    for kind in BOXES:
        container_plugin(parser, kind, render=_box)
    container_plugin(parser, "latihan", validate=_is_practice)
    parser.add_render_rule("image", _medium)
    return parser


_PARSER = _parser()
