"""What each field of a design says about the facts of a certificate."""

import unicodedata

from lms.certificates.designs import Design
from lms.certificates.facts import CertificateFacts
from lms.certificates.wording import in_words, spaced_nip, written_date

_NO_BREAK = "\u00a0"
_LEVELS = 5


def field_texts(design: Design, facts: CertificateFacts) -> dict[str, str]:
    """What each field of the design says; dates and numbers do not break at a line's end."""
    hours = ""
    if facts.learning_hours is not None:
        hours = f", setara dengan {_unbroken(f'{facts.learning_hours} ({in_words(facts.learning_hours)})')}"
        hours += f" jam{_NO_BREAK}pelajaran"
    examined = _unbroken(written_date(facts.examined_on))
    signature = design.signatures[facts.signature_kind]
    until = written_date(facts.valid_until) if facts.valid_until else design.words["endless"]
    said = {
        "government": facts.government,
        "agency_name": facts.agency_name,
        "title": design.words["title"],
        "number": f"Nomor : {facts.number}",
        "holder_name": facts.holder_name,
        "holder_nip": spaced_nip(facts.holder_nip),
        "holder_rank": facts.holder_rank,
        "holder_position": facts.holder_position,
        "holder_unit": facts.holder_unit,
        "holder_agency": facts.holder_agency,
        "exam_title": facts.exam_title,
        "statement": f"yang diselenggarakan oleh {facts.organiser} pada {examined}{hours}.",
        "statement_en": _statement_en(facts),
        "competency": facts.competency,
        "level": f"{facts.level} · {facts.level_name}",
        "level_of": f"Level {facts.level} dari {_LEVELS}",
        "score": facts.score,
        "threshold": facts.threshold,
        "code": "-".join(facts.code[start : start + 4] for start in range(0, 12, 4)),
        "valid_from": written_date(facts.valid_from),
        "valid_until": until,
        "place_and_date": f"{facts.place}, {written_date(facts.issued_on)}",
        "signatory_office": facts.signatory_office,
        "signature_heading": signature["heading"],
        "signature_detail": signature["detail"],
        "signatory_name": facts.signatory_name,
        "signatory_nip": f"NIP {spaced_nip(facts.signatory_nip)}",
        "check_url": facts.check_url,
    }
    return {name: unicodedata.normalize("NFC", text) for name, text in said.items()}


def _statement_en(facts: CertificateFacts) -> str:
    examined = f"{facts.examined_on.day} {facts.examined_on:%B %Y}"
    hours = f": {facts.learning_hours} learning hours" if facts.learning_hours is not None else ""
    return f"has passed the examination for this competency at level {facts.level} on {examined}{hours}."


def _unbroken(text: str) -> str:
    return text.replace(" ", _NO_BREAK)
