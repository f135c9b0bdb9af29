"""The quicker ways find what the libraries find, and are taken."""

import re
from io import BytesIO

import pytest
from asn1crypto import x509
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError

from lms.certificates.signing import shortcuts

#: What may stand in a string in hex, and what must not.
PIECES = st.lists(
    st.sampled_from([b"41", b"fE", b"0", b" ", b"\n", b"% note\n", b"feff", b"g", b"<", b">"]), max_size=8
)


def outcome(read: object, data: bytes) -> tuple[object, ...]:
    """What a reader makes of a string, and where it stops; else the kind of its complaint."""
    stream = BytesIO(b"x" + data)
    stream.seek(1)
    try:
        found = read(stream)  # type: ignore[operator]
    except PdfReadError as fault:
        return (type(fault), re.sub(r"0x\w+", "", str(fault)))
    return type(found), found, stream.tell()


@given(PIECES, st.sampled_from([b">", b"> /Type", b""]))
def test_a_string_in_hex_is_read_as_pyhanko_reads_it(pieces: list[bytes], end: bytes) -> None:
    data = b"<" + b"".join(pieces) + end

    assert outcome(shortcuts.read_hex, data) == outcome(shortcuts._read_hex, data)


def test_a_plain_one_is_not_read_digit_by_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortcuts, "_read_hex", lambda _: pytest.fail("digit by digit"))

    assert outcome(shortcuts.read_hex, b"<" + b"4142" * 2000 + b"> /")[1:] == ("AB" * 2000, 8003)


@given(st.text(max_size=12))
def test_a_part_of_a_name_is_prepared_as_asn1crypto_prepares_it(text: str) -> None:
    def said(prepare: object) -> str:
        try:
            return str(prepare(text))  # type: ignore[operator]
        except ValueError as fault:
            return f"refused: {fault}"

    assert said(shortcuts.prepared) == said(lambda text: shortcuts._prepare(None, text))


def test_they_are_taken_once_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generic, "read_hex_string_from_stream", shortcuts._read_hex)
    monkeypatch.setattr(x509.NameTypeAndValue, "_ldap_string_prep", shortcuts._prepare)
    shortcuts.take()
    shortcuts.prepared.cache_clear()

    first, second = (x509.Name.build({"common_name": "Penerbit  Teruji"}) for _ in range(2))

    assert generic.read_hex_string_from_stream is shortcuts.read_hex
    assert first == second
    assert shortcuts.prepared.cache_info().hits == 1
