"""/log, credentials and shared links: what anybody may see, what only the holder may, and what nobody learns."""

import base64
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import checkpoints, codes, credential_keys, credentials, log, status_lists
from lms.certificates.checkpoints import LogFolder
from lms.certificates.credential import Issuer
from lms.certificates.credential_models import CertificateShare
from lms.certificates.issuing import from_json
from lms.certificates.models import Certificate
from lms.config import Settings
from lms.db import Database
from tests.cast import START, Cast, Person
from tests.certificates import receipt_verifier as other
from tests.certificates import register

Browser = Callable[[Person | None], FlaskClient]


@pytest.fixture
def folder(settings: Settings, database: Database) -> LogFolder:
    return checkpoints.ensure(settings.log_folder, host="localhost", database=database)


@pytest.fixture
def issuer(settings: Settings) -> Issuer:
    return Issuer("http://localhost", "Asia/Jakarta", credential_keys.ensure(settings.credential_folder).secret())


@pytest.fixture
def code(session: Session, cast: Cast, database: Database, folder: LogFolder, issuer: Issuer) -> str:
    """The code of a certificate of the learner that stands in the signed log."""
    made = register.issued(session, cast)
    one = session.scalars(select(Certificate).where(Certificate.code == made)).one()
    credentials.prepare(session, one.id, from_json(one.facts), scheme="uji", issuer=issuer, now=START)
    credentials.enter_file(session, one.id, number=str(one.number), sha256="a" * 64, now=START)
    status_lists.refresh(session, issuer=issuer, now=START)
    session.commit()
    checkpoints.sign(database, folder)
    return made


def test_an_empty_log_says_so(browser: Browser) -> None:
    assert "Log belum berisi." in browser(None).get("/log").text
    assert "Tidak ada entri di halaman ini." in browser(None).get("/log/entri").text
    assert browser(None).get("/log/checkpoint").status_code == 404


def test_the_page_tells_its_length_its_key_and_how_to_check(browser: Browser, code: str, folder: LogFolder) -> None:
    page = browser(None).get("/log").text

    assert folder.public is not None
    assert folder.public.text in page.replace("&#43;", "+")
    assert "23 November 2026, 09.00 WIB" in page
    assert "/log/konsistensi/2" in page


def test_a_stranger_verifies_the_whole_log_from_its_addresses_alone(
    browser: Browser, code: str, folder: LogFolder, session: Session, database: Database
) -> None:
    client = browser(None)
    assert folder.public is not None
    vkey = folder.public.text
    old = other.open_checkpoint(client.get("/log/checkpoint").text, vkey)
    log.append(session, "revoked", key="revoked:1:first", values={"number": "x"}, now=START)
    session.commit()
    checkpoints.sign(database, folder)

    entries = [line.encode() for line in client.get("/log/entri.jsonl?dari=0").text.splitlines()]
    _, size, root = other.open_checkpoint(client.get("/log/checkpoint").text, vkey)
    assert (size, root) == (3, other.tree_head(entries))
    assert client.get("/log/entri.jsonl?dari=2").text.encode() == entries[2] + b"\n"

    entry, index, _ = other.check_receipt(client.get(f"/log/bukti/{code}").text, vkey)
    assert (index, json.loads(entry)["sha256"]) == (1, "a" * 64)
    entry, index, _ = other.check_receipt(client.get(f"/log/bukti/{code}?jenis=issue").text, vkey)
    assert (index, json.loads(entry)["type"]) == (0, "issue")

    lines = client.get(f"/log/konsistensi/{old[1]}").text.split("\n\n", 1)[0].split("\n")
    assert lines[0] == "old 2"
    assert [base64.b64decode(line) for line in lines[1:]] == other.old_path(2, entries)
    assert client.get("/log/konsistensi/4").status_code == 404


def test_what_is_not_in_the_signed_log_has_no_proof(browser: Browser, code: str, session: Session, cast: Cast) -> None:
    assert browser(None).get(f"/log/bukti/{codes.new_code()}").status_code == 404


def test_entries_are_listed_newest_first_and_paged(browser: Browser, code: str, session: Session) -> None:
    for number in range(60):
        log.append(session, "revoked", key=f"revoked:{number}", values={"number": "x"}, now=START)
    session.commit()

    first, second = (browser(None).get(f"/log/entri?hal={page}").text for page in (1, 2))

    assert 'id="e61"' in first
    assert 'id="e11"' not in first
    assert 'id="e11"' in second
    assert "Berkas diterbitkan" in second


def test_the_check_leads_to_the_proof_of_the_entry(browser: Browser, code: str) -> None:
    page = browser(None).get(f"/cek/{code}").text

    assert "Tercatat di log publik." in page
    assert f'href="/log/bukti/{code}"' in page


