"""Lean SQL: statements of hot paths, put together and compiled once, run on the driver's own cursor.

They take part in the session's transaction like any other. Beside the database's work SQLAlchemy's own way costs 0.1 ms a
statement, and 1 ms where it makes mapped objects; this costs 0.03. What it gives up: a mapped class in a SELECT becomes a
named tuple of its columns, which can only be read and knows no relationships, and an INSERT no defaults of Python's.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Executable, Insert, Select, TextClause, TextualSelect, UpdateBase, inspect
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from lms.db import ReadOnlyTransaction, driver_fault

#: Of how many lengths of its lists a statement remembers what it looks like.
_MOST_LENGTHS = 50

#: Where a connection keeps its cursor.
_KEPT = "lean"

#: Turns one value on its way to the database or back.
Turn = Callable[[Any], Any]


class Lean:
    """One statement. Its values are named by the `bindparam`s in it; lists go into those that are `expanding`.

    It runs in a session's transaction, or in that of a connection without one.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement: Any = statement
        if isinstance(statement, Insert) and not len(statement.exported_columns):
            self._statement = statement.inline()  # nobody asks for the new key
        self._writes = isinstance(statement, UpdateBase) or _is_writing_text(statement)
        self._forms: dict[str, _Form] = {}

    def all(self, session: Session | Connection, /, **values: Any) -> list[Any]:
        """All rows that it brings back, in order. What is pending in the session is written first."""
        return self._run(session, values)[0]

    def first(self, session: Session | Connection, /, **values: Any) -> Any:
        """The first row, or None. For statements that bring back one at most."""
        return next(iter(self.all(session, **values)), None)

    def write(self, session: Session | Connection, /, **values: Any) -> int:
        """How many rows it changed."""
        return self._run(session, values)[1]

    def _run(self, session: Session | Connection, values: dict[str, Any]) -> tuple[list[Any], int]:
        connection = session if isinstance(session, Connection) else _flushed(session)
        if self._writes and not connection.get_execution_options().get("writes"):
            raise ReadOnlyTransaction("this route reads only: declare writes=True to let it write")
        form = self._forms.get(connection.dialect.name) or self._form(connection.dialect)
        sql, parameters = form.bind(values)
        cursor = _cursor(connection)
        _tell(connection, cursor, sql, parameters)
        try:
            cursor.execute(sql, parameters)
            rows = form.read(connection.dialect, cursor)
        except connection.dialect.loaded_dbapi.Error as fault:
            raise driver_fault(connection, sql, fault) from fault
        return rows, cursor.rowcount

    def _form(self, dialect: Dialect) -> "_Form":
        compiled = self._statement.compile(dialect=dialect)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError("a lean statement takes all its values from who runs it")
        form = self._forms[dialect.name] = _Form(compiled, _Shape.of(self._statement))
        return form


class _Form:
    """A statement as one dialect has it."""

    def __init__(self, compiled: SQLCompiler, shape: "_Shape") -> None:
        self._compiled = compiled
        self._lists = tuple(name for one, name in compiled.bind_names.items() if one.expanding and one.required)
        self._laid: dict[tuple[int, ...], _Laid] = {}
        self._shape = shape
        self._turns: list[tuple[int, Turn]] | None = None

    def bind(self, values: dict[str, Any]) -> tuple[str, Any]:
        """(SQL, parameters as the driver takes them)."""
        lengths = tuple(len(values.get(name, ())) for name in self._lists)
        laid = self._laid.get(lengths)
        if laid is None:
            laid = _Laid.of(self._compiled, values)
            if len(self._laid) < _MOST_LENGTHS:
                self._laid[lengths] = laid
        return laid.sql, laid.bind(values)

    def read(self, dialect: Dialect, cursor: Any) -> list[Any]:
        """The rows, each value as its column's type has it."""
        # A driver is asked for its description only where nothing else tells: psycopg makes one anew each time.
        if not self._shape.columns and cursor.description is None:
            return []
        rows = cursor.fetchall()
        if rows and self._turns is None:
            self._turns = list(_turns(self._shape.columns, dialect, cursor.description))
        if self._turns:
            rows = [_turned(row, self._turns) for row in rows]
        return self._shape.rows(rows)


