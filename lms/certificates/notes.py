"""Checkpoints, receipts and consistency proofs as text, in the open formats of C2SP. Pure.

A checkpoint (c2sp.org/tlog-checkpoint) is a signed note (c2sp.org/signed-note) of three lines: origin, size, root in
base64. A receipt (c2sp.org/tlog-proof@v1) holds an entry's index, its path and a checkpoint, and needs no network.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lms.certificates import merkle

_ED25519 = b"\x01"
_DASH = "— "
_PROOF = "c2sp.org/tlog-proof@v1"
_MOST_PATH = 63
_MOST_TEXT = 100_000


class BadNote(ValueError):
    """A text is not the note, checkpoint or receipt that it should be."""


class NotSigned(BadNote):
    """The note may be good, but this key has not signed it."""


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: all of its first `size` entries stand below `root`."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Verifier:
    """The public half of a log's key, with the name it signs under."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell this key from others of the same name."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key in one line: name, key id in hex, type and key in base64, joined by +."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.public).decode()}"


@dataclass(frozen=True)
class Receipt:
    """That an entry is in the log, to be checked offline. extra: the entry itself, which nobody vouches for but the path."""

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes = b""

    @property
    def text(self) -> str:
        """The receipt as a file."""
        lines = [_PROOF]
        lines += [f"extra {b64encode(self.extra).decode()}"] if self.extra else []
        lines += [f"index {self.index}", *(b64encode(node).decode() for node in self.path)]
        return "\n".join(lines) + "\n\n" + self.note


def verifier(text: str) -> Verifier:
    """The key in a line that `Verifier.text` gave. Raises BadNote."""
    name, _, rest = text.strip().partition("+")
    _, _, encoded = rest.partition("+")
    key = _decoded(encoded)
    found = Verifier(name, key[1:])
    if not name or key[:1] != _ED25519 or len(key) != 33 or found.text != text.strip():
        raise BadNote("not the public key of a log")
    return found


def signed(checkpoint: Checkpoint, private: Ed25519PrivateKey, key: Verifier) -> str:
    """The checkpoint as a signed note."""
    signature = b64encode(key.key_id + private.sign(checkpoint.text.encode())).decode()
    return f"{checkpoint.text}\n{_DASH}{key.name} {signature}\n"


def opened(note: str, key: Verifier) -> Checkpoint:
    """The checkpoint in a note that this key has signed; other keys' signatures are passed over. Raises BadNote."""
    text, parted, signatures = note.rpartition("\n\n")
    if len(note) > _MOST_TEXT or not parted or not signatures.endswith("\n"):
        raise BadNote("no signed note")
    body = text + "\n"
    for line in signatures.splitlines():
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        signature = _decoded(encoded)
        if line.startswith(_DASH) and name == key.name and signature[:4] == key.key_id:
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(signature[4:], body.encode())
            except InvalidSignature as fault:
                raise BadNote("the signature is wrong") from fault
            return _checkpoint(body)
    raise NotSigned("not signed by this key")


def receipt(text: str) -> Receipt:
    """The receipt in a text; what it claims is checked by `proves`. Raises BadNote."""
    head, parted, note = text.partition("\n\n")
    lines = head.split("\n")
    if len(text) > _MOST_TEXT or not parted or lines.pop(0) != _PROOF:
        raise BadNote("no receipt")
    extra = _decoded(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else b""
    if not lines or not lines[0].startswith("index "):
        raise BadNote("a receipt without index")
    index = _number(lines.pop(0).removeprefix("index "))
    if len(lines) > _MOST_PATH:
        raise BadNote("a path longer than any")
    return Receipt(index, tuple(_hash(line) for line in lines), note, extra)


def proves(found: Receipt, entry: bytes, key: Verifier) -> Checkpoint:
    """The signed checkpoint below whose root the receipt shows the entry. Raises BadNote where it does not."""
    head = opened(found.note, key)
    if not merkle.includes(head.root, head.size, merkle.leaf_hash(entry), found.index, found.path):
        raise BadNote("the path does not lead to the root")
    return head


def consistency(old: int, path: Sequence[bytes], note: str) -> str:
    """That a log of `old` entries is the beginning of the one in the note (the body of c2sp.org/tlog-witness)."""
    return "\n".join([f"old {old}", *(b64encode(node).decode() for node in path)]) + "\n\n" + note


def _checkpoint(body: str) -> Checkpoint:
    lines = body.split("\n")
    if len(lines) < 4 or not lines[0]:
        raise BadNote("no checkpoint")
    return Checkpoint(lines[0], _number(lines[1]), _hash(lines[2]))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and text == str(int(text))):
        raise BadNote("no number")
    return int(text)


def _hash(text: str) -> bytes:
    found = _decoded(text)
    if len(found) != merkle.HASH_BYTES:
        raise BadNote("no hash")
    return found


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError) as fault:
        raise BadNote("no base64") from fault
