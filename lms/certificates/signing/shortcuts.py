"""Two steps of the libraries that read signatures, made quicker in a process that checks many. What they find is the same.

pyHanko reads a string in hex digit by digit: of a signature of ours, 3,600 of them. asn1crypto prepares the same few names
for comparison (RFC 4518) again in each object that states them.
"""

import re
from functools import lru_cache
from typing import Any, BinaryIO

from asn1crypto.x509 import NameTypeAndValue
from pyhanko.pdf_utils import generic

#: Nothing but pairs of digits: no blank, no comment, no half byte.
_PLAIN = re.compile(rb"<((?:[0-9A-Fa-f]{2})*)>")
_AT_ONCE = 16_384

_read_hex = generic.read_hex_string_from_stream
_prepare = NameTypeAndValue._ldap_string_prep


def take() -> None:
    """From now on this process, and all that it forks, takes them."""
    generic.read_hex_string_from_stream = read_hex
    NameTypeAndValue._ldap_string_prep = lambda _, text: prepared(text)


def read_hex(stream: BinaryIO) -> Any:
    """The string in hex that begins here. A plain one is read at once, any other as pyHanko reads it."""
    start = stream.tell()
    plain = _PLAIN.match(stream.read(_AT_ONCE))
    stream.seek(start + plain.end() if plain else start)
    return generic.pdf_string(bytes.fromhex(plain[1].decode("ascii"))) if plain else _read_hex(stream)


@lru_cache(maxsize=256)
def prepared(text: str) -> str:
    """A part of a name, as it is compared. Raises ValueError for what no name may contain."""
    ready: str = _prepare(None, text)
    return ready
