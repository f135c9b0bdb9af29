"""The tests' own PostgreSQL: real, private, and gone when its test process is."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.postgres import PostgresServer
from tests.waiting import wait_until

pytestmark = pytest.mark.postgres

HOLDER = """
import sys, time
from tests.postgres import run_server
with run_server() as server:
    print(server.folder, flush=True)
    time.sleep(600)
"""


def test_sqlalchemy_reaches_the_server_by_its_url(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(text("select 'ujian' || 40 + 2")) == "ujian42"
    engine.dispose()


def test_each_test_gets_an_empty_database(postgres_server: PostgresServer) -> None:
    for _ in range(2):
        with postgres_server.database() as url:
            engine = create_engine(url)
            with engine.begin() as connection:
                connection.execute(text("create table catatan (n int)"))
                assert connection.scalar(text("select count(*) from catatan")) == 0
            engine.dispose()


def test_a_database_can_be_made_from_a_prepared_one(postgres_server: PostgresServer) -> None:
    template = postgres_server.create_database()
    with postgres_server.connect(template) as connection:
        connection.execute("create table kota (nama text)")
        connection.execute("insert into kota values ('Jakarta Barat')")
    copy = postgres_server.create_database(template)
    with postgres_server.connect(copy) as connection:
        assert connection.execute("select nama from kota").fetchall() == [("Jakarta Barat",)]


def test_the_server_listens_on_no_network_address(postgres_server: PostgresServer) -> None:
    with postgres_server.connect() as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_the_server_goes_when_its_test_process_is_killed(sent: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], env=environment, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    folder = Path(holder.stdout.readline().strip())
    server = PostgresServer(folder)
    server.connect().close()

    holder.send_signal(sent)
    holder.wait()

    wait_until(lambda: not folder.exists())
    with pytest.raises(psycopg.OperationalError):
        server.connect()
