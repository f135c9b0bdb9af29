"""The sandbox: the same answers as without it, and nothing a file can do to anybody."""

import json
import signal
import socket
import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from lms.certificates import rehearsal, sandbox
from lms.certificates.file_report import MAX_BYTES, FileReport, Signature
from lms.certificates.inspection import inspect
from lms.certificates.sandbox import inspect_in_child
from lms.certificates.sandbox_client import SandboxClient, SandboxUnavailable
from lms.certificates.signing.pki import Pki
from lms.certificates.signing.trust import Trust
from tests.certificates.conftest import NOW, sandbox_server


@cache
def unfolding(mebibytes: int) -> bytes:
    """A zlib stream (RFC 1950) that unfolds to so much: after a full flush one block may stand again and again."""
    block, packer = b"[" * 2**20, zlib.compressobj(9)
    first, again = (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    checksum = 1
    for _ in range(mebibytes):
        checksum = zlib.adler32(block, checksum)
    return first + again * (mebibytes - 1) + b"\x03\x00" + checksum.to_bytes(4, "big")


def bomb(*, mebibytes: int, place: str) -> bytes:
    """A sound file of one page where one stream unfolds to so much, two filters deep."""
    packed = zlib.compress(unfolding(mebibytes), 9)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        filters = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
        stream = pdf.make_stream(packed, Filter=filters)
        if place == "metadata":
            pdf.Root.Metadata = stream
        else:
            page.Contents = stream
        saved, as_made = BytesIO(), pikepdf.StreamDecodeLevel.none
        pdf.save(saved, compress_streams=False, stream_decode_level=as_made, fix_metadata_version=False)
    return saved.getvalue()


def nested(depth: int) -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/X "
        + b"[" * depth
        + b"]" * depth
        + b">>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
    )


def test_the_sandbox_says_what_the_inspection_says(client: SandboxClient, issued: bytes, pki: Pki) -> None:
    report = client.inspect(issued, now=NOW)

    assert report == inspect(issued, trust=pki.trust, now=NOW)
    assert report.signature is Signature.VALID_OURS


def test_a_child_of_the_command_line_says_the_same(issued: bytes, pki: Pki) -> None:
    assert inspect_in_child(issued, trust=pki.trust, now=NOW) == inspect(issued, trust=pki.trust, now=NOW)


def test_many_at_once_are_all_answered(client: SandboxClient, issued: bytes) -> None:
    files = [issued if n % 2 else issued[:-100] for n in range(12)]

    with ThreadPoolExecutor(12) as threads:
        reports = list(threads.map(lambda data: client.inspect(data, now=NOW), files))

    assert [report.size for report in reports] == [len(data) for data in files]
    assert [report.signature is Signature.VALID_OURS for report in reports] == [n % 2 == 1 for n in range(12)]


@pytest.mark.parametrize("place", ["metadata", "page"])
def test_a_stream_that_unfolds_without_end_is_too_complex(client: SandboxClient, issued: bytes, place: str) -> None:
    data = bomb(mebibytes=600, place=place)
    assert len(data) < 100_000

    assert client.inspect(data, now=NOW).too_complex
    assert client.inspect(issued, now=NOW).signature is Signature.VALID_OURS


@pytest.mark.parametrize("depth", [1_000, 100_000, 2_000_000])
def test_deep_nesting_hurts_nobody(client: SandboxClient, issued: bytes, depth: int) -> None:
    report = client.inspect(nested(depth), now=NOW)

    assert report.too_complex or report.damaged
    assert report.signature is Signature.NONE
    assert client.inspect(issued, now=NOW).signature is Signature.VALID_OURS


def test_an_oversize_file_is_not_even_sent(tmp_path: Path) -> None:
    assert SandboxClient(tmp_path / "none").inspect(bytes(MAX_BYTES + 1), now=NOW).too_large


def test_the_largest_file_is_taken(client: SandboxClient) -> None:
    assert client.inspect(b"%PDF-1.7\n" + bytes(MAX_BYTES - 9), now=NOW).damaged


def test_without_a_server_the_sandbox_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailable):
        SandboxClient(tmp_path / "none").inspect(b"%PDF-1.7\n", now=NOW)


def test_clients_that_go_away_leave_the_server_at_work(client: SandboxClient, issued: bytes) -> None:
    head = json.dumps({"size": len(issued), "now": NOW.isoformat(), "is_issued": False}).encode()
    for sent in (b"", b"\x00\x00", struct.pack(">I", len(head)) + head + issued[:1000]):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(client._path))
            connection.sendall(sent)

    assert client.inspect(issued, now=NOW).signature is Signature.VALID_OURS


def test_a_sandbox_that_finds_fault_with_a_sound_file_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    found = FileReport(size=1, sha256="", reasons=("unreadable_Fault",))
    monkeypatch.setattr(rehearsal, "inspect", lambda *_, **__: found)

    with pytest.raises(RuntimeError, match="unreadable_Fault"):
        rehearsal.rehearse(NOW)


def sleep_for_ever(data: bytes, *, trust: Trust, now: datetime, is_issued: bool) -> FileReport:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)  # so that only the server can end it
    time.sleep(60)
    raise AssertionError("not killed")


def write_a_file(data: bytes, *, trust: Trust, now: datetime, is_issued: bool) -> FileReport:
    Path(data.decode()).write_bytes(b"x")
    raise AssertionError("written")


def take_memory(data: bytes, *, trust: Trust, now: datetime, is_issued: bool) -> FileReport:
    return FileReport(size=len(bytearray(500 * 1024 * 1024)), sha256="")


def test_a_child_that_sleeps_is_killed_and_the_file_is_called_too_complex(
    pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "inspect", sleep_for_ever)
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 1)

    with sandbox_server(pki) as client:
        assert client.inspect(b"%PDF-1.7\n", now=NOW).too_complex
    assert inspect_in_child(b"%PDF-1.7\n", trust=pki.trust, now=NOW).too_complex


def test_a_child_writes_no_file(pki: Pki, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sandbox, "inspect", write_a_file)
    target = tmp_path / "written"

    report = inspect_in_child(bytes(target), trust=pki.trust, now=NOW)

    assert report.reasons == ("limits_exceeded",)
    assert not target.exists() or target.read_bytes() == b""


def test_a_child_has_no_more_than_its_memory(pki: Pki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "inspect", take_memory)

    assert inspect_in_child(b"%PDF-1.7\n", trust=pki.trust, now=NOW).too_complex
