"""The first look at an upload, and the report as JSON."""

import json
from hashlib import sha256

import pytest

from lms.certificates.file_report import MAX_BYTES, FileReport, Signature, first_look


def test_earlier_revisions_are_hashed_with_and_without_their_line_end_longest_first() -> None:
    data = b"%PDF-1.7\none%%EOF\r\ntwo%%EOF\nx"

    assert first_look(data).revisions == tuple(
        sha256(beginning).hexdigest()
        for beginning in (
            b"%PDF-1.7\none%%EOF\r\ntwo%%EOF\n",
            b"%PDF-1.7\none%%EOF\r\ntwo%%EOF",
            b"%PDF-1.7\none%%EOF\r\n",
            b"%PDF-1.7\none%%EOF",
        )
    )


def test_a_file_that_ends_at_its_mark_is_not_its_own_revision() -> None:
    assert first_look(b"%PDF-1.7\nx%%EOF").revisions == ()
    assert first_look(b"%PDF-1.7\nx%%EOF\n").revisions == (sha256(b"%PDF-1.7\nx%%EOF").hexdigest(),)


def test_ten_thousand_end_marks_cost_no_more_than_the_first_few() -> None:
    assert len(first_look(b"%%EOF\n" * 10_000).revisions) == 64


def test_a_lost_header_still_looks_like_a_pdf_and_a_picture_does_not() -> None:
    torn = first_look(b"%PEF-1.7\n1 0 obj\nendobj\n%%EOF\n")

    assert (torn.is_pdf, torn.looks_like_pdf) == (False, True)
    picture = first_look(b"\x89PNG\r\n\x1a\n")
    assert (picture.is_pdf, picture.looks_like_pdf) == (False, False)


def test_five_megabytes_are_taken_and_one_byte_more_is_not() -> None:
    assert not first_look(b"%PDF-" + bytes(MAX_BYTES - 5)).too_large
    assert first_look(b"%PDF-" + bytes(MAX_BYTES - 4)).too_large


def test_a_report_survives_json() -> None:
    report = FileReport(
        size=1,
        sha256="00",
        revisions=("11",),
        codes=("K7QDM4XR2TVE",),
        signature=Signature.MULTIPLE,
        reasons=("extra_signature",),
    )

    assert FileReport.from_json(json.loads(json.dumps(report.to_json()))) == report


def test_json_that_is_no_report_is_refused() -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        FileReport.from_json({"size": 1})
