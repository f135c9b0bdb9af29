"""After a database server came back."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from lms.db import Database
from tests.cast import Cast, Person


@pytest.mark.parametrize("stage", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_server_that_comes_back_costs_one_answer_and_not_one_for_each_connection(
    app: Flask, browser: Callable[[Person | None], FlaskClient], cast: Cast, database: Database
) -> None:
    """What lies in the pool died with the first: it is not tried one by one."""
    app.config["PROPAGATE_EXCEPTIONS"], client = False, browser(cast.learner)
    pooled = [database.engine.connect() for _ in range(4)]
    for connection in pooled:
        connection.execute(text("SELECT 1"))
    for connection in pooled:
        connection.close()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        admin.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))

    assert [client.get("/akun").status_code for _ in range(3)] == [500, 200, 200]
