"""Credentials and receipts where they do not belong."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pikepdf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import ECKey

from lms.certificates import credential, credential_files, merkle, notes
from lms.certificates.causes import Cause
from lms.certificates.credential import Issuer, StatusPlace
from lms.certificates.credential_files import CREDENTIAL, RECEIPT, jwt_in
from lms.certificates.notes import Checkpoint, Receipt, Verifier
from lms.certificates.verification import State
from tests.certificates.attacks.corpus import Maker, attack
from tests.certificates.attacks.rewritten import printed_to_a_file
from tests.certificates.attacks.tools import resaved
from tests.certificates.attacks.world import World

altered = attack(State.ALTERED, Cause.CHANGED_INSIDE)
mismatch = attack(State.DATA_MISMATCH, Cause.CHANGED_INSIDE)


def attached(pdf: bytes) -> dict[str, bytes]:
    """The files in a file."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return {name: spec.get_file().read_bytes() for name, spec in opened.attachments.items()}


def carrying(pdf: bytes, **contents: bytes | None) -> bytes:
    """The file with other contents under `credential` and `receipt`; None takes one out."""

    def change(opened: pikepdf.Pdf) -> None:
        for kind, content in contents.items():
            name = {"credential": CREDENTIAL, "receipt": RECEIPT}[kind]
            if content is None:
                del opened.attachments[name]
                continue
            opened.attachments[name] = pikepdf.AttachedFileSpec(
                opened, content, filename=name, description="", mime_type="", creation_date="", mod_date=""
            )

    return resaved(pdf, change)


@mismatch
def credential_of_another_holder(world: World) -> bytes:
    return carrying(world.mine.pdf, credential=attached(world.other.pdf)[CREDENTIAL])


@mismatch
def both_proofs_of_another_holder(world: World) -> bytes:
    theirs = attached(world.other.pdf)
    return carrying(world.mine.pdf, credential=theirs[CREDENTIAL], receipt=theirs[RECEIPT])


@mismatch
def credential_of_a_revoked_certificate(world: World) -> bytes:
    return carrying(world.mine.pdf, credential=attached(world.revoked.pdf)[CREDENTIAL])


@mismatch
def pages_of_a_revoked_certificate_with_a_good_credential(world: World) -> bytes:
    return carrying(world.revoked.pdf, credential=attached(world.mine.pdf)[CREDENTIAL])


@attack(State.DATA_MISMATCH, Cause.MISSING)
def a_print_with_the_credential_of_another(world: World) -> bytes:
    return carrying(printed_to_a_file(world), credential=attached(world.other.pdf)[CREDENTIAL])


@altered
def receipt_of_another_entry(world: World) -> bytes:
    return carrying(world.mine.pdf, receipt=attached(world.other.pdf)[RECEIPT])


@altered
def proofs_taken_out(world: World) -> bytes:
    return carrying(world.mine.pdf, credential=None, receipt=None)


@altered
def checkpoint_by_another_key(world: World) -> bytes:
    """A log of one entry under our log's name, signed with the forger's key."""
    found = notes.receipt(attached(world.mine.pdf)[RECEIPT].decode())
    private, public = Ed25519PrivateKey.generate(), world.log.public
    assert public is not None
    key = Verifier(public.name, private.public_key().public_bytes_raw())
    note = notes.signed(Checkpoint(public.name, 1, merkle.leaf_hash(found.extra)), private, key)
    return carrying(world.mine.pdf, receipt=Receipt(0, (), note, found.extra).text.encode())


@altered
def checkpoint_that_claims_our_key_s_number(world: World) -> bytes:
    found = notes.receipt(attached(world.mine.pdf)[RECEIPT].decode())
    head, encoded = found.note.rstrip("\n").rsplit(" ", 1)
    spoiled = base64.b64decode(encoded)[:4] + bytes(64)
    note = f"{head} {base64.b64encode(spoiled).decode()}\n"
    return carrying(world.mine.pdf, receipt=replace(found, note=note).text.encode())


@altered
def receipt_without_end(world: World) -> bytes:
    return carrying(world.mine.pdf, receipt=attached(world.mine.pdf)[RECEIPT] * 400)


def with_token(make: Callable[[World, dict[str, object], str], str]) -> Maker:
    """Another token in the envelope; made from the true claims and the true token."""

    def file(world: World) -> bytes:
        jwt = jwt_in(attached(world.mine.pdf)[CREDENTIAL])
        claims = json.loads(jws.extract_compact(jwt.encode()).payload)
        envelope = credential_files.enveloped(make(world, claims, jwt), holder_salt="x")
        return carrying(world.mine.pdf, credential=envelope)

    file.__name__ = make.__name__
    return file


def _part(values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


@altered
@with_token
def credential_with_a_changed_name(_world: World, claims: dict[str, object], jwt: str) -> str:
    head, _, signature = jwt.split(".")
    return f"{head}.{_part({**claims, 'name': 'Tingkat 5'})}.{signature}"


@altered
@with_token
def credential_signed_by_nobody(_world: World, claims: dict[str, object], _jwt: str) -> str:
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


@altered
@with_token
def credential_that_brings_its_own_key(world: World, claims: dict[str, object], _jwt: str) -> str:
    key = ECKey.generate_key("P-256")
    head = {"alg": "ES256", "typ": "JWT", "jwk": key.as_dict(private=False)}
    return jws.serialize_compact(head, json.dumps(claims).encode(), key, algorithms=["ES256"])


@altered
@with_token
def credential_signed_with_our_public_key_as_a_secret(world: World, claims: dict[str, object], _jwt: str) -> str:
    import hmac  # noqa: PLC0415

    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    digest = hmac.digest(world.pki.trust.credential_keys[0].encode(), signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


@mismatch
def credential_of_ours_for_a_code_in_no_register(world: World) -> bytes:
    """Signed with the stolen key of credentials."""
    issuer: Issuer = world.issuer
    facts = replace(world.mine.facts, code="K7QDM4XR2TVE")
    claims = credential.claims(facts, scheme="uji", salt="x", status=StatusPlace(1, 1), issuer=issuer)
    return carrying(
        world.mine.pdf, credential=credential_files.enveloped(credential.signed(claims, issuer), holder_salt="x")
    )
