"""Moodle XML. Written after its public description at docs.moodle.org ("Moodle XML format").

Penalties, numbering and shuffling belong to a quiz and are passed over; pictures and recordings come in, other
media are named in a warning.
"""

from lms.questions.exchange import moodle_text, xml_tree
from lms.questions.exchange.drafted import Reading, TooMany, Unusable, check_parts, number
from lms.questions.exchange.gift import ID_NUMBER
from lms.questions.exchange.marked_tags import folder_of, tags_of
from lms.questions.exchange.moodle_text import Asked
from lms.questions.exchange.moodle_types import TYPES
from lms.questions.exchange.xml_tree import Node
from lms.questions.said import say

#: Types that have no kind here, and why.
_NEVER = {
    "random": say("soal acak hanya menunjuk soal lain"),
    "randomsamatch": say("soal acak hanya menunjuk soal lain"),
    "calculated": say("nilainya dihitung dengan rumus dan kumpulan data; ubah menjadi soal angka"),
    "calculatedsimple": say("nilainya dihitung dengan rumus dan kumpulan data; ubah menjadi soal angka"),
    "calculatedmulti": say("nilainya dihitung dengan rumus dan kumpulan data; ubah menjadi pilihan ganda"),
    "ddimageortext": say("jawabannya diseret ke atas gambar; ubah menjadi menjodohkan"),
    "ddmarker": say("jawabannya ditandai pada gambar; ubah menjadi pilihan ganda"),
}


def read(data: bytes, found: Reading) -> None:
    """All questions of a Moodle XML file. Raises Unusable when it is no such file."""
    root = xml_tree.parse(data, found)
    if root.name != "quiz":
        raise Unusable(
            say("elemen pertama <%(name)s>, bukan <quiz>; ini bukan Moodle XML", name=root.name),
            root.place,
        )
    folder = ""
    try:
        for place, node in enumerate(root.children):
            found.reached(place, len(root.children))
            if node.name != "question":
                found.warn(
                    node.place,
                    say("elemen <%(name)s> bukan soal dan tidak dibaca", name=node.name[:40]),
                )
            elif node.get("type") == "category":
                folder = folder_of(node.words("category/text"))
            else:
                _read_question(node, folder, found)
        _tell_passed_over(root, found)
    except TooMany as error:
        found.stop(error)


#: What an author wrote for the quiz of Moodle, and a question here has no place for.
_PASSED_OVER = {
    "hint": say("petunjuk (hint)"),
    "correctfeedback": say("umpan balik untuk semua jawaban benar"),
    "partiallycorrectfeedback": say("umpan balik untuk jawaban benar sebagian"),
    "incorrectfeedback": say("umpan balik untuk semua jawaban salah"),
    "responsetemplate": say("teks awal jawaban esai"),
    "idnumber": ID_NUMBER,
}


def _tell_passed_over(root: Node, found: Reading) -> None:
    """Say once for the whole file what of its questions does not come in."""
    for name, called in _PASSED_OVER.items():
        count = sum(
            any(one.words("text") or (name == "idnumber" and one.text.strip()) for one in node.all(name))
            for node in root.all("question")
        )
        if count:
            said = say("%(what)s tidak ikut dimuat; ada pada %(count)s soal", what=called, count=count)
            found.warn(say("Berkas"), said)


def _read_question(node: Node, folder: str, found: Reading) -> None:
    name = " ".join(node.words("name/text").split())
    where = say("%(place)s (%(name)s)", place=node.place, name=name[:60]) if name else node.place
    with found.question(where, moodle_text.seen(node.words("questiontext/text"))):
        check_parts(len(node.children), where)
        kind_name = node.get("type")
        if kind_name == "description":
            found.warn(where, say("ini keterangan (description), bukan soal, dan tidak dimuat"))
            return
        if kind_name not in TYPES:
            why = _NEVER.get(kind_name, say("jenis ini tidak dikenal di sini"))
            raise Unusable(
                say(
                    "soal jenis %(kind)s tidak dapat dimuat: %(why)s",
                    kind=kind_name or say("(kosong)"),
                    why=why,
                )
            )
        asked = Asked(node, where, found)
        kind, stem, fields = TYPES[kind_name](asked)
        stem = "\n\n".join(part for part in (stem, asked.picture()) if part)
        if node.words("hidden") == "1":
            found.warn(where, say("soal ini tersembunyi di Moodle, jadi mungkin sudah dihapus di sana"))
        if not stem:
            raise Unusable(say("soal ini tidak punya teks; isi questiontext"))
        explanation = "\n\n".join(
            part for part in (asked.text(node.child("generalfeedback")), fields.pop("explanation", "")) if part
        )
        tags = ({"folder": folder} if folder else {}) | tags_of(
            tag.text.strip() for part in node.all("tags") for tag in part.all("tag")
        )
        fields |= {"explanation": explanation, "points": _points(node)}
        found.take(kind, stem, where=where, name=name, tags=tags, **fields)


def _points(node: Node) -> int | float | None:
    given = node.words("defaultgrade")
    if not given:
        return None
    value = float(number(given))
    return int(value) if value.is_integer() else value
