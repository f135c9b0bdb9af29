"""What several items of a QTI 3 package share: texts to read (assessmentStimulus), which here belong to each question."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.questions.exchange import attachments, qti_body, xml_tree
from lms.questions.exchange.drafted import MOST_BYTES, Reading, Unusable
from lms.questions.exchange.xml_tree import Node
from lms.questions.said import say


@dataclass
class Readings:
    """The texts of one package, each read once. files: path → content."""

    files: Mapping[str, bytes]
    _texts: dict[str, str] = field(default_factory=dict)
    _letters: int = 0

    def of(self, item: Node, name: str, where: str, found: Reading) -> str:
        """Markdown of all that an item refers to. What the package does not have is said. Raises Unusable.

        name: the item's path.
        """
        made = "\n\n".join(
            text
            for one in item.all("assessmentStimulusRef")
            if (text := self._text(one.get("href"), posixpath.dirname(name), where, found))
        )
        self._letters += len(made)
        if self._letters > MOST_BYTES:
            raise Unusable(say("bacaan bersama di paket ini terlalu panjang untuk soal sebanyak ini; pecah paketnya"))
        return made

    def _text(self, href: str, folder: str, where: str, found: Reading) -> str:
        path = attachments.located(href, self.files, base=folder)
        if path not in self._texts:
            root = xml_tree.parse(self.files[path], found, where=path[:100]) if path in self.files else None
            body = root.child("stimulusBody") if root else None
            if body is None:
                said = say("bacaan '%(name)s' tidak ada di paket; tambahkan ke soal ini setelah impor", name=href[:100])
                found.warn(where, said)
                return ""
            found.take_medium = attachments.taker(found, self.files, base=posixpath.dirname(path))
            self._texts[path] = qti_body.words(body.html(), where, found)
        return self._texts[path]
