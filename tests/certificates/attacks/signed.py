"""Signatures by the wrong hand, over the wrong thing, or of the wrong kind."""

from datetime import datetime, timedelta
from io import BytesIO

import pikepdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lms.certificates import codes
from lms.certificates.causes import Cause
from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.key_file import KeyFileSigner
from lms.certificates.verification import State
from tests.cast import START
from tests.certificates.attacks.appended import permissions_taken_away
from tests.certificates.attacks.corpus import attack
from tests.certificates.attacks.rewritten import signature_removed
from tests.certificates.attacks.tools import page_of, resaved, updated
from tests.certificates.attacks.world import World, made_before

DAY = timedelta(days=1)
UNKNOWN = "K7QDM4XR2TVE"
Signer = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def stripped(world: World) -> bytes:
    """The issued pages without their signature, to be signed by somebody."""
    return signature_removed(world)


def renamed(world: World) -> bytes:
    """The same with a code that is in no register, wherever the old one can be read."""
    code = world.mine.code
    spelt = {code: UNKNOWN, codes.display(code): codes.display(UNKNOWN)}

    def change(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.Names
        del pdf.Root.AF
        del pdf.Root.StructTreeRoot  # it holds the links
        packet = pdf.Root.Metadata.read_bytes()
        for old, new in spelt.items():
            packet = packet.replace(old.encode(), new.encode())
            for name in list(pdf.docinfo.keys()):
                pdf.docinfo[name] = str(pdf.docinfo[name]).replace(old, new)
        pdf.Root.Metadata = pdf.make_stream(packet)
        pdf.pages[0].Contents = pdf.make_stream(b"")

    return resaved(stripped(world), change)


def by_pyhanko(
    data: bytes,
    signer: Signer,
    *chain: x509.Certificate,
    digest: str = "sha256",
    certify: bool = True,
    may: MDPPerm = MDPPerm.NO_CHANGES,
    field: str = "TandaTangan",
) -> bytes:
    """The file, signed by a tool that is not ours."""
    certificate, key = signer
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([_asn1(one) for one in chain])
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    hand = SimpleSigner(
        signing_cert=_asn1(certificate), signing_key=asn1_keys.PrivateKeyInfo.load(der), cert_registry=store
    )
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm=digest, certify=certify, docmdp_permissions=may)
    output = BytesIO()
    PdfSigner(metadata, hand).sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), output=output)
    return output.getvalue()


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def ours(world: World) -> Signer:
    """The issuer's own key, stolen."""
    return world.pki.certificate("signer"), world.pki.key("signer")


