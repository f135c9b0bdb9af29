"""The credential by itself: its form, its claims, its keys, the badge it is baked into, and the lists of what ended."""

import base64
import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring
from joserfc import jws
from joserfc.jwk import ECKey
from jsonschema import Draft202012Validator, ValidationError
from PIL import Image
from PIL.PngImagePlugin import PngImageFile
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import credential, credential_files, credential_keys, credentials, log_ends, status_lists
from lms.certificates.badge_png import badge_png
from lms.certificates.credential import Issuer, StatusPlace
from lms.certificates.credential_keys import KeyRing
from lms.certificates.credential_models import Credential, StatusList
from lms.certificates.issuing import from_json
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate, Revocation
from tests.cast import START, Cast
from tests.certificates.conftest import FACTS
from tests.certificates.open_badges import CREDENTIAL
from tests.certificates.register import issued

GOLD, PAPER = (0xC0, 0x8A, 0x2B), (0xFB, 0xF8, 0xF1)  # as the SVG badge has them
SITE = "https://teruji.contoh.go.id"
SALT = "00112233445566778899aabbccddeeff"


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return credential_keys.ensure(tmp_path_factory.mktemp("pki") / "credential")


@pytest.fixture(scope="module")
def issuer(ring: KeyRing) -> Issuer:
    return Issuer(SITE, "Asia/Jakarta", ring.secret())


@pytest.fixture(scope="module")
def claims(issuer: Issuer) -> dict[str, Any]:
    return credential.claims(FACTS, scheme="uji", salt=SALT, status=StatusPlace(1, 94_567), issuer=issuer)


def test_it_has_the_form_that_open_badges_asks_for(claims: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(CREDENTIAL)
    Draft202012Validator(CREDENTIAL).validate(claims)


@pytest.mark.parametrize("lacking", ["issuer", "validFrom", "credentialSubject", "@context", "id", "type"])
def test_the_form_is_really_looked_at(claims: dict[str, Any], lacking: str) -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(CREDENTIAL).validate({k: v for k, v in claims.items() if k != lacking})


def test_it_says_what_the_certificate_says(claims: dict[str, Any]) -> None:
    subject = claims["credentialSubject"]

    assert claims["name"] == "Keamanan Informasi, tingkat 2 (Dasar)"
    assert (claims["id"], claims["jti"]) == (f"{SITE}/cek/K7QDM4XR2TVE",) * 2
    assert (claims["validFrom"], claims["validUntil"]) == ("2026-05-12T00:00:00+07:00", "2029-05-11T23:59:59+07:00")
    assert claims["nbf"] == int(datetime(2026, 5, 11, 17, tzinfo=UTC).timestamp())
    assert claims["exp"] == int(datetime(2029, 5, 11, 16, 59, 59, tzinfo=UTC).timestamp())
    assert claims["iss"] == claims["issuer"]["id"] == "did:web:teruji.contoh.go.id"
    assert claims["sub"] == subject["id"]
    assert subject["identifier"][0]["identityHash"] == "Sari Wulandari, S.A.P."
    # sha256 of 19930714201903200400112233445566778899aabbccddeeff
    assert subject["identifier"][1]["identityHash"] == (
        "sha256$b4c1e312db5c0f69bd192309f6bec4ef14623400e10a2d00687203105e7461db"
    )
    assert (subject["creditsEarned"], subject["licenseNumber"]) == (6, "B.589/BPSDM/RSDM.510/V/2026")
    assert claims["credentialStatus"] == {
        "id": f"{SITE}/kredensial/status/1/revocation#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": f"{SITE}/kredensial/status/1/revocation",
    }


def test_neither_nip_nor_unit_nor_mark_nor_salt_is_in_it(claims: dict[str, Any]) -> None:
    said = json.dumps(claims, ensure_ascii=False)

    for private in (FACTS.holder_nip, FACTS.holder_unit, FACTS.holder_rank, FACTS.score, SALT):
        assert private not in said


def test_without_an_end_it_has_no_end(issuer: Issuer) -> None:
    facts = replace(FACTS, valid_until=None, learning_hours=None)

    claims = credential.claims(facts, scheme="uji", salt=SALT, status=StatusPlace(1, 0), issuer=issuer)

    assert not {"validUntil", "exp"} & claims.keys()
    assert "creditsEarned" not in claims["credentialSubject"]
    Draft202012Validator(CREDENTIAL).validate(claims)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://teruji.contoh.go.id", "did:web:teruji.contoh.go.id"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
    ],
)
def test_the_issuer_is_named_after_its_site(address: str, name: str) -> None:
    assert credential_keys.did(address) == name


