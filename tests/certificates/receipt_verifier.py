"""A second reading of RFC 6962, RFC 9162 and the C2SP texts, to hold ours against. It imports nothing of `lms`.

Written for clearness, not for speed: a tree is a list of leaves, cut in two again and again.
"""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def cut(count: int) -> int:
    """The largest power of two below the count."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def tree_head(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return leaf(entries[0])
    k = cut(len(entries))
    return node(tree_head(entries[:k]), tree_head(entries[k:]))


def audit_path(at: int, entries: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(entries) == 1:
        return []
    k = cut(len(entries))
    if at < k:
        return [*audit_path(at, entries[:k]), tree_head(entries[k:])]
    return [*audit_path(at - k, entries[k:]), tree_head(entries[:k])]


def old_path(old: int, entries: list[bytes]) -> list[bytes]:
    """PROOF of section 2.1.2."""
    return subproof(old, entries, True)


def subproof(old: int, entries: list[bytes], known: bool) -> list[bytes]:
    if old == len(entries):
        return [] if known else [tree_head(entries)]
    k = cut(len(entries))
    if old <= k:
        return [*subproof(old, entries[:k], known), tree_head(entries[k:])]
    return [*subproof(old - k, entries[k:], False), tree_head(entries[:k])]


def root_from_path(entry: bytes, at: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path leads to, from the top of the tree downwards."""
    if size == 1:
        assert path == []
        return leaf(entry)
    k = cut(size)
    if at < k:
        return node(root_from_path(entry, at, k, path[:-1]), path[-1])
    return node(path[-1], root_from_path(entry, at - k, size - k, path[:-1]))


def open_checkpoint(note: str, vkey: str) -> tuple[str, int, bytes]:
    """(origin, size, root) of a checkpoint that this key has signed."""
    name, wanted, key = vkey.strip().split("+", 2)
    public = base64.b64decode(key)
    assert public[0] == 1
    assert hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8] == wanted
    body, signatures = note.rsplit("\n\n", 1)
    for line in signatures.splitlines():
        dash, signer, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        if (dash, signer, signature[:4].hex()) == ("—", name, wanted):
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], f"{body}\n".encode())
            origin, size, root = body.split("\n")[:3]
            return origin, int(size), base64.b64decode(root)
    raise AssertionError("not signed by this key")


def check_receipt(receipt: str, vkey: str, entry: bytes | None = None) -> tuple[bytes, int, int]:
    """(entry, index, size) of a receipt that holds; the entry is the one in it unless another is given."""
    head, note = receipt.split("\n\n", 1)
    lines = head.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    extra = base64.b64decode(lines.pop(1)[6:]) if lines[1].startswith("extra ") else b""
    assert lines[1].startswith("index ")
    at = int(lines[1][6:])
    _, size, root = open_checkpoint(note, vkey)
    stated = extra if entry is None else entry
    assert root_from_path(stated, at, size, [base64.b64decode(line) for line in lines[2:]]) == root
    return stated, at, size
