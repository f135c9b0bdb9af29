"""The body of a QTI item as text: the stem, and gaps where its inline interactions stand."""

from dataclasses import dataclass, field

from lms.questions import media
from lms.questions.exchange import html_media, wording
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
#: What is shown afterwards, where it stands.
FEEDBACK = ("feedbackInline", "feedbackBlock")


@dataclass
class Body:
    """What stands in an item's body. gaps: the inline interactions in order; blocks: the others; feedback: what is shown afterwards.

    feedbacks: how many pieces of it; limits_plays: a recording may be heard only so often.
    """

    stem: str
    gaps: list[Node] = field(default_factory=list)
    blocks: list[Node] = field(default_factory=list)
    rubric: str = ""
    feedback: str = ""
    foreign: list[str] = field(default_factory=list)
    feedbacks: int = 0
    limits_plays: bool = False


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
    made.feedback = words(made.feedback, where, found)
    if made.limits_plays:
        found.warn(where, say("batas pemutaran rekaman tidak ada di sini; peserta dapat mendengarkannya lagi"))
    return made


def words(html: str, where: str, found: Reading) -> str:
    """Markdown of a piece of HTML; pictures and recordings are taken, other media named in a warning."""
    made, lost = wording.from_html(html, found.take_medium)
    for said in html_media.unsaid(made):
        found.warn(where, said)
    for name in lost:
        found.warn(where, html_media.left_out(name))
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
        elif one.name == "mediaInteraction" and _is_heard(one):
            made.limits_plays |= one.get("maxPlays") not in {"", "0"}
            _gather(Node("div", one.line, {}, one.content), made, parts)
        elif one.name in FOREIGN:
            made.foreign.append(one.name)
        elif one.name == _RUBRIC:
            _gather_rubric(one, made, parts)
        elif one.name in FEEDBACK:
            _gather_feedback(one, made)
        elif one.name not in {"templateBlock", "templateInline", "stylesheet"}:
            _gather_element(one, made, parts)


def _is_heard(interaction: Node) -> bool:
    """Whether what it plays is a recording: that can stand in the text; it asks for no answer."""
    sources = [one.get("data") or one.get("src") for one in interaction.walk()]
    return any(source.rpartition(".")[2].lower() in media.AUDIO for source in sources)


def _gather_rubric(block: Node, made: Body, parts: list[str]) -> None:
    if "candidate" in block.get("view") or not block.get("view"):
        parts.append(f"<div>{block.html()}</div>")
    elif "scorer" in block.get("view") or "author" in block.get("view"):
        made.rubric += block.html()


def _gather_feedback(block: Node, made: Body) -> None:
    """Words for afterwards; a block that asks for an answer is a second step of the item."""
    if any(one.name in BLOCK | INLINE for one in block.walk()):
        made.foreign.append("endAttemptInteraction")
    made.feedbacks += 1
    made.feedback += f"<div>{block.html()}</div>"


def _gather_element(one: Node, made: Body, parts: list[str]) -> None:
    """An element of HTML around whatever is inside."""
    opened = Node(one.name, one.line, one.attributes).outer()
    before, closing, _ = opened.partition(f"</{one.name}>")
    parts.append(before)
    _gather(one, made, parts)
    parts.append(closing)
