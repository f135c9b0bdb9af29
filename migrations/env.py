"""How migrations run: on the connection given, else on the database of the settings."""

from alembic import context
from sqlalchemy import Engine

from lms.db import Database
from lms.tables import metadata

given: Engine | None = context.config.attributes.get("engine")
engine = given or Database(context.config.attributes["url"]).engine

with engine.execution_options(writes=True).connect() as connection:
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        # A table is changed there by making it anew, and others refer to it meanwhile. Outside a transaction, or it does nothing.
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
        if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(
                f"a migration left {len(broken)} rows that refer to nothing; the first in {broken[0][0]}"
            )
    if on_sqlite:
        driver.execute("PRAGMA foreign_keys=ON")
