"""What the process that servers are forked from has done before: an application made, a page of the exam shown.

Importing this does it. Each server then starts with addresses, statements and templates compiled, in a quarter of the
processor time; it still opens its own folder and database.
"""

import tempfile
from pathlib import Path

import pytest

from lms import clock
from lms.app import create_app
from lms.config import Settings
from lms.db import Database
from lms.tables import metadata
from lms.web.request import COOKIE
from tests.browser.installation import SECRET
from tests.cast import assemble
from tests.exams import factory
from tests.once import remember


def warm_up() -> None:
    """Show the exam's page to a candidate; nothing of it is kept but what was compiled."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/teruji.db"
        database = Database(url)
        metadata.create_all(database.engine)
        with database.transaction() as session:
            cast = assemble(session, now=clock.now())
            factory.build(session, cast, now=clock.now())
        database.engine.dispose()
        app = create_app(
            Settings(mode="test", var=Path(folder), database_url=url, public_url="http://localhost", secret_key=SECRET)
        )
        client = app.test_client()
        client.set_cookie(COOKIE, cast.learner.token)
        assert client.get(f"/ujian/{factory.CODE}").status_code == 200
        app.extensions["platform"].database.engine.dispose()


remember(pytest.MonkeyPatch())
warm_up()
