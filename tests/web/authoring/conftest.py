"""The small course and its author."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lms.db import Database
from lms.frameworks import reference
from lms.packages import importing, reading
from lms.people.models import OrgUnit
from tests.cast import START, Cast
from tests.packages import small
from tests.web.authoring.editing import Browser


@pytest.fixture(autouse=True)
def course(database: Database, cast: Cast, tmp_path: Path) -> None:
    """The small course, owned by the province."""
    with database.transaction() as session:
        reference.load(session, now=START)
        package = reading.read(small.write(tmp_path))
        importing.import_(session, package, unit=session.get_one(OrgUnit, cast.jakarta), by=None, now=START)


@pytest.fixture
def author(browser: Browser, cast: Cast) -> FlaskClient:
    """The province's trainer."""
    return browser(cast.trainer)
