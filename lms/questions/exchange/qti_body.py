"""The body of a QTI item as text: the stem, and gaps where its inline interactions stand."""

from dataclasses import dataclass, field

from lms.questions.exchange import html_reader, wording
from lms.questions.exchange.drafted import Reading
from lms.questions.exchange.xml_tree import Node
from lms.questions.said import say

INLINE = {"inlineChoiceInteraction", "textEntryInteraction", "gap"}
BLOCK = {
    "choiceInteraction", "orderInteraction", "matchInteraction", "associateInteraction", "gapMatchInteraction",
    "extendedTextInteraction", "uploadInteraction",
}  # fmt: skip
#: Why an interaction cannot be a question here.
FOREIGN = {
    "hottextInteraction": say("menandai kata di dalam teks; ubah menjadi pilihan ganda"),
    "hotspotInteraction": say("menunjuk tempat pada gambar; ubah menjadi pilihan ganda"),
    "selectPointInteraction": say("menunjuk tempat pada gambar; ubah menjadi pilihan ganda"),
    "graphicOrderInteraction": say("mengurutkan tempat pada gambar; ubah menjadi mengurutkan"),
    "graphicAssociateInteraction": say("menghubungkan tempat pada gambar; ubah menjadi menjodohkan"),
    "graphicGapMatchInteraction": say("menyeret ke atas gambar; ubah menjadi menjodohkan"),
    "positionObjectInteraction": say("meletakkan benda pada gambar"),
    "sliderInteraction": say("penggeser; ubah menjadi soal angka"),
    "drawingInteraction": say("menggambar; ubah menjadi soal berkas"),
    "mediaInteraction": say("memutar media"),
    "endAttemptInteraction": say("tombol akhir; soal bertahap tidak ada di sini"),
    "customInteraction": say("interaksi buatan sendiri"),
    "portableCustomInteraction": say("interaksi buatan sendiri"),
}
_RUBRIC = "rubricBlock"


@dataclass
class Body:
    """What stands in an item's body. gaps: the inline interactions in order; blocks: the others."""

    stem: str
    gaps: list[Node] = field(default_factory=list)
    blocks: list[Node] = field(default_factory=list)
    rubric: str = ""
    foreign: list[str] = field(default_factory=list)


def read(item: Node, where: str, found: Reading) -> Body:
    """The body of an item."""
    made = Body("")
    at = item.child("itemBody")
    if at is None:
        return made
    parts: list[str] = []
    _gather(at, made, parts)
    made.stem = words("".join(parts), where, found)
    made.rubric = words(made.rubric, where, found)
    return made


def words(html: str, where: str, found: Reading) -> str:
    """Markdown of a piece of HTML; pictures are taken, other media named in a warning."""
    made, media = wording.from_html(html, found.take_picture)
    if html_reader.WORDLESS in made:
        found.warn(where, say("ada gambar tanpa keterangan; tulis apa yang terlihat padanya"))
    for name in media:
        found.warn(
            where, say("gambar atau media '%(name)s' tidak ikut dimuat; tambahkan lagi setelah impor", name=name)
        )
    return made


def _gather(at: Node, made: Body, parts: list[str]) -> None:
    """HTML with {{n}} in place of the inline interactions; prompts of block interactions belong to the stem."""
    for one in at.content:
        if isinstance(one, str):
            parts.append(one.replace("&", "&amp;").replace("<", "&lt;"))
        elif one.name in INLINE:
            made.gaps.append(one)
            parts.append("{{" + str(len(made.gaps)) + "}}")
        elif one.name in BLOCK:
            made.blocks.append(one)
            prompt = one.child("prompt")
            parts.append(f"<p>{prompt.html()}</p>" if prompt else "")
            if one.name == "gapMatchInteraction":
                inner = Node(
                    "div",
                    one.line,
                    {},
                    [x for x in one.content if isinstance(x, str) or x.name not in {"prompt", "gapText", "gapImg"}],
                )
                _gather(inner, made, parts)
        elif one.name in FOREIGN:
            made.foreign.append(one.name)
        elif one.name == _RUBRIC:
            _gather_rubric(one, made, parts)
        elif one.name not in {"templateBlock", "templateInline", "feedbackBlock", "feedbackInline", "stylesheet"}:
            _gather_element(one, made, parts)


def _gather_rubric(block: Node, made: Body, parts: list[str]) -> None:
    if "candidate" in block.get("view") or not block.get("view"):
        parts.append(f"<div>{block.html()}</div>")
    elif "scorer" in block.get("view") or "author" in block.get("view"):
        made.rubric += block.html()


def _gather_element(one: Node, made: Body, parts: list[str]) -> None:
    """An element of HTML around whatever is inside."""
    opened = Node(one.name, one.line, one.attributes).outer()
    before, closing, _ = opened.partition(f"</{one.name}>")
    parts.append(before)
    _gather(one, made, parts)
    parts.append(closing)
