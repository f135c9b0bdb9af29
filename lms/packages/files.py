"""The files of a package's folder: which there are, and their text, within limits."""

from collections.abc import Iterator
from pathlib import Path

from lms.packages.package import Place, Problem

LARGEST = 1_000_000
MOST_FILES = 400


class _Unusable(ValueError):
    """A file that is there and is not taken."""


class Folder:
    """A package's folder. Problems with single files are gathered; nothing outside the folder is ever opened."""

    def __init__(self, root: Path, problems: list[Problem]) -> None:
        self.root = root
        self._problems = problems

    def named(self, file: str) -> str:
        """A file's name as messages show it."""
        return str(self.root / file)

    def has(self, file: str) -> bool:
        """Whether there is such a file."""
        return (self.root / file).is_file()

    def text(self, file: str) -> str | None:
        """A file's text with plain line ends; None when it cannot be used, which is noted."""
        try:
            content = self._content(self.root / file)
            return content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        except FileNotFoundError:
            self._refuse(file, "berkas ini tidak ada")
        except UnicodeDecodeError as error:
            self._refuse(file, "berkas ini bukan teks UTF-8", line=error.object.count(b"\n", 0, error.start) + 1)
        except OSError as error:
            self._refuse(file, f"berkas ini tidak dapat dibaca: {error.strerror}")
        except _Unusable as error:
            self._refuse(file, str(error))
        return None

    def _content(self, path: Path) -> bytes:
        if path.is_symlink() or not path.resolve().is_relative_to(self.root.resolve()):
            raise _Unusable("tautan berkas tidak dibuka")
        with path.open("rb") as opened:
            content = opened.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise _Unusable("berkas lebih besar dari 1 MB")
        return content

    def listing(self, below: str, ending: str) -> Iterator[str]:
        """The files of one subfolder with that ending, by name. Others there are noted, but for hidden ones."""
        folder = self.root / below
        if folder.is_symlink() or not folder.is_dir():
            return
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        if len(names) > MOST_FILES:
            self._refuse(below, f"lebih dari {MOST_FILES} berkas")
            return
        for name in names:
            if name.endswith(ending):
                yield f"{below}/{name}"
            else:
                self._refuse(f"{below}/{name}", f"di sini hanya ada berkas {ending}")

    def _refuse(self, file: str, message: str, *, line: int = 0) -> None:
        self._problems.append(Problem(Place(self.named(file), line), message))
