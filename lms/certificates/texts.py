"""What each field of a design says about the facts of a certificate."""

import unicodedata

from lms.certificates.designs import Design
from lms.certificates.facts import CertificateFacts
from lms.certificates.fitting import TooManyRows
from lms.certificates.wording import in_words, spaced_nip, written_date

_NO_BREAK = "\u00a0"
_LEVELS = 5


def field_texts(design: Design, facts: CertificateFacts) -> dict[str, str]:
    """What each field of the design says; dates and numbers do not break at a line's end.

    Raises TooManyRows where the annex of the design cannot hold all units.
    """
    if design.most_rows and len(facts.units) > design.most_rows:
        raise TooManyRows(len(facts.units), design.most_rows)
    hours = ""
    if facts.learning_hours is not None:
        hours = f", setara dengan {_unbroken(f'{facts.learning_hours} ({in_words(facts.learning_hours)})')}"
        hours += f" jam{_NO_BREAK}pelajaran"
    examined = _unbroken(written_date(facts.examined_on))
    signature = design.signatures[facts.signature_kind]
    nip = f"NIP {spaced_nip(facts.signatory_nip)}" if facts.signatory_nip else ""
    until = written_date(facts.valid_until) if facts.valid_until else design.words["endless"]
    said = {
        "government": facts.government,
        "agency_name": facts.agency_name,
        **{name: design.words.get(name, "") for name in ("title", "title_en", "basis", "closing")},
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
        "signatory_nip": " · ".join(filter(None, (facts.signatory_rank, nip))),
        "check_url": facts.check_url,
    }
    said["title_of"] = f"{said['title']} {facts.competency}"
    said["exam_statement"] = f"{facts.exam_title}, {said['statement']}"
    said["holder_post"] = ", ".join(filter(None, (facts.holder_position, facts.holder_rank)))
    said["issued_on"] = written_date(facts.issued_on)
    said["hours"] = "–" if facts.learning_hours is None else f"{facts.learning_hours} JP"
    said |= _annex(facts, said)
    wanted = design.fields_in(len(facts.units))
    return {name: unicodedata.normalize("NFC", text) for name, text in said.items() if name in wanted}


def _annex(facts: CertificateFacts, said: dict[str, str]) -> dict[str, str]:
    """What the second page says: whose it is, the units of competency, and how they add up."""
    texts = {f"{name}_2": said[name] for name in ("holder_name", "code", "check_url")}
    texts |= {"number_2": facts.number, "standard": f"Menurut {facts.standard}", "match": _match(facts)}
    for row, unit in enumerate(facts.units, start=1):
        attained = f"{unit.attained} · {unit.attained_name}" if unit.attained else "belum dinilai"
        texts |= {
            f"unit_{row}_code": unit.code,
            f"unit_{row}_name": unit.name,
            f"unit_{row}_required": str(unit.required),
            f"unit_{row}_attained": attained,
        }
    return texts


def _match(facts: CertificateFacts) -> str:
    """Attained of required levels, each capped at what is required; no share while something was not assessed."""
    required = sum(unit.required for unit in facts.units)
    attained = sum(min(unit.attained or 0, unit.required) for unit in facts.units)
    if missing := sum(unit.attained is None for unit in facts.units):
        return f"{attained} dari {required} level · {missing} belum dinilai"
    share = f"{attained * 100 / required:.2f}".replace(".", ",") if required else "–"
    return f"{attained} dari {required} level · {share}"


def _statement_en(facts: CertificateFacts) -> str:
    examined = f"{facts.examined_on.day} {facts.examined_on:%B %Y}"
    hours = f": {facts.learning_hours} learning hours" if facts.learning_hours is not None else ""
    return f"has passed the examination for this competency at level {facts.level} on {examined}{hours}."


def _unbroken(text: str) -> str:
    return text.replace(" ", _NO_BREAK)
