"""The one analyser: what both engines index and what a query becomes. Lower case, folded, Indonesian stems.

Why PySastrawi: the Snowball stemmer, PostgreSQL's too, makes `gawa` of pegawai and `ilai` of penilaian.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

LONGEST_WORD = 40
MOST_QUERY_WORDS = 8
_WORD = re.compile(r"[a-z0-9]+")
STOP_WORDS = frozenset({
    "a", "ada", "adalah", "agar", "akan", "an", "and", "antara", "apa", "atas", "atau", "bagaimana", "bagi", "bahwa",
    "beberapa", "bila", "bisa", "dalam", "dan", "dapat", "dari", "dengan", "di", "dia", "for", "guna", "hal",
    "hanya", "harus", "hingga", "ia", "in", "ini", "itu", "jadi", "jika", "juga", "kalau", "kami", "kamu", "karena",
    "ke", "kepada", "kita", "lagi", "lalu", "maka", "mana", "masih", "mereka", "namun", "nya", "of", "oleh", "on",
    "or", "pada", "para", "pun", "saat", "saja", "saya", "sebagai", "sebuah", "secara", "sedang", "sehingga",
    "sejak", "seperti", "serta", "sesuatu", "setelah", "setiap", "suatu", "sudah", "supaya", "tanpa", "telah",
    "tentang", "terhadap", "tetapi", "the", "to", "untuk", "yaitu", "yakni", "yang",
})  # fmt: skip


@dataclass(frozen=True)
class QueryWord:
    """A word that was typed: as it is, and its stem."""

    surface: str
    stem: str


def words(text: str) -> list[str]:
    """The words of a text in lower case, without accents, each cut at its longest."""
    folded = text.lower()
    if not folded.isascii():  # few texts have accents, and to look at each letter takes longer than all the rest
        plain = unicodedata.normalize("NFKD", folded.replace("ı", "i"))
        folded = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word[:LONGEST_WORD] for word in _WORD.findall(folded)]


def stems(text: str) -> list[str]:
    """The stems of a text's words in order, stop words left out."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


def query(text: str) -> tuple[QueryWord, ...]:
    """What is looked for: stop words count only where nothing else was typed, and no word counts twice."""
    typed = list(dict.fromkeys(words(text)))[:MOST_QUERY_WORDS]
    telling = [word for word in typed if word not in STOP_WORDS] or typed
    return tuple(QueryWord(word, stem(word)) for word in telling)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one word: aman for keamanan and mengamankan."""
    return word if word.isdigit() or len(word) < 4 else str(_stemmer().stem(word))


def excerpt(text: str, looked_for: tuple[QueryWord, ...], *, length: int = 200) -> str:
    """The part of a text in which the first of the words stands, cut between words; its beginning where none does."""
    wanted = {word.stem for word in looked_for}
    at = next((start for start, word in _placed(text) if stem(word) in wanted), 0)
    start = text.rfind(" ", 0, max(at - length // 3, 0)) + 1 if at > length // 3 else 0
    end = len(text) if len(text) <= start + length else text.rfind(" ", start, start + length)
    cut = " ".join(text[start : end if end > start else start + length].split())
    return f"{'… ' if start else ''}{cut}{' …' if end < len(text) else ''}"


def _placed(text: str) -> Iterator[tuple[int, str]]:
    return ((found.start(), found.group()) for found in _WORD.finditer(text.lower()))


@cache
def _stemmer() -> Stemmer:
    """Loading the dictionary takes half a second, so it waits for the first word."""
    return Stemmer(ArrayDictionary(StemmerFactory().get_words()))
