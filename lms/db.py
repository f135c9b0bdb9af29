"""The database: base class, column types, and one transaction per unit of work.

SQLite and PostgreSQL are equals. On SQLite a reading transaction begins deferred and a writing one
takes the write lock at once (`BEGIN IMMEDIATE`): upgrading a read lock half-way is what fails with BUSY.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter, sleep
from typing import Annotated, Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Select,
    create_engine,
    event,
    literal,
    literal_column,
)
from sqlalchemy import types as sqltypes
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.sql.functions import FunctionElement

#: Given by the database, in the order of arrival. SQLite counts only INTEGER primary keys by itself.
Key = Annotated[int, mapped_column(BigInteger().with_variant(sqltypes.Integer, "sqlite"), primary_key=True)]
Ref = BigInteger().with_variant(sqltypes.Integer, "sqlite")

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)

#: Called after a commit with the jobs that the transaction asked for: (name, arguments).
JobSink = Callable[[str, dict[str, Any]], None]


class UtcDateTime(sqltypes.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite, which has no zones, stores it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was given; times are aware and in UTC")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables. Names of constraints are fixed so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way to declare it
        datetime: UtcDateTime(),
        dict[str, Any]: sqltypes.JSON(),
        list[Any]: sqltypes.JSON(),
    }


class ReadOnlyTransaction(RuntimeError):
    """Something was written in a transaction that had declared to read only."""


class Database:
    """An engine and the two kinds of session that work with it."""

    def __init__(self, url: str, *, job_sink: JobSink | None = None) -> None:
        self.engine = _engine(url)
        self._writing = self.engine.execution_options(writes=True)
        self.job_sink = job_sink
        # SQLite's driver is kept from beginning transactions of its own, which this level would undo.
        by_itself = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
        self._by_itself = self._writing.execution_options(**by_itself)
        # Each statement of PostgreSQL's READ COMMITTED sees what is committed by then: beginning and ending a transaction around
        # reading statements brings nothing but two more questions to the database.
        self._reader = sessionmaker(self.engine.execution_options(**by_itself), expire_on_commit=False)
        event.listen(self._reader, "before_flush", _refuse_flush)
        as_one = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._snapshot = sessionmaker(self.engine.execution_options(**as_one), expire_on_commit=False)
        event.listen(self._snapshot, "before_flush", _refuse_flush)
        self._writer = sessionmaker(self._writing, expire_on_commit=False)
        event.listen(self._writer, "after_commit", self._hand_on_jobs)

    def reader(self) -> Session:
        """A session that may not write. On SQLite it sees one state of the database throughout."""
        return self._reader()

    def snapshot(self) -> Session:
        """A session that may not write and sees one state of the database throughout, on PostgreSQL too."""
        return self._snapshot()

    def writer(self) -> Session:
        """A session that may write; what it enqueued is handed on after its commit."""
        return self._writer()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing session that commits at the end of the block, or rolls back if it raises."""
        with self.writer() as session, session.begin():
            yield session

    @contextmanager
    def turn(self) -> Iterator[Session]:
        """A transaction that is one of many in a row: after it SQLite's one lock is left to others for as long as it was held.

        Who waits for that lock looks now and then only, and hits hardly any of the gaps between turns that follow each other at once:
        beside 1,800 of 9 ms others waited up to ten seconds, beside 40 of 0.45 s in vain. PostgreSQL locks rows.
        """
        begun = perf_counter()
        with self.transaction() as session:
            yield session
        if self.engine.dialect.name == "sqlite":
            sleep(perf_counter() - begun)

    @contextmanager
    def statement(self) -> Iterator[Connection]:
        """A connection for one writing statement, which is then a transaction by itself: PostgreSQL is asked once, not three times.

        A second statement is a second transaction there. Without a session, which costs as much as the statement. No jobs.
        """
        with self._by_itself.begin() as connection:
            yield connection

    def _hand_on_jobs(self, session: Session) -> None:
        jobs: list[tuple[str, dict[str, Any]]] = session.info.pop("jobs", [])
        if self.job_sink is not None:
            for name, arguments in jobs:
                self.job_sink(name, arguments)


