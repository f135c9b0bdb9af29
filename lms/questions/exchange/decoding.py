"""Text out of bytes: the usual encodings, recognised; what was guessed is said."""

import codecs
import re

from lms.questions.exchange.drafted import MOST_BYTES, Reading, Unusable
from lms.questions.said import say

WHERE = say("Berkas")
#: Each line is looked at: five thousand questions of a hundred lines.
MOST_LINES = 500_000
#: Each tag takes some ten microseconds to read: five thousand questions of twenty texts with ten.
MOST_TAGS = 1_000_000
_OPENING = re.compile("<|&(?:lt|#0*60|#[xX]0*3[cC]);")
_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig", ""),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


#: Letters that nobody sees and that neither XML nor a spreadsheet can hold.
UNSEEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def check_size(data: bytes) -> None:
    """Raises Unusable for a file that is larger than is read, or empty."""
    if len(data) > MOST_BYTES:
        raise Unusable(
            say(
                "berkas lebih dari %(most_bytes)s MB; pecah menjadi beberapa berkas",
                most_bytes=MOST_BYTES // 1024 // 1024,
            ),
            WHERE,
        )
    if not data.strip():
        raise Unusable(say("berkas kosong"), WHERE)


def text_of(data: bytes, found: Reading) -> str:
    """The text with plain line ends, without a byte order mark. Raises Unusable, also for more than MOST_LINES
    or MOST_TAGS; warns where the encoding is not UTF-8.
    """
    check_size(data)
    text = _decoded(data, found)
    if "\0" in text:
        raise Unusable(say("berkas ini bukan teks; simpan sebagai teks UTF-8"), WHERE)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES:
        raise Unusable(
            say("berkas ini lebih dari %(most)s baris; pecah menjadi beberapa berkas", most=MOST_LINES), WHERE
        )
    if len(_OPENING.findall(text)) > MOST_TAGS:
        raise Unusable(
            say("berkas ini memuat lebih dari %(most)s tag; pecah menjadi beberapa berkas", most=MOST_TAGS), WHERE
        )
    return without_unseen(text, found)


def without_unseen(text: str, found: Reading, where: str = WHERE) -> str:
    """The text with its control characters replaced, which is said."""
    made, count = UNSEEN.subn("\ufffd", text)
    if count:
        found.warn(where, say("ada %(count)s huruf kendali yang tidak tampak; diganti dengan \ufffd", count=count))
    return made


def _decoded(data: bytes, found: Reading) -> str:
    for mark, encoding, said in _MARKED:
        if data.startswith(mark):
            return _try(data, encoding, said, found)
    unmarked = _unmarked_utf16(data)
    if unmarked:
        return _try(data, unmarked, "UTF-16", found)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _try(data, "cp1252", "Windows-1252", found)


def _try(data: bytes, encoding: str, said: str, found: Reading) -> str:
    try:
        text = data.decode(encoding, errors="strict" if encoding != "cp1252" else "replace")
    except UnicodeDecodeError:
        raise Unusable(say("huruf berkas ini tidak terbaca; simpan sebagai teks UTF-8"), WHERE) from None
    if said:
        found.warn(
            WHERE, say("tersimpan sebagai %(said)s, bukan UTF-8; periksa huruf beraksen dan tanda kutip", said=said)
        )
    return text


def _unmarked_utf16(data: bytes) -> str:
    """Latin text in UTF-16 has a zero in nearly every second byte."""
    sample = data[:2000]
    if len(sample) < 4:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return ""
