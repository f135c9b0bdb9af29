"""What every reader of a format of recordings returns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recording:
    """ending: of its name, as in `media.AUDIO`. content: as it is kept. seconds: None where the file does not say."""

    ending: str
    content: bytes
    seconds: float | None


class Broken(ValueError):
    """The file is not what it begins as, ends too early, or holds something else beside sound."""
