"""How migrations run: on the connection given, else on the database of the settings."""

from alembic import context
from sqlalchemy import Engine

from lms.db import Database
from lms.tables import metadata

given: Engine | None = context.config.attributes.get("engine")
engine = given or Database(context.config.attributes["url"]).engine

with engine.execution_options(writes=True).connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
