"""What both engines promise: the same tests on Whoosh beside SQLite and on PostgreSQL's full text."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.db import Database
from lms.search.documents import Document, Engine
from lms.search.engines import open_engine
from lms.search.postgres_engine import PostgresEngine
from lms.search.whoosh_engine import Busy, WhooshEngine

SECURITY = Document(
    "course",
    "1",
    "Keamanan Informasi untuk ASN",
    "Menjaga akun dan data warga",
    "Frasa sandi yang panjang mengalahkan yang rumit. Laporkan setiap insiden kepada pengelola TI.",
)
SERVICE = Document(
    "course",
    "2",
    "Standar Pelayanan di Kecamatan",
    "Maklumat pelayanan",
    "Loket yang aman dan tertib membuat warga betah. Hitung waktu tunggu sejak berkas lengkap.",
)
HIDDEN = Document("course", "3", "Audit Internal", "", "Khusus auditor.", audience="auditor")


@pytest.fixture
def engine(database: Database, tmp_path: Path) -> Engine:
    """The engine of the database, with three documents in it."""
    opened = open_engine(database, tmp_path / "search")
    opened.index([SECURITY, SERVICE, HIDDEN])
    return opened


def found(engine: Engine, session: Session, query: str, audience: Sequence[str] = ("all",)) -> list[str]:
    """The ids of what is found, best first."""
    return [hit.id for hit in engine.search(session, query, audience=audience, limit=10).hits]


def test_the_engine_follows_the_database(engine: Engine, database: Database) -> None:
    kind = PostgresEngine if database.engine.dialect.name == "postgresql" else WhooshEngine
    assert isinstance(engine, kind)


@pytest.mark.parametrize("query", ["keamanan", "mengamankan", "KEAMANAN", "pengamanan informasi", "keamánan"])
def test_all_forms_of_a_word_find_the_title(engine: Engine, session: Session, query: str) -> None:
    assert found(engine, session, query)[0] == "course:1"


@pytest.mark.parametrize("query", ["keam", "inform", "kea info", "asn", "un as"])
def test_the_beginning_of_a_title_s_word_finds_it(engine: Engine, session: Session, query: str) -> None:
    assert "course:1" in found(engine, session, query)


def test_a_match_in_the_title_stands_before_one_in_the_text(engine: Engine, session: Session) -> None:
    assert found(engine, session, "aman") == ["course:1", "course:2"]


def test_every_word_must_be_there(engine: Engine, session: Session) -> None:
    assert found(engine, session, "pelayanan loket") == ["course:2"]
    assert found(engine, session, "pelayanan sandi") == []


def test_the_text_is_searched_by_stem_and_not_by_parts_of_words(engine: Engine, session: Session) -> None:
    assert found(engine, session, "pelaporan") == ["course:1"]
    assert found(engine, session, "mengal") == []


def test_only_documents_for_one_s_audience_are_found(engine: Engine, session: Session) -> None:
    assert found(engine, session, "audit") == []
    assert found(engine, session, "audit", audience=("all", "auditor")) == ["course:3"]


@pytest.mark.parametrize(
    "query", ["", "   ", "!!!", "' OR 1=1 --", "*", "(((", "aman & | !", "aman:*", "text:aman", "x" * 5000]
)
def test_no_query_breaks_the_search(engine: Engine, session: Session, query: str) -> None:
    engine.search(session, query, audience=("all",), limit=10)


def test_words_that_say_nothing_do_not_narrow(engine: Engine, session: Session) -> None:
    assert found(engine, session, "keamanan informasi yang untuk") == ["course:1"]


def test_a_hit_shows_where_the_word_stands(engine: Engine, session: Session) -> None:
    (hit,) = engine.search(session, "insiden", audience=("all",), limit=10).hits

    assert (hit.kind, hit.key, hit.title) == ("course", "1", "Keamanan Informasi untuk ASN")
    assert "setiap insiden kepada" in hit.excerpt


def test_pages_follow_one_another_and_the_total_stays(engine: Engine, session: Session) -> None:
    many = [Document("course", str(n), f"Kursus uji {n:02}", "", "") for n in range(10, 35)]
    engine.index(many)

    pages = [engine.search(session, "uji", audience=("all",), limit=10, offset=start) for start in (0, 10, 20, 30)]

    assert [page.total for page in pages] == [25, 25, 25, 25]
    assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
    assert len({hit.id for page in pages for hit in page.hits}) == 25


def test_indexing_again_replaces(engine: Engine, session: Session) -> None:
    engine.index([Document("course", "1", "Judul lain", "", "Isi lain.")])

    assert found(engine, session, "keamanan") == ["course:2"]
    assert found(engine, session, "judul") == ["course:1"]


def test_what_is_deleted_is_not_found_and_deleting_twice_is_no_harm(engine: Engine, session: Session) -> None:
    engine.delete(["course:1"])
    engine.delete(["course:1", "course:99"])

    assert found(engine, session, "keamanan") == ["course:2"]


def test_rebuilding_forgets_what_was_there(engine: Engine, session: Session) -> None:
    engine.rebuild([SERVICE])

    assert found(engine, session, "keamanan") == ["course:2"]
    assert not engine.is_new


def test_an_engine_without_documents_is_new_and_finds_nothing(
    database: Database, session: Session, tmp_path: Path
) -> None:
    empty = open_engine(database, tmp_path / "empty")

    assert empty.is_new
    assert empty.search(session, "keamanan", audience=("all",), limit=10).total == 0


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    first, second = WhooshEngine(tmp_path / "w"), WhooshEngine(tmp_path / "w")
    first.index([SECURITY])
    held = first._writer()

    with pytest.raises(Busy):
        second.index([SERVICE])
    held.cancel()
    second.index([SERVICE])
