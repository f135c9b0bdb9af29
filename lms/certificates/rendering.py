"""From facts to an unsigned file: the one way in which a certificate's page is made, for issuing and for a preview."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from lms.certificates import qr
from lms.certificates.attaching import Attachment, attached
from lms.certificates.compiling import Bar, Page, Slot, compiled, shape_of
from lms.certificates.designs import Design, Field, require_fonts
from lms.certificates.facts import CertificateFacts, Unit
from lms.certificates.fitting import Fit, fitted
from lms.certificates.pdf_writing import Frozen, finished, stream, text_string
from lms.certificates.shaping import Face, Glyph
from lms.certificates.skeleton import PAGE_BREAK
from lms.certificates.subsetting import cut
from lms.certificates.texts import field_texts
from lms.certificates.typesetting import Filling, bar_width, rows_of, typeset

_PX_PER_PT = 4 / 3
_QUICKLY, _THOROUGHLY = 4, 9  # a twelfth longer, in a third of the time; files of several pages are few and large
_COMPRESSED = b"/Filter /FlateDecode"
_METADATA = b"/Type /Metadata /Subtype /XML"  # not compressed: the code can be read out of bytes that no reader opens


def render(
    design: Design,
    facts: CertificateFacts,
    *,
    fonts_dir: Path,
    attachments: Sequence[Attachment] = (),
    now: datetime | None = None,
) -> bytes:
    """The certificate's file before it is signed. The same facts, design and attachments give the same bytes.

    now: the date of the attachments. Raises MissingFont, MissingGlyph or DoesNotFit before anything is laid out.
    """
    require_fonts(design, fonts_dir)
    texts = field_texts(design, facts)
    fits = fitted(design, texts, fonts_dir)
    shape = shape_of(design, fits, kind=facts.signature_kind, level=facts.level, rows=_kinds(design, facts))
    page = compiled(design, shape, fonts_dir)
    symbol = qr.symbol(facts.qr_text, design.qr_error)
    glyphs: dict[str, dict[int, str]] = {name: {} for name in page.fonts}
    content = b"".join(
        part if isinstance(part, bytes)
        else _line(page, part, fits[part.field], glyphs) if isinstance(part, Slot)
        else _bar(facts.units[part.row]) if isinstance(part, Bar)
        else _modules(symbol, design.qr_size)
        for part in page.parts
    )  # fmt: skip
    extra = tuple((name, frozenset(found.items())) for name, found in glyphs.items())
    day = facts.issued_on.isoformat()
    said = {f"text:{name}": text for name, text in texts.items()}
    said |= {"created": day, "created:pdf": f"D:{day.replace('-', '')}", "code": facts.code, "link": facts.qr_text}
    return _file(page, _frozen(page, extra), content, said, attachments, now)


def render_in_full(design: Design, facts: CertificateFacts, *, fonts_dir: Path) -> bytes:
    """The same page laid out by WeasyPrint with these very facts: what `render` is measured against."""
    require_fonts(design, fonts_dir)
    texts = field_texts(design, facts)
    fits = fitted(design, texts, fonts_dir)
    symbol = qr.symbol(facts.qr_text, design.qr_error)
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in symbol.runs())
    filling = Filling(
        texts=texts,
        sizes={name: fit.size for name, fit in fits.items()},
        kind=facts.signature_kind,
        level=facts.level,
        created=facts.issued_on.isoformat(),
        code=facts.code,
        link=facts.qr_text,
        qr=path,
        qr_units=symbol.side,
        rows=rows_of(_kinds(design, facts), [bar_width(unit.attained or 0) for unit in facts.units]),
    )
    return typeset(design, filling, fonts_dir=fonts_dir)


def _kinds(design: Design, facts: CertificateFacts) -> list[tuple[str, int]]:
    """Kind and required level of each row, where the design has an annex."""
    return [(unit.kind, unit.required) for unit in facts.units] if design.most_rows else []


def _bar(unit: Unit) -> bytes:
    return f"0 -1.5 {bar_width(unit.attained or 0)} 3 re".encode()


def _line(page: Page, slot: Slot, fit: Fit, glyphs: dict[str, dict[int, str]]) -> bytes:
    """The operators that show a line of a text in its place; glyphs that are not usual are added to `glyphs`."""
    shown, set_glyphs = _set(page.fonts[slot.font], page.design.features, page.design.fields[slot.field], slot, fit)
    glyphs[slot.font] |= {number: text for number, text in set_glyphs.items() if number not in page.usual[slot.font]}
    return shown


@lru_cache(maxsize=4096)
def _set(face: Face, features: tuple[str, ...], room: Field, slot: Slot, fit: Fit) -> tuple[bytes, dict[int, str]]:
    line, size = fit.lines[slot.line], fit.size * _PX_PER_PT
    glyphs = face.glyphs(line, features, spaced=bool(room.tracking))
    x = slot.x - slot.share * face.ems(line, features, room.tracking) * size
    shown = _shown(glyphs, face, room.tracking, size)
    operators = f"BT\n1 0 0 -1 {x:.4f} {slot.y:.4f} Tm\n/{slot.font} {size:.4f} Tf\n{shown}\nET\n"
    return operators.encode(), {glyph.number: glyph.text for glyph in glyphs}


def _shown(glyphs: Sequence[Glyph], face: Face, tracking: float, size: float) -> str:
    """Glyphs with what lies between them. Rounded to thousandths of an em of the whole, so that nothing adds up."""
    shown, run = [], ""
    wanted = set_to = 0.0
    for glyph in glyphs:
        if move := round(set_to - wanted - glyph.right * 1000 / face.units):
            shown.append(f"<{run}>{move}" if run else f"{move}")
            run, set_to = "", set_to - move
        if glyph.up:
            rise = glyph.up * size / face.units
            shown.append(f"<{run}>] TJ {rise:.3f} Ts [<{glyph.number:04x}>] TJ 0 Ts [")
            run = ""
        else:
            run += f"{glyph.number:04x}"
        set_to += face.width(glyph.number)
        wanted += glyph.advance * 1000 / face.units + tracking * 1000
    return f"[{''.join(shown)}<{run}>] TJ"


def _modules(symbol: qr.Symbol, size: float) -> bytes:
    """The dark modules as rectangles, scaled to the symbol's size in mm."""
    scale = f"{size / symbol.side:.6f}"
    runs = (f"{x} {y} {length} 1 re" for x, y, length in symbol.runs())
    return f"{scale} 0 0 {scale} 0 0 cm\n".encode() + "\n".join(runs).encode() + b"\n"


