"""What a signing service gave back, beside what it was given: the same file, with a signature and nothing else.

A service appends what it adds; but what is appended can also put another text in the place of the old one, under a
signature that is perfectly valid. So each object of the file must be as it was.
"""

from io import BytesIO
from typing import Any

import pikepdf

from lms.certificates.file_report import MAX_BYTES
from lms.certificates.signing.errors import BadAnswer

#: What a signature adds to the catalog (ISO 32000-1, 12.7, 12.8.4, 7.12; ETSI EN 319 142-1, 5.4.2).
_OF_SIGNATURES = {"/AcroForm", "/Perms", "/Extensions", "/DSS", "/Version"}
#: What programs date anew when they save; no page shows it.
_OF_SAVING = {"/Info", "/Metadata"}


def require_same(given: bytes, returned: bytes) -> None:
    """Raises BadAnswer, which says what is wrong, unless returned is given with a signature appended."""
    if len(returned) > MAX_BYTES:
        raise BadAnswer("Berkas yang dikembalikan layanan terlalu besar.")
    if not returned.startswith(given):
        raise BadAnswer("Berkas yang dikembalikan layanan bukan berkas yang dikirim.")
    try:
        with pikepdf.open(BytesIO(given)) as before, pikepdf.open(BytesIO(returned)) as after:
            changed = _changed(before, after)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as fault:
        raise BadAnswer("Berkas yang dikembalikan layanan rusak.") from fault
    if changed:
        raise BadAnswer(f"Layanan mengubah isi berkas ({changed}).")


def _changed(before: pikepdf.Pdf, after: pikepdf.Pdf) -> str:
    """What differs beyond a signature; empty where nothing does."""
    if len(before.pages) != len(after.pages) or before.Root.objgen != after.Root.objgen:
        return "halaman"
    free = {before.Root.objgen, before.Root.Metadata.objgen, before.trailer.Info.objgen}
    free |= {page.obj.objgen for page in before.pages}
    for old in before.objects:
        if old.is_indirect and old.objgen not in free and not _equal(old, after.get_object(old.objgen)):
            return f"objek {old.objgen[0]}"
    pages = [(was.obj, now.obj) for was, now in zip(before.pages, after.pages, strict=True)]
    if any(was.objgen != now.objgen for was, now in pages):
        return "halaman"
    if not _has_only_more(before.Root, after.Root, _OF_SIGNATURES | _OF_SAVING):
        return "katalog"
    if not all(_has_only_more(was, now, {"/Annots"}) and _only_fields_added(was, now) for was, now in pages):
        return "halaman"
    return ""


def _equal(old: Any, new: Any) -> bool:
    """Whether two objects are the same, byte by byte of their streams."""
    if isinstance(old, pikepdf.Stream) != isinstance(new, pikepdf.Stream):
        return False
    if isinstance(old, pikepdf.Stream):
        same = old.read_raw_bytes() == new.read_raw_bytes()
        return bool(same and old.stream_dict.unparse(resolved=True) == new.stream_dict.unparse(resolved=True))
    return bool(old.unparse(resolved=True) == new.unparse(resolved=True))


def _has_only_more(old: Any, new: Any, free: set[str]) -> bool:
    """Whether all entries are as before, except those that a signature may set."""
    names = (set(old.keys()) | set(new.keys())) - free
    return all(name in old and name in new and _equal_values(old[name], new[name]) for name in names)


def _equal_values(old: Any, new: Any) -> bool:
    """References are compared as such: what they point to is compared where it stands."""
    if not isinstance(old, pikepdf.Object) or not isinstance(new, pikepdf.Object):
        return bool(old == new)
    return bool(old.unparse() == new.unparse())


def _only_fields_added(old: Any, new: Any) -> bool:
    """Whether a page has its annotations, and besides them only fields of signatures without an action or a size."""
    before, after = list(old.get("/Annots", ())), list(new.get("/Annots", ()))
    kept = [one.unparse(resolved=True) for one in after[: len(before)]]
    return kept == [one.unparse(resolved=True) for one in before] and all(_is_bare(one) for one in after[len(before) :])


def _is_bare(annotation: Any) -> bool:
    if annotation.get("/Subtype") != "/Widget" or "/A" in annotation or "/AA" in annotation:
        return False
    left, bottom, right, top = (float(edge) for edge in annotation.Rect)
    return left == right and bottom == top