def test_no_public_address_tells_nip_unit_or_mark(browser: Browser, code: str, cast: Cast, session: Session) -> None:
    browser(cast.learner).post(f"/sertifikat/{code}/tautan")
    token = session.scalars(select(CertificateShare.token)).one()
    for address in (
        *("/log", "/log/entri", "/log/entri.jsonl", "/log/checkpoint", f"/log/bukti/{code}", "/log/konsistensi/1"),
        *(f"/b/{token}", f"/b/{token}/kredensial.jwt", f"/b/{token}/lencana.svg", "/.well-known/did.json"),
        *("/kredensial/status/1/revocation", "/kredensial/status/1/suspension"),
    ):
        answer = browser(None).get(address)
        said = answer.text + decoded(answer.text)
        assert answer.status_code == 200, address
        for private in (cast.learner.nip, "Kecamatan Kembangan", ">84<", '"84"'):
            assert private not in said, address
        if address.startswith(("/log", "/.well", "/kredensial")):
            assert cast.learner.name not in said


def decoded(text: str) -> str:
    """What the token in an answer says, if there is one."""
    parts = text.split("eyJ", 2)
    if len(parts) < 3:
        return ""
    payload = ("eyJ" + parts[2]).split(".")[0]
    return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode("utf-8", "replace")


def test_the_holder_s_credential_is_verified_with_the_published_keys(browser: Browser, code: str, cast: Cast) -> None:
    jwt = browser(cast.learner).get(f"/sertifikat/{code}/kredensial.jwt").text
    document = browser(None).get("/.well-known/did.json").json

    assert document is not None
    assert document["id"] == "did:web:localhost"
    (method,) = document["verificationMethod"]
    for token in (jwt, browser(None).get("/kredensial/status/1/revocation").text):
        opened = jws.deserialize_compact(token, ECKey.import_key(method["publicKeyJwk"]), algorithms=["ES256"])
        assert opened.headers()["kid"] == method["id"]
    assert browser(None).get("/kredensial/status/9/revocation").status_code == 404


@pytest.mark.parametrize("address", ["kredensial.json", "kredensial.jwt", "lencana.svg", "lencana.png"])
def test_only_the_holder_takes_the_credential(browser: Browser, code: str, cast: Cast, address: str) -> None:
    for person, status in ((cast.learner, 200), (cast.colleague, 404), (cast.manager, 404), (cast.hr, 404)):
        assert browser(person).get(f"/sertifikat/{code}/{address}").status_code == status
    assert browser(None).get(f"/sertifikat/{code}/{address}").status_code == 302


def test_a_link_is_made_once_shown_and_withdrawn(browser: Browser, code: str, cast: Cast, session: Session) -> None:
    holder, stranger = browser(cast.learner), browser(None)
    for _ in range(2):
        assert holder.post(f"/sertifikat/{code}/tautan").status_code == 303
    token = session.scalars(select(CertificateShare.token)).one()
    session.commit()
    assert f"/b/{token}" in holder.get(f"/sertifikat/{code}").text

    page = stranger.get(f"/b/{token}").text
    assert "Sertifikat sah" in page
    assert "Sari Uji" in page
    assert "noindex" in page
    assert "Sertifikat asli tercatat" not in page  # that is said beside a changed file
    for kind in ("svg+xml", "png"):
        assert f"/b/{token}/lencana.{kind[:3]}" in page
        assert stranger.get(f"/b/{token}/lencana.{kind[:3]}").mimetype == f"image/{kind}"

    holder.post(f"/sertifikat/{code}/tautan/cabut")
    for name in ("", "/kredensial.jwt", "/lencana.svg", "/lencana.png"):
        address = f"/b/{token}{name}"
        assert stranger.get(address).status_code == 404
    holder.post(f"/sertifikat/{code}/tautan")
    assert len(set(session.scalars(select(CertificateShare.token)))) == 2


def test_nobody_shares_or_withdraws_for_another(browser: Browser, code: str, cast: Cast, session: Session) -> None:
    for person in (cast.colleague, cast.hr, cast.manager):
        assert browser(person).post(f"/sertifikat/{code}/tautan").status_code == 404
        assert browser(person).post(f"/sertifikat/{code}/tautan/cabut").status_code == 404
    assert session.scalars(select(CertificateShare)).all() == []
    assert "Buat tautan" not in browser(cast.hr).get(f"/sertifikat/{code}").text


def test_a_certificate_without_credential_offers_none(browser: Browser, session: Session, cast: Cast) -> None:
    older = register.issued(session, cast)

    assert "Kredensial digital" not in browser(cast.learner).get(f"/sertifikat/{older}").text
    assert browser(cast.learner).get(f"/sertifikat/{older}/kredensial.jwt").status_code == 404
    assert browser(cast.learner).post(f"/sertifikat/{older}/tautan").status_code == 404