def test_a_retired_key_stays_published_and_verifies_what_it_signed(tmp_path: Path, claims: dict[str, Any]) -> None:
    ring = credential_keys.ensure(tmp_path / "credential")
    old, jwt = ring.current, credential.signed(claims, Issuer(SITE, "Asia/Jakarta", ring.secret()))

    new = credential_keys.renew(ring.folder)

    document = credential_keys.did_document(ring, SITE)
    assert document["assertionMethod"] == [f"{document['id']}#{new}", f"{document['id']}#{old}"]
    kid = jws.extract_compact(jwt.encode()).headers()["kid"]
    (method,) = (one for one in document["verificationMethod"] if one["id"] == kid)
    assert "d" not in method["publicKeyJwk"]
    jws.deserialize_compact(jwt, ECKey.import_key(method["publicKeyJwk"]), algorithms=["ES256"])
    assert (ring.folder / f"{new}.key").stat().st_mode & 0o777 == 0o600


def test_a_badge_carries_the_credential_and_names_what_it_shows() -> None:
    facts = replace(FACTS, competency='Layanan <Publik> & "Data"')

    picture = fromstring(credential_files.badge("a.b-_.c", facts))

    first = next(iter(picture))
    assert first.tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert (first.get("verify"), first.text) == ("a.b-_.c", None)
    title = picture.find("{http://www.w3.org/2000/svg}title")
    assert isinstance(title, ET.Element)
    assert title.text == 'Layanan <Publik> & "Data", tingkat 2 (Dasar)'


def test_a_badge_of_attendance_shows_no_level() -> None:
    facts = replace(FACTS, level=0, level_name="", competency="Pelayanan")

    svg = fromstring(credential_files.badge("a.b.c", facts))
    with Image.open(BytesIO(badge_png("a.b.c", facts))) as picture:
        middle = picture.convert("RGB").crop((206, 206, 306, 306))

    assert svg.findtext("{http://www.w3.org/2000/svg}title") == "Pelayanan, keikutsertaan"
    assert svg.find("{http://www.w3.org/2000/svg}text") is None
    assert len(middle.getcolors() or ()) == 1


def test_a_badge_in_pixels_carries_the_same_credential_as_a_reader_of_png_sees_it(
    claims: dict[str, Any], issuer: Issuer
) -> None:
    jwt = credential.signed(claims, issuer)

    with Image.open(BytesIO(badge_png(jwt, FACTS))) as picture:
        picture.load()  # every check sum is looked at
        seen = picture.convert("RGB")
        assert isinstance(picture, PngImageFile)
        assert picture.size == (512, 512)
        assert dict(picture.text) == {"openbadgecredential": jwt}
    assert [seen.getpixel(at) for at in ((100, 100), (412, 100), (412, 412), (100, 412))] == [GOLD, GOLD, PAPER, PAPER]
    assert jws.deserialize_compact(picture.text["openbadgecredential"], issuer.key, algorithms=["ES256"])


def test_an_envelope_gives_back_its_token() -> None:
    assert credential_files.jwt_in(credential_files.enveloped("a.b.c", holder_salt="x")) == "a.b.c"
    for spoiled in (b"[]", b"{}", b'{"type": "EnvelopedVerifiableCredential", "id": "http://x"}', b"?"):
        with pytest.raises(ValueError):
            credential_files.jwt_in(spoiled)


