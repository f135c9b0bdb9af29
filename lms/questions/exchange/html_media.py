"""A recording, a picture or a thing to play in the HTML of other systems, while it is being read."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lms.questions import audio, images, media
from lms.questions.said import say

#: What stands for a picture or a recording of which its author said nothing, and what is then said to who brings it in.
WORDLESS, SOUNDLESS = "gambar tanpa keterangan", "rekaman tanpa keterangan"
#: What is said of lines below words, which become italics.
UNDERLINE = say("garis bawah menjadi huruf miring; periksa kalimat yang menyebutnya")
_UNSAID = {
    WORDLESS: say("ada gambar tanpa keterangan; tulis apa yang terlihat padanya"),
    SOUNDLESS: say("ada rekaman suara tanpa keterangan; tulis apa yang terdengar padanya"),
}
#: The name under which what is at a source is kept; None where it cannot be.
Take = Callable[[str], str | None]
_FILE_NAME = re.compile(r"\S+\.\w{2,4}|.*@@PLUGINFILE@@.*")
_TRANSCRIPT = re.compile(r"\s*Transkrip:\s*")


@dataclass
class Medium:
    """An element that plays something. sources: in its order; label: what it is called; words: what it says where it cannot play."""

    tag: str
    label: str
    sources: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """What its author says that it is; the name of a file says nothing."""
        return next((one for one in (self.label, " ".join("".join(self.words).split())) if is_said(one)), "")

    def taken(self, take: Take | None) -> str | None:
        """The name of the first source that is kept."""
        return next((kept for source in self.sources if take and (kept := take(source))), None)


def opened(tag: str, given: dict[str, str]) -> Medium:
    """The medium that an <audio>, <object> or the like opens."""
    found = Medium(tag, given.get("aria-label", "") or given.get("title", "") or given.get("label", ""))
    if source := given.get("data" if tag == "object" else "src", ""):
        found.sources.append(source)
    return found


def is_said(words: str) -> bool:
    """Whether words say what something is."""
    return bool(words.strip()) and _FILE_NAME.fullmatch(words.strip()) is None


def reference(name: str, words: str) -> str:
    """The Markdown of what is kept under a name."""
    if media.is_audio(name):
        return audio.reference(name, words or SOUNDLESS)
    return images.reference(name, words or WORDLESS)


def left_out(name: str) -> str:
    """What is to be said of something that was named because it did not come in as it was."""
    if name == UNDERLINE:
        return UNDERLINE
    return say("gambar atau media '%(name)s' tidak ikut dimuat; tambahkan lagi setelah impor", name=name)


def unsaid(markdown: str) -> list[str]:
    """What is to be said of pictures and recordings without words."""
    return [said for words, said in _UNSAID.items() if f"![{words}]" in markdown]


def with_transcript(written: str, words: str) -> str | None:
    """The Markdown of a recording with what is said in it; None where it is no recording."""
    found = re.fullmatch(r"!\[(.*)\]\(audio:(\S+)\)", written.strip())
    return audio.reference(found[2], found[1], _TRANSCRIPT.sub("", words, count=1)) if found else None