@lru_cache(maxsize=64)
def _frozen(page: Page, extra: tuple[tuple[str, frozenset[tuple[int, str]]], ...]) -> Frozen:
    """What the files of a page begin with. extra: by the font's name, glyphs that are neither usual nor the design's."""
    parts = {}
    for name, rare in extra:
        face = page.fonts[name]
        known = dict(rare) | dict(page.skeleton.fonts[name].glyphs) | dict(page.usual[name])
        parts[name] = cut(face, frozenset(known.items()))
    return page.skeleton.frozen(parts)


def _file(
    page: Page,
    frozen: Frozen,
    content: bytes,
    said: Mapping[str, str],
    attachments: Sequence[Attachment],
    now: datetime | None,
) -> bytes:
    bones = page.skeleton
    changing = {
        number: b"".join(part if isinstance(part, bytes) else text_string(part.filled(said)) for part in body)
        for number, body in bones.changing.items()
    }
    changing[bones.metadata] = stream(bones.xmp.filled(said, escape).encode(), _METADATA)
    for number, one in zip(bones.contents, content.split(PAGE_BREAK), strict=True):
        changing[number] = stream(
            zlib.compress(one, _QUICKLY if len(bones.contents) == 1 else _THOROUGHLY), _COMPRESSED
        )
    entries, files = attached(attachments, first=bones.size + 1, now=now)
    changing |= files
    changing[bones.root] = bones.catalog + entries + b" >>"
    return finished(frozen, changing, root=bones.root, info=bones.info)
