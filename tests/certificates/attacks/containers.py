"""The room of the signature, the frame of the file, and files that are two things at once."""

import zipfile
from collections.abc import Callable
from io import BytesIO

import pikepdf

from lms.certificates.causes import Cause
from lms.certificates.file_report import MAX_BYTES
from lms.certificates.verification import State
from tests.certificates.attacks.appended import in_root
from tests.certificates.attacks.corpus import Maker, attack
from tests.certificates.attacks.rewritten import by_tool_picture
from tests.certificates.attacks.tools import resaved, updated
from tests.certificates.attacks.world import World


def ranged(pdf: bytes, make: Callable[[int, int, int], bytes]) -> bytes:
    """The file with other signed ranges, of the same length in bytes; make gets the true gap and the file's length."""
    start = pdf.rindex(b"/ByteRange ") + len(b"/ByteRange ")
    end = pdf.index(b"]", start) + 1
    gap, after = (int(number) for number in pdf[start + 1 : end - 1].split()[1:3])
    wrong = make(gap, after, len(pdf)).ljust(end - start)
    assert len(wrong) == end - start
    return pdf[:start] + wrong + pdf[end:]


def of_ranges(name: str, cause: Cause, make: Callable[[int, int, int], bytes]) -> None:
    def file(world: World) -> bytes:
        return ranged(world.mine.pdf, make)

    file.__name__ = name
    attack(State.ALTERED, cause)(file)


of_ranges("ranges_overlap", Cause.CHANGED_INSIDE, lambda gap, after, size: b"[0 %d %d %d]" % (after, gap, size - gap))
of_ranges("ranges_end_early", Cause.CHANGED_INSIDE, lambda gap, after, size: b"[0 %d %d %d]" % (gap, after, 10))
of_ranges(
    "ranges_begin_late", Cause.CHANGED_INSIDE, lambda gap, after, size: b"[9 %d %d %d]" % (gap - 9, after, size - after)
)
of_ranges("ranges_leave_the_whole_file_out", Cause.CHANGED_INSIDE, lambda gap, after, size: b"[0 0 %d 0]" % size)
of_ranges("ranges_are_negative", Cause.UNREADABLE, lambda *_: b"[0 -1 -1 -1]")
of_ranges("ranges_are_huge", Cause.CHANGED_INSIDE, lambda *_: b"[0 9 9 99999999999999999999]")
of_ranges("ranges_are_three", Cause.UNREADABLE, lambda gap, after, size: b"[0 %d %d]" % (gap, after))
of_ranges("ranges_are_six", Cause.UNREADABLE, lambda gap, after, size: b"[0 %d %d 1 2 3]" % (gap, after))
of_ranges("ranges_are_names", Cause.UNREADABLE, lambda *_: b"[/a /b /c /d]")

altered = attack(State.ALTERED, Cause.UNREADABLE)


@altered
def signature_zeroed(world: World) -> bytes:
    start = world.mine.pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = world.mine.pdf.index(b">", start)
    return world.mine.pdf[:start] + b"0" * (end - start) + world.mine.pdf[end:]


@attack(State.ALTERED, Cause.CHANGED_INSIDE)
def words_hidden_in_the_room_of_the_signature(world: World) -> bytes:
    end = world.mine.pdf.index(b">", world.mine.pdf.rindex(b"/Contents <") + 12)
    return world.mine.pdf[: end - 8] + b"DEADBEEF" + world.mine.pdf[end:]


def locked(user: str) -> Maker:
    """Locked with a password, or against changes only."""

    def file(world: World) -> bytes:
        return resaved(world.mine.pdf, encryption=pikepdf.Encryption(owner="pemilik", user=user))

    file.__name__ = "locked_with_a_password" if user else "locked_for_its_owner"
    return file


for _user in ("rahasia", ""):
    attack(State.ENCRYPTED)(locked(_user))


def cut(share: float) -> Maker:
    def file(world: World) -> bytes:
        return world.mine.pdf[: int(len(world.mine.pdf) * share)]

    file.__name__ = f"cut_off_at_{share:.0%}".replace("%", "_percent")
    return file


for _share in (0.01, 0.5):
    attack(State.DAMAGED, Cause.MISSING)(cut(_share))
attack(State.ALTERED, Cause.MISSING)(cut(0.97))


@altered
def zeros_over_the_last_table(world: World) -> bytes:
    at = world.mine.pdf.rindex(b"startxref")
    return world.mine.pdf[: at - 200] + bytes(200) + world.mine.pdf[at:]


@altered
def last_table_leads_to_itself(world: World) -> bytes:
    start = int(world.mine.pdf[world.mine.pdf.rindex(b"startxref") :].split()[1])
    at = world.mine.pdf.index(b"/Prev ", start) + len(b"/Prev ")
    end = world.mine.pdf.index(b" ", at)
    return world.mine.pdf[:at] + str(start).encode().rjust(end - at, b"0") + world.mine.pdf[end:]


@attack(State.ALTERED, Cause.APPENDED)
def hybrid_table_appended(world: World) -> bytes:
    """A classic table whose trailer names a stream as well: two readers, two files."""
    stream = int(world.mine.pdf[world.mine.pdf.rindex(b"startxref") :].split()[1])
    trailer = b"trailer\n<< /Size 9 /Root 1 0 R /Prev %d /XRefStm %d >>\n" % (stream, stream)
    table = b"xref\n0 1\n0000000000 65535 f \n" + trailer
    return world.mine.pdf + table + b"startxref\n%d\n%%%%EOF\n" % len(world.mine.pdf)


@attack(State.ALTERED, Cause.APPENDED)
def a_time_stamp_s_store_appended(world: World) -> bytes:
    """What long-term validation would add. We issue files whole, so nothing is added to them later by us."""

    return updated(world.mine.pdf, lambda writer: in_root(writer, DSS={}))


@attack(State.NOT_PDF)
def nothing_but_spaces(world: World) -> bytes:
    return b"   \n"


@attack(State.NOT_PDF)
def picture_with_another_name(world: World) -> bytes:
    return by_tool_picture(world)


@attack(State.NOT_PDF)
def words_that_say_that_it_is_valid(world: World) -> bytes:
    return f"Sertifikat sah. {world.mine.code} http://localhost/cek/{world.mine.code}".encode()


@altered
def archive_that_is_a_pdf_too(world: World) -> bytes:
    """A ZIP in front; its directory stands at the end."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sertifikat.txt", "Nama Palsu")
        archive.comment = b"\n%%EOF\n"
    return packed.getvalue() + world.mine.pdf + packed.getvalue()


@altered
def page_of_html_that_is_a_pdf_too(world: World) -> bytes:
    return b"<!doctype html><h1>Sertifikat sah</h1><!--" + world.mine.pdf + b"-->"


@altered
def header_far_from_the_beginning(world: World) -> bytes:
    return b"\n" * 5_000 + world.mine.pdf


@attack(State.TOO_LARGE)
def one_byte_too_many(world: World) -> bytes:
    return world.mine.pdf + bytes(MAX_BYTES + 1 - len(world.mine.pdf))


@attack(State.ALTERED, Cause.APPENDED)
def as_large_as_may_be(world: World) -> bytes:
    return world.mine.pdf + bytes(MAX_BYTES - len(world.mine.pdf))
