"""A page that is signed to try a signer out. It is no certificate, says so, and is entered nowhere."""

from lms.certificates.pdf_writing import finished, freeze, stream, text_string

_SAID = b"BT /F1 18 Tf 72 720 Td (CONTOH TANDA TANGAN - BUKAN SERTIFIKAT) Tj ET"
_XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta><?xpacket end="r"?>'
)


def unsigned() -> bytes:
    """The page as `pdf_writing` writes files, which is what signers sign."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    resources = b"<< /Font << /F1 1 0 R >> >>"
    page = b"<< /Type /Page /Parent 5 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources 2 0 R /Annots [ ] >>"
    return finished(
        freeze({3: stream(_SAID)}, {1: font, 2: resources}, number=4),
        {
            5: b"<< /Type /Pages /Kids [ 6 0 R ] /Count 1 >>",
            6: page,
            7: stream(_XMP, b"/Type /Metadata /Subtype /XML"),
            8: b"<< /Type /Catalog /Pages 5 0 R /Metadata 7 0 R >>",
            9: b"<< /Title %b >>" % text_string("Contoh tanda tangan"),
        },
        root=8,
        info=9,
    )