def certified(
    world: World, *, issuer: str | None, begins: datetime = START - DAY, ends: datetime = START + 30 * DAY
) -> Signer:
    """A certificate with the signer's very name: by one of our authorities, or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = world.pki.certificate("signer").subject
    by = world.pki.certificate(issuer).subject if issuer else name
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(by).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    builder = builder.add_extension(usage, critical=True)
    return builder.sign(world.pki.key(issuer) if issuer else key, hashes.SHA256()), key


def chain(world: World) -> x509.Certificate:
    """Our issuing authority."""
    return world.pki.certificate("issuing")


@attack(State.FORGED_UNREGISTERED, Cause.NOT_REGISTERED)
def signed_with_our_key_and_never_entered(world: World) -> bytes:
    return by_pyhanko(renamed(world), ours(world), chain(world))


@attack(State.ALTERED, Cause.NOT_REGISTERED)
def signed_with_our_key_under_an_entered_code(world: World) -> bytes:
    return by_pyhanko(stripped(world), ours(world), chain(world))


@attack(State.ALTERED, Cause.SIGNED_BY_ANOTHER)
def signed_by_himself_in_our_name(world: World) -> bytes:
    return by_pyhanko(stripped(world), certified(world, issuer=None))


@attack(State.NOT_FOUND, Cause.SIGNED_BY_ANOTHER)
def signed_by_himself_under_an_unknown_code(world: World) -> bytes:
    return by_pyhanko(renamed(world), certified(world, issuer=None))


@attack(State.ALTERED, Cause.SIGNED_BY_ANOTHER)
def signed_below_a_look_alike_root(world: World) -> bytes:
    """Same names as ours from root to signer, other keys."""
    twin = made_before(world.folder / "kembaran" / "pki")
    signer = twin.certificate("signer"), twin.key("signer")
    return by_pyhanko(stripped(world), signer, twin.certificate("issuing"), twin.certificate("root"))


@attack(State.ALTERED, Cause.SIGNED_BY_ANOTHER)
def look_alike_root_with_our_chain_beside_it(world: World) -> bytes:
    twin = made_before(world.folder / "kembaran" / "pki")
    signer = twin.certificate("signer"), twin.key("signer")
    return by_pyhanko(stripped(world), signer, chain(world), world.pki.certificate("root"))


@attack(State.ALTERED, Cause.SIGNED_BY_ANOTHER)
def signed_with_our_key_without_its_chain(world: World) -> bytes:
    return by_pyhanko(stripped(world), ours(world))


@attack(State.ALTERED, Cause.SIGNED_BY_ANOTHER)
def certificate_made_by_a_signer_and_not_by_an_authority(world: World) -> bytes:
    return by_pyhanko(stripped(world), certified(world, issuer="signer"), world.pki.certificate("signer"), chain(world))


@attack(State.ALTERED, Cause.SIGNER_REVOKED)
def signer_was_revoked(world: World) -> bytes:
    signer = certified(world, issuer="issuing")
    pki_files.refresh_crl(world.pki.folder, START - timedelta(hours=1), revoked=[signer[0].serial_number])
    return by_pyhanko(stripped(world), signer, chain(world))


@attack(State.ALTERED, Cause.SIGNER_UNPROVEN)
def signer_has_expired(world: World) -> bytes:
    old = certified(world, issuer="issuing", begins=START - 30 * DAY, ends=START - DAY)
    return by_pyhanko(stripped(world), old, chain(world))


@attack(State.ALTERED, Cause.WEAK)
def digest_of_sha_1(world: World) -> bytes:
    return by_pyhanko(stripped(world), ours(world), chain(world), digest="sha1")


@attack(State.ALTERED, Cause.WRONG_KIND)
def approved_and_not_certified(world: World) -> bytes:
    return by_pyhanko(stripped(world), ours(world), chain(world), certify=False)


@attack(State.ALTERED, Cause.WRONG_KIND)
def certified_so_that_forms_may_be_filled(world: World) -> bytes:
    return by_pyhanko(stripped(world), ours(world), chain(world), may=MDPPerm.FILL_FORMS)


@attack(State.ALTERED, Cause.APPENDED)
def countersigned_by_another(world: World) -> bytes:
    return by_pyhanko(permissions_taken_away(world), certified(world, issuer=None), certify=False, field="Kedua")


@attack(State.ALTERED, Cause.APPENDED)
def countersigned_with_our_key(world: World) -> bytes:
    return by_pyhanko(permissions_taken_away(world), ours(world), chain(world), certify=False, field="Kedua")


@attack(State.ALTERED, Cause.SEVERAL)
def signed_twice_from_the_start(world: World) -> bytes:
    once = by_pyhanko(stripped(world), ours(world), chain(world), certify=False, field="A")
    return by_pyhanko(once, ours(world), chain(world), certify=False, field="B")


@attack(State.ALTERED, Cause.CHANGED_INSIDE)
def our_signature_moved_from_another_file(world: World) -> bytes:
    """The container of one issued file in the room of another."""
    start, end = _room(world.mine.pdf)
    other_start, other_end = _room(world.other.pdf)
    assert end - start == other_end - other_start
    return world.mine.pdf[:start] + world.other.pdf[other_start:other_end] + world.mine.pdf[end:]


def _room(pdf: bytes) -> tuple[int, int]:
    start = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    return start, pdf.index(b">", start) + 1


@attack(State.ALTERED, Cause.APPENDED)
def hidden_content_shown_after_signing(world: World) -> bytes:
    """Shadow attack "hide": what was signed with our key held another page; an update leads to it."""

    def hide(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.Tersembunyi = pdf.make_stream(b"q 0 g 60 480 470 60 re f Q")

    signed = by_pyhanko(resaved(stripped(world), hide), ours(world), chain(world))

    def show(writer: IncrementalPdfFileWriter) -> None:
        page = page_of(writer)
        page["/Contents"] = page.raw_get("/Tersembunyi")

    return updated(signed, show)


@attack(State.ALTERED, Cause.APPENDED)
def hidden_and_replaced_by_another_table(world: World) -> bytes:
    """Shadow attack "hide and replace": a second content lay in a stream when it was signed; only a table is appended."""
    hidden = b"q 0 g 60 480 470 60 re f Q"
    body = b"000000 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj" % (len(hidden), hidden)

    def hide(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Tersembunyi = pdf.make_stream(body)
        pdf.pages[0].Contents = pdf.make_stream(b"q Q")

    prepared = resaved(stripped(world), hide, compress_streams=False)
    with pikepdf.open(BytesIO(prepared)) as pdf:
        number, root = pdf.pages[0].Contents.objgen[0], pdf.Root.objgen[0]
    prepared = prepared.replace(body, body.replace(b"000000", b"%06d" % number))
    signed = by_pyhanko(prepared, ours(world), chain(world))
    before, at = int(signed[signed.rindex(b"startxref") :].split()[1]), signed.index(b"%06d 0 obj" % number)
    size = int(signed[signed.rindex(b"/Size ") :].split()[1])
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root, before)
    return signed + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(signed)


@attack(State.ALTERED, Cause.NOT_REGISTERED)
def issued_once_more_by_our_own_signer(world: World) -> bytes:
    """The same facts printed and signed a second time: a true signature, but not the file that was entered."""
    unsigned = world.mine.pdf[: _end_of_first_revision(world.mine.pdf)]
    signer = KeyFileSigner.of_local_pki(world.pki)
    return signer.sign(unsigned, reason="Menerbitkan ulang", location="Jakarta", now=START)


def _end_of_first_revision(pdf: bytes) -> int:
    return pdf.index(b"%%EOF\n") + len(b"%%EOF\n")
