"""The colour profile of a file's output intent: sRGB (IEC 61966-2-1) in 480 bytes, as ICC.1:2004-10 lets it be written.

PDF/A asks for a profile in each file. The usual one holds its curve as a table of a thousand numbers; here it is the
formula itself, exact, and two kilobytes less in each certificate.
"""

import struct

#: Of sRGB, adapted to D50 by the Bradford transform: the primaries' columns, and the transform's rows.
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
_ADAPTATION = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
_D50 = (0.9642, 1.0, 0.8249)
#: Y = ((X + 0.055) / 1.055)^2.4 above 0.04045, X / 12.92 below.
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_HEADER, _ENTRY = 128, 12


def srgb() -> bytes:
    """The profile of a display, version 4.2."""
    tags = {
        b"desc": _text("sRGB"),
        b"cprt": _text("CC0"),
        b"wtpt": b"XYZ " + bytes(4) + _numbers(_D50),
        b"chad": b"sf32" + bytes(4) + _numbers(_ADAPTATION),
        **{name: b"XYZ " + bytes(4) + _numbers(values) for name, values in _PRIMARIES.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _numbers(_CURVE)),
    }
    start = _HEADER + 4 + _ENTRY * len(tags)
    table, data, places = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    for name, content in tags.items():
        if content not in places:  # the three curves are one
            places[content] = start + len(data)
            data += content.ljust(-(-len(content) // 4) * 4, b"\0")
        table += name + struct.pack(">II", places[content], len(content))
    return _header(start + len(data)) + table + data


def _header(size: int) -> bytes:
    made = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    fields = struct.pack(">I4sI", size, bytes(4), 0x04200000) + b"mntrRGB XYZ " + made + b"acsp" + bytes(28)
    return (fields + _numbers(_D50)).ljust(_HEADER, b"\0")


def _numbers(values: tuple[float, ...]) -> bytes:
    """Fixed-point numbers of 16 and 16 bits."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _text(text: str) -> bytes:
    """A text in English, as multi-localised Unicode."""
    content = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II4sII", 1, 12, b"enUS", len(content), 28) + content