def dialect_of(there: Session | Connection) -> str:
    """The name of the database's kind: "sqlite" or "postgresql"."""
    return there.dialect.name if isinstance(there, Connection) else there.get_bind().dialect.name


def insert_into(there: Session | Connection, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the session's own database, which knows ON CONFLICT."""
    return postgresql.insert(table) if dialect_of(there) == "postgresql" else sqlite.insert(table)


def looked_up(rows: Select[Any]) -> ColumnElement[bool]:
    """The SQL of EXISTS, as PostgreSQL answers it for one row after the other.

    Of EXISTS itself it makes a join where it plans for all values, and begins with all that there is. The 1 is written out: of a
    parameter it knows nothing then.
    """
    return rows.limit(literal_column("1", sqltypes.Integer)).scalar_subquery().is_not(None)


class minutes_after(FunctionElement[datetime]):  # noqa: N801 - reads as the SQL function that it is
    """The SQL of a moment some minutes after another: minutes_after(moment, minutes), both values or columns.

    moment: may itself be SQL. minutes: less than nought for before.
    """

    type = UtcDateTime()
    inherit_cache = True
    name = "minutes_after"

    def __init__(self, moment: Any, minutes: Any) -> None:
        super().__init__(literal(moment, UtcDateTime()) if isinstance(moment, datetime) else moment, minutes)


@compiles(minutes_after, "postgresql")
def _minutes_after_postgresql(element: Any, compiler: Any, **named: Any) -> str:
    moment, minutes = (compiler.process(clause, **named) for clause in element.clauses)
    return f"({moment} + ({minutes}) * INTERVAL '1 minute')"


@compiles(minutes_after, "sqlite")
def _minutes_after_sqlite(element: Any, compiler: Any, **named: Any) -> str:
    # Reckoned in whole seconds; the microseconds behind the 19th letter stay as they are.
    moment, minutes = (compiler.process(clause, **named) for clause in element.clauses)
    return f"(strftime('%Y-%m-%d %H:%M:%S', {moment}, ({minutes}) || ' minutes') || substr({moment}, 20))"


def _engine(url: str) -> Engine:
    # What a failed statement was given may be a NIP, and errors are logged: hide_parameters keeps it out.
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=10, max_overflow=20, pool_recycle=1800, hide_parameters=True)
    # 128 statements a connection keeps by itself, fewer than the pages have: what drops out is parsed and planned anew each time.
    engine = create_engine(
        url,
        connect_args={"timeout": 15, "cached_statements": 1000},
        pool_size=10,
        max_overflow=20,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGIN is deferred always; we begin transactions ourselves.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    begin = "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN DEFERRED"
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    try:
        driver.execute(begin)  # on each transaction: SQLAlchemy's own way costs 0.1 ms
    except sqlite3.Error as fault:
        raise driver_fault(connection, begin, fault) from fault


def driver_fault(connection: Connection, sql: str, fault: Exception) -> BaseException:
    """A driver's fault as SQLAlchemy's, without the values; a connection that broke is not used again."""
    dialect = connection.dialect
    is_gone = dialect.is_disconnect(fault, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
    told = DBAPIError.instance(
        sql,
        None,
        fault,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=dialect,
    )
    if is_gone:
        connection.invalidate(fault)
        connection.engine.dispose()  # what lies in the pool went with it, and is not tried one by one
    return told


def _refuse_flush(session: Session, _context: object, _instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadOnlyTransaction("this route reads only: declare writes=True to let it write")


def canonical_json(value: object) -> str:
    """The one JSON text of a value: sorted keys, no blanks, Unicode as it is. What hashes are made over."""
    return _CANONICAL.encode(value)
