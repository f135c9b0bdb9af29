"""Frames of MPEG audio: MP3 and bare AAC (ADTS). Tags before and behind them, with names, covers and places, stay behind.

Sources: ISO/IEC 11172-3 §2.4.1.3 and 13818-3 (frame headers), ISO/IEC 13818-7 §6.2 (ADTS), id3.org "ID3v2.4 structure".
"""

from typing import NamedTuple

from lms.questions.sound.recording import Broken, Recording

#: Fewer frames in a row may be chance.
FEWEST_FRAMES = 4
#: Share of a file that may stand behind its frames: tags, or a last frame cut short.
MOST_BEHIND = 0.1
_BITRATES = {
    1: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = (44_100, 48_000, 32_000)
_ADTS_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)


class _Frame(NamedTuple):
    """stream: what stays the same from frame to frame. size: in bytes, header included."""

    stream: tuple[str, int, int]
    size: int
    samples: int


def read(data: bytes) -> Recording:
    """The frames. Raises Broken."""
    start = at = _behind_tags(data)
    first = _frame(data, at)
    frames = samples = 0
    while (frame := _frame(data, at)) and first and frame.stream == first.stream and at + frame.size <= len(data):
        at, frames, samples = at + frame.size, frames + 1, samples + frame.samples
    if first is None or frames < FEWEST_FRAMES or len(data) - at > max(MOST_BEHIND * (at - start), 4096):
        raise Broken
    ending, _version, rate = first.stream
    return Recording(ending, data[start:at], samples / rate)


def _behind_tags(data: bytes) -> int:
    at = 0
    while data[at : at + 3] == b"ID3" and len(data) > at + 10:
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    return at


def _frame(data: bytes, at: int) -> _Frame | None:
    head = data[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    return _adts(head) if head[1] & 0xF6 == 0xF0 else _layer_three(head)


def _layer_three(head: bytes) -> _Frame | None:
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != 1 or not 1 <= bitrate <= 14 or rate == 3:
        return None
    is_first = version == 3
    hertz = _RATES[rate] // {3: 1, 2: 2, 0: 4}[version]
    bits = _BITRATES[1 if is_first else 2][bitrate - 1] * 1000
    size = (144 if is_first else 72) * bits // hertz + (head[2] >> 1 & 1)
    return _Frame(("mp3", version, hertz), size, 1152 if is_first else 576)


def _adts(head: bytes) -> _Frame | None:
    rate = head[2] >> 2 & 15
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if rate >= len(_ADTS_RATES) or size < 7:
        return None
    return _Frame(("aac", head[1] & 8, _ADTS_RATES[rate]), size, 1024 * ((head[6] & 3) + 1))
