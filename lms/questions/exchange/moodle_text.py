"""One <question> of Moodle XML while it is read, and its texts in Moodle's formats as Markdown."""

import html
import posixpath
import re
from dataclasses import dataclass

from lms.questions.exchange import attachments, html_media, wording
from lms.questions.exchange.drafted import Reading
from lms.questions.exchange.xml_tree import Node

_TAG = re.compile(r"<[^>]*>?")
_LONGEST_SEEN = 2_000


@dataclass
class Asked:
    """One <question> being read, and where what is said about it goes."""

    node: Node
    where: str
    found: Reading

    def text(self, at: Node | None, *, otherwise: str = "") -> str:
        """Markdown of an element with a <text> and a format, otherwise that one; pictures and recordings come with it, other media
        are named in a warning.
        """
        return self.made(at.words("text"), at, otherwise=otherwise) if at else ""

    def made(self, source: str, at: Node, *, otherwise: str = "") -> str:
        """The same of a source that stands for the text of that element."""
        files = {_path(file): attachments.decoded(file.text) for file in at.all("file")}
        take = attachments.taker(self.found, files)
        made, media = styled(source, at.get("format") or otherwise, take)
        for said in html_media.unsaid(made):
            self.found.warn(self.where, said)
        for name in media:
            self._leave_out(name)
        return made

    def picture(self) -> str:
        """Markdown of the one picture that a question of old files has beside its text; what is no picture is named in a warning."""
        name, data = self.words("image"), self.words("image_base64")
        kept = self.found.medium(attachments.decoded(data)) if data else None
        made = html_media.reference(kept, "") if kept else ""
        for said in html_media.unsaid(made):
            self.found.warn(self.where, said)
        if (name or data) and not kept:
            self._leave_out(name.rpartition("/")[2] or "image")
        return made

    def _leave_out(self, name: str) -> None:
        self.found.warn(self.where, html_media.left_out(name if len(name) <= 100 else name[:100]))

    def words(self, path: str) -> str:
        """Plain words at a path."""
        return self.node.words(path)


def _path(file: Node) -> str:
    """What a text calls a file that it brings: its folder, which is / for most, and its name."""
    return posixpath.join(file.get("path").strip("/"), file.get("name"))


def seen(text: str) -> str:
    """The words of a text as far as they are seen without reading it as a whole, by which its author knows it again."""
    return " ".join(html.unescape(_TAG.sub(" ", text[:_LONGEST_SEEN])).split())


def styled(text: str, form: str, take: html_media.Take | None = None) -> tuple[str, list[str]]:
    """(Markdown, media left out) of a text in one of Moodle's formats; without one it is HTML, as Moodle writes it."""
    if form == "markdown":
        return wording.from_marked(text.strip(), take)
    if form == "plain_text":
        return wording.from_plain(text), []
    if form == "moodle_auto_format":
        return wording.from_unmarked(text)
    return wording.from_html(text, take)