def bits(published: StatusList, issuer: Issuer) -> set[int]:
    """The bits that are set in a published list, read as the standard says."""
    opened = jws.deserialize_compact(published.jwt, issuer.key, algorithms=["ES256"])
    subject = json.loads(opened.payload)["credentialSubject"]
    text = subject["encodedList"]
    assert (subject["statusPurpose"], text[0]) == (published.purpose, "u")
    raw = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert len(raw) == 16_384
    return {index for index in range(131_072) if raw[index // 8] >> (7 - index % 8) & 1}


@pytest.fixture
def held(session: Session, cast: Cast, issuer: Issuer) -> Certificate:
    """An issued certificate with its credential."""
    code = issued(session, cast)
    certificate = session.scalars(select(Certificate).where(Certificate.code == code)).one()
    facts = from_json(certificate.facts)
    credentials.prepare(session, certificate.id, facts, scheme="uji", issuer=issuer, now=START)
    return certificate


def end(session: Session, certificate: Certificate, kind: str) -> Revocation:
    ended = Revocation(certificate_id=certificate.id, kind=kind, at=START, reason="Uji")
    session.add(ended)
    session.flush()
    return ended


def published(session: Session, issuer: Issuer) -> dict[str, set[int]]:
    return {one.purpose: bits(one, issuer) for one in session.scalars(select(StatusList))}


def test_what_ended_is_published_bit_by_bit(session: Session, held: Certificate, issuer: Issuer) -> None:
    index = session.scalars(select(Credential.status_index)).one()
    assert status_lists.refresh(session, issuer=issuer, now=START) == 2
    assert published(session, issuer) == {"revocation": set(), "suspension": set()}
    ended = end(session, held, "suspended")

    assert status_lists.refresh(session, issuer=issuer, now=START) == 1
    assert published(session, issuer) == {"revocation": set(), "suspension": {index}}

    ended.kind = "revoked"
    assert status_lists.refresh(session, issuer=issuer, now=START) == 2
    assert published(session, issuer) == {"revocation": {index}, "suspension": set()}


def test_a_list_is_signed_anew_before_it_runs_out_and_not_before(
    session: Session, held: Certificate, issuer: Issuer
) -> None:
    status_lists.refresh(session, issuer=issuer, now=START)

    assert status_lists.refresh(session, issuer=issuer, now=START + timedelta(days=3)) == 0
    assert status_lists.refresh(session, issuer=issuer, now=START + timedelta(days=4)) == 2


def test_the_log_follows_what_the_register_says(session: Session, held: Certificate) -> None:
    assert log_ends.follow(session, now=START) == 0
    ended = end(session, held, "suspended")
    assert (log_ends.follow(session, now=START), log_ends.follow(session, now=START)) == (1, 0)
    session.delete(ended)
    session.flush()
    assert (log_ends.follow(session, now=START), log_ends.follow(session, now=START)) == (1, 0)
    end(session, held, "suspended")
    log_ends.follow(session, now=START)
    session.scalars(select(Revocation)).one().kind = "revoked"
    assert (log_ends.follow(session, now=START), log_ends.follow(session, now=START)) == (1, 0)

    told = session.scalars(select(LogEntry.kind).order_by(LogEntry.index)).all()
    assert told == ["issue", "suspended", "reinstated", "suspended", "revoked"]
    assert "Uji" not in " ".join(session.scalars(select(LogEntry.entry)).all())


def test_a_credential_is_made_once(session: Session, held: Certificate, issuer: Issuer) -> None:
    before = session.get_one(Credential, held.id).jwt

    again = credentials.prepare(
        session, held.id, from_json(held.facts), scheme="uji", issuer=issuer, now=START + timedelta(days=1)
    )

    assert (again.jwt, again.index) == (before, 0)
    assert held.valid_from == date(2026, 11, 23)
