"""The terms of a sitting that a request must meet: the network it comes from, and Safe Exam Browser.

Safe Exam Browser sends two headers with each request: SHA-256, in hex, of the address it asks for followed by its config
key, and the same with its browser exam key. (Config key: the settings it runs with; browser exam key: those and the very
program.) A sitting lists the keys it knows.
"""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

KEY = re.compile(r"[0-9a-f]{64}")
#: More networks or keys than anyone has rooms and settings for.
MOST = 50


@dataclass(frozen=True)
class Place:
    """Whence a request comes.

    address: the network address that the installation trusts · url: as the browser asked for it, without its fragment ·
    config_hash, exam_hash: what Safe Exam Browser sent, empty from any other browser.
    """

    address: str
    url: str
    config_hash: str = ""
    exam_hash: str = ""


@dataclass(frozen=True)
class Terms:
    """What a sitting asks of a request. Empty lists ask nothing."""

    ip_ranges: Sequence[str] = ()
    seb_config_keys: Sequence[str] = ()
    seb_exam_keys: Sequence[str] = ()

    @property
    def wants_browser(self) -> bool:
        """Whether only Safe Exam Browser will do."""
        return bool(self.seb_config_keys or self.seb_exam_keys)

    def admits_address(self, place: Place) -> bool:
        """Whether the request comes from one of the networks."""
        return not self.ip_ranges or bool(holding(self.ip_ranges, place.address))

    def admits_browser(self, place: Place) -> bool:
        """Whether the request proves a key of each list that is not empty."""
        return _proves(place.url, place.config_hash, self.seb_config_keys) and _proves(
            place.url, place.exam_hash, self.seb_exam_keys
        )


class TooMany(ValueError):
    """There are more lines than MOST."""


class BadLine(ValueError):
    """A line that is no network, or no key. `line` is what was typed."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


def holding(ip_ranges: Sequence[str], address: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Those of the networks in which the address lies."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return []
    plain = getattr(found, "ipv4_mapped", None) or found
    return [one for one in map(ipaddress.ip_network, ip_ranges) if plain in one]


def networks(text: str) -> list[str]:
    """The networks that were typed, one a line or with commas, in CIDR; an address alone is a network of one.

    Raises BadLine, TooMany.
    """
    return [_network(line) for line in _lines(text)]


def keys(text: str) -> list[str]:
    """The keys that were typed, one a line: 64 hex digits, each once however it was typed. Raises BadLine, TooMany."""
    found = list(dict.fromkeys(line.lower() for line in _lines(text)))
    for key in found:
        if not KEY.fullmatch(key):
            raise BadLine(key)
    return found


def _proves(url: str, sent: str, listed: Sequence[str]) -> bool:
    if not listed:
        return True
    wanted = [hashlib.sha256((url + key).encode()).hexdigest() for key in listed]
    return any(hmac.compare_digest(one.encode(), sent.strip().lower().encode()) for one in wanted)


def _network(line: str) -> str:
    try:
        return str(ipaddress.ip_network(line))
    except ValueError as error:
        raise BadLine(line) from error


def _lines(text: str) -> list[str]:
    found = list(dict.fromkeys(re.split(r"[\s,;]+", text.strip()))) if text.strip() else []
    if len(found) > MOST:
        raise TooMany(len(found))
    return found
