"""Zip files from strangers: how many files, how large, how strongly packed and under which names, all bounded."""

import io
import posixpath
import zipfile
from collections.abc import Set
from dataclasses import dataclass

from lms.questions.exchange.drafted import MOST_BYTES, MOST_QUESTIONS, Unusable
from lms.questions.said import say
from lms.workbooks import BROKEN

#: Each question is a file of its own, beside the manifest, and may have a picture and a recording.
MOST_FILES = 1 + 3 * MOST_QUESTIONS
MOST_UNPACKED = 100 * 1024 * 1024
#: Text packs about 20 times; only a bomb packs more than this.
MOST_RATIO = 200
WHERE = say("Paket")
#: What belongs to a package beside what is read, and is passed over in silence.
_SILENT = {
    "xsd", "dtd", "css", "png", "jpg", "jpeg", "gif", "svg", "webp", "mp3", "mp4", "webm", "ogg", "txt", "html", "htm", "js", "json",
    "pdf", "mml", "tff", "woff", "woff2", "",
}  # fmt: skip
#: What a Mac adds to each archive: a shadow of every file, under its name.
_SHADOWS = "__MACOSX/"


@dataclass(frozen=True)
class Contents:
    """What was read: name → bytes. left_out: names of kinds that are never opened and do not belong there."""

    content: dict[str, bytes]
    left_out: tuple[str, ...]


def read(data: bytes, *, extensions: Set[str]) -> Contents:
    """The files of some extensions. Raises Unusable for a zip that is broken, locked or hostile."""
    if len(data) > MOST_BYTES:
        raise Unusable(
            say(
                "paket lebih dari %(most_bytes)s MB; pecah menjadi beberapa paket",
                most_bytes=MOST_BYTES // 1024 // 1024,
            ),
            WHERE,
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = check(archive)
            content = {name: _read(archive, entry) for name, entry in entries.items() if _extension(name) in extensions}
    except BROKEN as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable(say("berkas ini rusak atau tidak lengkap; simpan ulang lalu unggah lagi"), WHERE) from None
    strange = tuple(name for name in entries if _extension(name) not in extensions | _SILENT)
    return Contents(content, strange)


def check(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Name → entry of all files, nothing unpacked yet. Raises Unusable."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not entry.filename.startswith(_SHADOWS)]
    if len(entries) > MOST_FILES:
        raise Unusable(say("paket memuat lebih dari %(most_files)s berkas", most_files=MOST_FILES), WHERE)
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Unusable(
            say("isi paket lebih dari %(most_unpacked)s MB", most_unpacked=MOST_UNPACKED // 1024 // 1024), WHERE
        )
    made = {}
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/") or "\0" in name:
            raise Unusable(say("nama berkas '%(name)s' keluar dari paket; paket ditolak", name=name[:60]), WHERE)
        if entry.flag_bits & 1:
            raise Unusable(say("paket dikunci kata sandi; buat ulang tanpa kata sandi"), WHERE)
        if entry.file_size > 1_000_000 and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise Unusable(
                say(
                    "berkas '%(name)s' dimampatkan lebih dari %(most_ratio)s kali; paket ditolak",
                    name=name[:60],
                    most_ratio=MOST_RATIO,
                ),
                WHERE,
            )
        if posixpath.normpath(name) in made:
            raise Unusable(say("berkas '%(name)s' ada dua kali di paket; paket ditolak", name=name[:60]), WHERE)
        made[posixpath.normpath(name)] = entry
    return made


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Never more than the entry says: what it says is bounded already."""
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise Unusable(
            say("berkas '%(filename)s' lebih besar dari yang tertulis; paket ditolak", filename=entry.filename[:60]),
            WHERE,
        )
    return content


def _extension(name: str) -> str:
    return posixpath.splitext(name)[1].removeprefix(".").lower()
