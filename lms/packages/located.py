"""YAML that keeps its line numbers and takes nothing clever: no anchors, no tags, no depth, no repeated keys."""

from dataclasses import dataclass
from typing import Any

import yaml
from yaml.constructor import ConstructorError, SafeConstructor

from lms.packages.package import Place, Problem

DEEPEST = 12
MOST_NODES = 50_000
#: libyaml where it was built in: a course is read in a tenth of the time.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: The way to a value: keys and places in lists.
Path = tuple[str | int, ...]


class BadYaml(ValueError):
    """The text is no YAML that a package may hold."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Located:
    """A value read from YAML, and the line on which each part of it begins."""

    value: Any
    file: str
    lines: dict[Path, int]

    def place(self, path: Path = ()) -> Place:
        """Where the value at `path` stands; for one that is missing, where its nearest holder begins."""
        while path and path not in self.lines:
            path = path[:-1]
        return Place(self.file, self.lines.get(path, 1))


def read(text: str, file: str, *, first_line: int = 1) -> Located | Problem:
    """The value in a YAML text, or what is wrong with it. first_line: the number of the text's first line in its file."""
    shift = first_line - 1
    try:
        _refuse_clever(text)
        root = yaml.compose(text, Loader=Loader)
        if root is None:
            raise BadYaml(1, "berkas ini kosong")
        lines: dict[Path, int] = {}
        value = _value(root, (), lines, SafeConstructor())
    except BadYaml as error:
        return Problem(Place(file, error.line + shift), error.message)
    except (yaml.YAMLError, ValueError) as error:
        return Problem(Place(file, _line_of(error) + shift), f"YAML tidak dapat dibaca: {_words_of(error)}")
    return Located(value, file, {path: line + shift for path, line in lines.items()})


def _refuse_clever(text: str) -> None:
    """Look at the events before anything is built: an anchor can grow without bound, and depth can end the process."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=Loader):
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadYaml(line, "jangkar dan alias YAML (& dan *) tidak dipakai")
        if tag := getattr(event, "tag", None):
            raise BadYaml(line, f"tanda jenis YAML tidak dipakai: {tag[:40]}")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        nodes += isinstance(event, yaml.NodeEvent)
        if depth > DEEPEST:
            raise BadYaml(line, f"susunan lebih dalam dari {DEEPEST} tingkat")
        if nodes > MOST_NODES:
            raise BadYaml(line, "isi berkas terlalu banyak")


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], scalars: SafeConstructor) -> Any:
    lines[path] = _line(node.start_mark)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, place), lines, scalars) for place, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, scalars)
    return scalars.construct_object(node)


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int], scalars: SafeConstructor) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = _line(key_node.start_mark)
        key = scalars.construct_object(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(key, str):
            raise BadYaml(line, "nama isian harus berupa teks")
        if key in made:
            raise BadYaml(line, f"isian {key} tertulis dua kali")
        made[key] = _value(value_node, (*path, key), lines, scalars)
        lines[(*path, key)] = line
    return made


def _line_of(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return _line(mark)


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


def _words_of(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError | ConstructorError) and error.problem:
        return str(error.problem)
    return str(error).splitlines()[0][:120]
