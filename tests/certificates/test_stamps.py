"""Time stamps of an authority: in the file, small, and never left out where they are set."""
# mypy: allow-untyped-calls

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lms.certificates.file_report import Signature
from lms.certificates.signing import sample
from lms.certificates.signing.errors import NotStamped
from lms.certificates.signing.key_file import KeyFileSigner
from lms.certificates.signing.pki import Pki
from lms.certificates.signing.stamps import TimeStamps
from tests.certificates.authority import authority, found_in, make_known, stamping
from tests.certificates.conftest import NOW
from tests.certificates.service import Asked, Reply, Service, serving


class Stamping:
    """An authority as pyHanko has it. at: its clock; stray: stamps another hash."""

    def __init__(self, other: Pki) -> None:
        self.other = other
        self.key, self.certificate = stamping(other)

    def __call__(self, asked: Asked) -> Reply:
        assert asked.headers["content-type"] == "application/timestamp-query"
        return Reply(parts=[self.response(tsp.TimeStampReq.load(asked.body)).dump()])

    def response(self, request: tsp.TimeStampReq, minutes: int = 0) -> tsp.TimeStampResp:
        der = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        store = SimpleCertificateStore()
        store.register(x509.Certificate.load(self.other.certificate("issuing").public_bytes(Encoding.DER)))
        own = x509.Certificate.load(self.certificate.public_bytes(Encoding.DER))
        at = NOW + timedelta(minutes=minutes)
        stamper = DummyTimeStamper(own, keys.PrivateKeyInfo.load(der), store, fixed_dt=at)
        with ThreadPoolExecutor(1) as pool:  # a browser test of the same process leaves a running loop in this one
            return pool.submit(lambda: asyncio.run(stamper.async_request_tsa_response(request))).result()


@pytest.fixture(scope="module")
def stamper(tmp_path_factory: pytest.TempPathFactory) -> Stamping:
    return Stamping(authority(tmp_path_factory.mktemp("tsa") / "tsa"))


@pytest.fixture(scope="module")
def running(stamper: Stamping) -> Iterator[Service]:
    with serving(stamper) as service:
        yield service


@pytest.fixture
def service(running: Service, stamper: Stamping) -> Iterator[Service]:
    running.asked.clear()
    running.answers = stamper
    yield running
    running.answers = stamper


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, stamper: Stamping) -> Pki:
    made = authority(tmp_path_factory.mktemp("var") / "pki")
    make_known(made, stamper.other)
    return made


def signer(service: Service, here: Pki) -> KeyFileSigner:
    return KeyFileSigner.of_local_pki(here, stamps=TimeStamps(service.url))


def test_a_certificate_with_a_stamp_is_valid_and_stays_small(service: Service, here: Pki, unsigned: bytes) -> None:
    signed = signer(service, here).sign(unsigned, reason="Uji", location="Jakarta", now=NOW)

    found = found_in(signed, here)
    (embedded,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    assert (found.state, found.reasons) == (Signature.VALID_OURS, ())
    assert [one["type"].native for one in embedded.signer_info["unsigned_attrs"]] == ["signature_time_stamp_token"]
    assert len(signed) <= 60_000


def test_many_stamps_come_over_one_connection_and_the_room_is_measured_once(service: Service, here: Pki) -> None:
    one, before = signer(service, here), service.connections
    for _ in range(4):
        one.sign(sample.unsigned(), reason="", location="", now=NOW)

    assert len(service.asked) == 5
    assert service.connections - before == 1


def test_a_connection_that_was_closed_meanwhile_is_opened_again(service: Service, here: Pki, stamper: Stamping) -> None:
    one = signer(service, here)
    one.sign(sample.unsigned(), reason="", location="", now=NOW)
    closed = iter([Reply(None)])
    service.answers = lambda asked: next(closed, None) or stamper(asked)

    signed = one.sign(sample.unsigned(), reason="", location="", now=NOW)

    assert found_in(signed, here).state is Signature.VALID_OURS


def test_a_stamp_of_an_unknown_authority_takes_nothing_from_the_signature(
    service: Service, tmp_path_factory: pytest.TempPathFactory
) -> None:
    alone = authority(tmp_path_factory.mktemp("allein") / "pki")

    found = found_in(signer(service, alone).sign(sample.unsigned(), reason="", location="", now=NOW), alone)

    assert (found.state, found.reasons) == (Signature.VALID_OURS, ("timestamp_unproven",))


def test_a_stamp_that_was_changed_afterwards_is_found(service: Service, here: Pki) -> None:
    signed = signer(service, here).sign(sample.unsigned(), reason="", location="", now=NOW)
    before = NOW.strftime("%Y%m%d%H%M%SZ").encode().hex().upper().encode()
    after = NOW.replace(year=2020).strftime("%Y%m%d%H%M%SZ").encode().hex().upper().encode()
    assert signed.count(before) == 1

    found = found_in(signed.replace(before, after), here)

    assert (found.state, found.reasons) == (Signature.BROKEN, ("timestamp_broken",))


def _refused(stamper: Stamping, asked: Asked) -> Reply:
    refusal = tsp.TimeStampResp({"status": {"status": "rejection", "fail_info": {"bad_alg"}}})
    return Reply(parts=[refusal.dump()])


def _another_hash(stamper: Stamping, asked: Asked) -> Reply:
    request = tsp.TimeStampReq.load(asked.body)
    request["message_imprint"]["hashed_message"] = bytes(32)
    return Reply(parts=[stamper.response(request).dump(force=True)])


def _another_nonce(stamper: Stamping, asked: Asked) -> Reply:
    request = tsp.TimeStampReq.load(asked.body)
    request["nonce"] = 1
    return Reply(parts=[stamper.response(request).dump(force=True)])


def _an_hour_ago(stamper: Stamping, asked: Asked) -> Reply:
    return Reply(parts=[stamper.response(tsp.TimeStampReq.load(asked.body), minutes=-60).dump()])


def _not_by_its_key(stamper: Stamping, asked: Asked) -> Reply:
    (parts,) = stamper(asked).parts
    response = tsp.TimeStampResp.load(parts)
    signature = response["time_stamp_token"]["content"]["signer_infos"][0]["signature"].native
    return Reply(parts=[parts.replace(signature, signature[::-1])])


def _no_answer(stamper: Stamping, asked: Asked) -> Reply:
    return Reply(None)


def _nonsense(stamper: Stamping, asked: Asked) -> Reply:
    return Reply(parts=[b"<html>"])


def _out_of_order(stamper: Stamping, asked: Asked) -> Reply:
    return Reply(503)


FAULTS: list[Callable[[Stamping, Asked], Reply]] = [
    *(_refused, _another_hash, _another_nonce, _an_hour_ago, _not_by_its_key, _no_answer, _nonsense, _out_of_order),
]


@pytest.mark.parametrize("answer", FAULTS, ids=lambda one: one.__name__.strip("_"))
def test_without_its_stamp_nothing_is_signed_and_it_is_tried_again_later(
    answer: Callable[[Stamping, Asked], Reply], service: Service, stamper: Stamping, here: Pki
) -> None:
    one = signer(service, here)
    one.sign(sample.unsigned(), reason="", location="", now=NOW)
    service.answers = lambda asked: answer(stamper, asked)

    with pytest.raises(NotStamped) as caught:
        one.sign(sample.unsigned(), reason="", location="", now=NOW)

    assert caught.value.may_retry
