"""Files that are made to hurt whoever opens them: bombs, cycles, depth, and more of everything than anybody needs."""

import zlib
from functools import cache

from lms.certificates.causes import Cause
from lms.certificates.verification import State
from tests.certificates.attacks.corpus import attack
from tests.certificates.attacks.tools import CATALOG, PAGE, SOUND, stream, written
from tests.certificates.attacks.world import World

complex_ = attack(State.TOO_COMPLEX)
damaged = attack(State.DAMAGED, Cause.MISSING)
harmless = attack(State.NOT_A_CERTIFICATE, Cause.MISSING)

TWICE = b"/Filter [/FlateDecode /FlateDecode]"
BOMB = 450_000_000


@cache
def packed() -> bytes:
    """More bytes than the sandbox has memory in a few kilobytes, two filters deep."""
    machine = zlib.compressobj(9)
    part = b"[" * 1_000_000
    once = b"".join(machine.compress(part) for _ in range(BOMB // 1_000_000)) + machine.flush()
    return zlib.compress(once, 9)


@complex_
def bomb_in_the_page(world: World) -> bytes:
    return written({**SOUND, 4: stream(packed(), TWICE)})


@complex_
def bomb_in_the_metadata(world: World) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R >>"
    return written({**SOUND, 1: catalog, 5: stream(packed(), b"/Type /Metadata /Subtype /XML " + TWICE)})


@complex_
def bomb_in_the_credential(world: World) -> bytes:
    names = b"<< /EmbeddedFiles << /Names [(credential.json) 5 0 R] >> >>"
    spec = b"<< /Type /Filespec /F (credential.json) /UF (credential.json) /EF << /F 6 0 R >> >>"
    return written(
        {
            **SOUND,
            1: b"<< /Type /Catalog /Pages 2 0 R /Names %b >>" % names,
            5: spec,
            6: stream(packed(), b"/Type /EmbeddedFile " + TWICE),
        }
    )


@complex_
def bomb_in_a_character_map(world: World) -> bytes:
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /ToUnicode 6 0 R >>"
    page = PAGE.replace(b"<< >>", b"<< /Font << /F 5 0 R >> >>")
    shown = stream(b"BT /F 9 Tf <0001> Tj ET")
    return written({**SOUND, 3: page, 4: shown, 5: font, 6: stream(packed(), TWICE)})


@complex_
def bomb_in_an_object_stream(world: World) -> bytes:
    rows = b"".join(
        (
            b"\0\0\0\0\0\xff\xff",
            b"\2\0\0\0\2\0\0",
            b"\1\0\0\0\x0f\0\0",
        )
    )
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    body = b"2 0 obj\n" + stream(packed(), b"/Type /ObjStm /N 1 /First 8 " + TWICE) + b"\nendobj\n"
    table = b"3 0 obj\n" + stream(rows, b"/Type /XRef /Size 3 /W [1 4 2] /Root 1 0 R") + b"\nendobj\n"
    return head + body + table + b"startxref\n%d\n%%%%EOF\n" % (len(head) + len(body))


@complex_
def bomb_in_the_table(world: World) -> bytes:
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    table = stream(packed(), b"/Type /XRef /Size 90000000 /W [1 4 2] /Root 1 0 R " + TWICE)
    return head + b"1 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


@complex_
def bomb_by_run_lengths(world: World) -> bytes:
    runs = zlib.compress(b"\x81[" * 4_000_000, 9)
    return written({**SOUND, 4: stream(runs, b"/Filter [/FlateDecode /RunLengthDecode]")})


@complex_
def a_hundred_filters_in_a_row(world: World) -> bytes:
    content = b"q Q"
    for _ in range(100):
        content = zlib.compress(content)
    return written({**SOUND, 4: stream(content, b"/Filter [" + b"/FlateDecode " * 100 + b"]")})


@complex_
def form_that_draws_itself_a_thousand_times(world: World) -> bytes:
    page = PAGE.replace(b"<< >>", b"<< /XObject << /X 5 0 R >> >>")
    calls = zlib.compress(b"/X Do\n" * 1_000)
    form = (
        b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /X 5 0 R >> >> /Filter /FlateDecode"
    )
    return written({**SOUND, 3: page, 4: stream(calls, b"/Filter /FlateDecode"), 5: stream(calls, form)})


@damaged
def page_tree_that_holds_itself(world: World) -> bytes:
    return written({1: CATALOG, 2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})


@damaged
def page_tree_without_end_between_two(world: World) -> bytes:
    first, second = (b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (n, n) for n in (3, 2))
    return written({1: CATALOG, 2: first, 3: second})


@harmless
def outline_that_follows_itself(world: World) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Outlines 5 0 R >>"
    item = b"<< /Title (Bab) /Parent 5 0 R /Next 6 0 R /Prev 6 0 R /First 6 0 R /Last 6 0 R >>"
    return written({**SOUND, 1: catalog, 5: b"<< /First 6 0 R /Last 6 0 R /Count 1 >>", 6: item})


@damaged
def tree_of_names_that_holds_itself(world: World) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles 5 0 R >> >>"
    return written({**SOUND, 1: catalog, 5: b"<< /Kids [5 0 R] >>"})


@damaged
def stream_that_is_its_own_length(world: World) -> bytes:
    return written({**SOUND, 4: b"<< /Length 4 0 R >>\nstream\nq Q\nendstream"})


@damaged
def table_that_leads_back_to_itself(world: World) -> bytes:
    sound = written(SOUND)
    return written(SOUND, trailer=b"/Prev %d" % sound.rindex(b"xref\n0"))


@complex_
def ten_thousand_arrays_in_each_other(world: World) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 10_000 + b"]" * 10_000 + b" >>"
    return written({**SOUND, 1: catalog})


@damaged
def a_million_dictionaries_that_do_not_end(world: World) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /X " + b"<</A" * 1_000_000 + b" >>"
    return written({**SOUND, 1: catalog})


@complex_
def ten_thousand_arrays_in_the_page(world: World) -> bytes:
    return written({**SOUND, 4: stream(b"[" * 10_000 + b"]" * 10_000 + b" TJ")})


@complex_
def half_a_million_objects(world: World) -> bytes:
    """Packed into object streams of ten thousand, in a file of about a megabyte."""
    data, first, many = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), len(SOUND) + 1, 10_000
    rows = [b"\0" * 7]
    for number, body in SOUND.items():
        rows.append(b"\1" + len(data).to_bytes(4, "big") + b"\0\0")
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    for start in range(first, first + 50 * (many + 1), many + 1):
        rows.append(b"\1" + len(data).to_bytes(4, "big") + b"\0\0")
        rows += [b"\2" + start.to_bytes(4, "big") + place.to_bytes(2, "big") for place in range(many)]
        index = b" ".join(b"%d %d" % (start + 1 + place, 5 * place) for place in range(many)) + b" "
        head = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (many, len(index))
        data += b"%d 0 obj\n%b\nendobj\n" % (start, stream(zlib.compress(index + b"<<>> " * many), head))
    at, size = len(data), len(rows)
    rows.append(b"\1" + at.to_bytes(4, "big") + b"\0\0")
    entries = b"/Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Filter /FlateDecode" % (size + 1)
    data += b"%d 0 obj\n%b\nendobj\n" % (size, stream(zlib.compress(b"".join(rows)), entries))
    return bytes(data) + b"startxref\n%d\n%%%%EOF\n" % at


@complex_
def hundred_thousand_pages_that_are_one(world: World) -> bytes:
    pages = b"<< /Type /Pages /Kids [" + b"3 0 R " * 100_000 + b"] /Count 100000 >>"
    return written({**SOUND, 2: pages})


@complex_
def a_million_links(world: World) -> bytes:
    page = PAGE.removesuffix(b">>") + b"/Annots [" + b"5 0 R " * 700_000 + b"] >>"
    return written({**SOUND, 3: page, 5: b"<< /Subtype /Link /A << /S /URI /URI (http://localhost/cek/X) >> >>"})


@damaged
def table_that_claims_two_thousand_million_objects(world: World) -> bytes:
    return written(SOUND, missing=2_000_000_000)


@damaged
def nothing_but_the_magic(world: World) -> bytes:
    return b"%PDF-1.7\n"


@damaged
def end_marks_alone(world: World) -> bytes:
    return b"%PDF-1.7\n" + b"%%EOF\n" * 100_000


@damaged
def half_a_million_unclosed_strings(world: World) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + b"((" * 500_000 + b"\n%%EOF\n"


@attack(State.ALTERED)
def our_code_in_front_of_a_bomb(world: World) -> bytes:
    """The code is read before the file is opened: it is known whose copy this claims to be."""
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Kode (http://localhost/cek/%b) >>" % world.mine.code.encode()
    return written({**SOUND, 1: catalog, 4: stream(packed(), TWICE)})