@dataclass(frozen=True)
class _Laid:
    """What stays the same at each call of a statement whose lists are as long.

    asked: the values that each call brings · given: those that stand in the statement itself, turned already ·
    lists: name of a list → names of its places · turns: name of a value or place → its turn ·
    order: the names as the driver counts them, None where it goes by name.
    """

    sql: str
    asked: frozenset[str]
    given: dict[str, Any]
    lists: Mapping[str, Sequence[str]]
    turns: dict[str, Turn]
    order: Sequence[str] | None

    @classmethod
    def of(cls, compiled: SQLCompiler, values: dict[str, Any]) -> "_Laid":
        """values: of the first such call, for the lengths of its lists."""
        asked = frozenset(name for one, name in compiled.bind_names.items() if one.required)
        _check(values, asked)
        state = compiled.construct_expanded_state(values)
        turns = {
            name: turn
            for name, turn in {**_turns_into(compiled), **state.processors}.items()
            if name in state.parameters
        }
        lists = {name: places for name, places in state.parameter_expansion.items() if name in asked}
        called = {*asked, *(place for places in lists.values() for place in places)}
        given = {name: value for name, value in state.parameters.items() if name not in called}
        given |= {name: turns.pop(name)(value) for name, value in given.items() if name in turns}
        return cls(state.statement, asked, given, lists, turns, state.positiontup)

    def bind(self, values: dict[str, Any]) -> Any:
        """Raises TypeError for a value too few or too many: the database would take it for NULL."""
        _check(values, self.asked)
        named = {**self.given, **values}
        for name, places in self.lists.items():
            named.update(zip(places, named.pop(name), strict=True))
        for name, turn in self.turns.items():
            named[name] = turn(named[name])
        return named if self.order is None else [named[name] for name in self.order]


@dataclass(frozen=True)
class _Shape:
    """What a row looks like. groups: where each mapped class has its columns, as (from, to, its key among them, its row)."""

    columns: Sequence[Any]
    row: Callable[[Iterable[Any]], Any]
    groups: Sequence[tuple[int, int, int | None, Callable[[Iterable[Any]], Any]]] = ()

    @classmethod
    def of(cls, statement: Any) -> "_Shape":
        """The shape of what a SELECT, or the RETURNING of another statement, brings back."""
        if not isinstance(statement, Select):
            returned = getattr(statement, "exported_columns", None)  # None: text of which nothing is told
            columns = tuple(returned or ())
            return cls(columns, _row_of("Row", [column.key for column in columns]))
        names: list[str] = []
        groups: list[Any] = []
        at = 0
        for told in statement.column_descriptions:
            names.append(told["name"])
            entity = told.get("entity")
            mapped = inspect(entity).mapper if entity is not None and entity is told["expr"] else None
            if mapped is None:
                groups.append((at, at + 1, None, iter))
            else:
                fields = [mapped.get_property_by_column(column).key for column in mapped.columns]
                key = mapped.columns.values().index(mapped.primary_key[0])
                groups.append((at, at + len(fields), at + key, _row_of(mapped.class_.__name__, fields)))
            at = groups[-1][1]
        is_flat = all(key is None for _from, _to, key, _make in groups)
        return cls(tuple(statement.selected_columns), _row_of("Row", names), () if is_flat else tuple(groups))

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """Named tuples of what the driver gave."""
        make = self.row
        return [make(self._grouped(row) if self.groups else row) for row in found]

    def _grouped(self, row: Sequence[Any]) -> Iterable[Any]:
        for start, stop, key, make in self.groups:
            if key is None:
                yield row[start]
            else:
                yield None if row[key] is None else make(row[start:stop])


def _cursor(connection: Connection) -> Any:
    """The one cursor that lean statements have on a connection of the driver's; each statement takes all its rows from it.

    psycopg looks its conversions up once a cursor: a statement on a new one takes it 54 µs, on this one 38.
    """
    driver = connection.connection
    cursor = driver.info.get(_KEPT)
    if cursor is None:
        cursor = driver.info[_KEPT] = driver.cursor()
    return cursor


def _flushed(session: Session) -> Connection:
    if session.autoflush:
        session.flush()
    return session.connection()


def _is_writing_text(statement: Executable) -> bool:
    """Whether it is SQL written out that does more than read."""
    written = isinstance(statement, TextClause | TextualSelect)
    return written and not str(statement).lstrip().upper().startswith("SELECT")


def _row_of(name: str, fields: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    made: Any = namedtuple(name, fields, rename=True)  # type: ignore[misc]  # known only now
    return cast(Callable[[Iterable[Any]], Any], made._make)


def _turned(row: Sequence[Any], turns: Sequence[tuple[int, Turn]]) -> list[Any]:
    changed = list(row)
    for at, turn in turns:
        changed[at] = turn(changed[at])
    return changed


def _check(values: dict[str, Any], asked: frozenset[str]) -> None:
    if values.keys() != asked:
        raise TypeError(f"the statement takes {sorted(asked)}")


def _turns_into(compiled: SQLCompiler) -> dict[str, Turn]:
    """Name of a value → what makes it one that the driver takes; those that need nothing are not in it."""
    dialect = compiled.dialect
    turns = {name: one.type.dialect_impl(dialect).bind_processor(dialect) for one, name in compiled.bind_names.items()}
    return {name: turn for name, turn in turns.items() if turn is not None}


def _turns(columns: Sequence[Any], dialect: Dialect, description: Sequence[Any]) -> Iterable[tuple[int, Turn]]:
    for at, column in enumerate(columns):
        turn = column.type.dialect_impl(dialect).result_processor(dialect, description[at][1])
        if turn is not None:
            yield at, turn


def _tell(connection: Connection, cursor: Any, sql: str, parameters: Any) -> None:
    """Whoever listens to the engine's statements, to count them for instance, hears of these too."""
    for listener in connection.dispatch.before_cursor_execute:
        listener(connection, cursor, sql, parameters, None, False)
