"""Alembic runs this file. The connection, in a transaction and under a lock, is handed in by `app.log_database`."""

from __future__ import annotations

from alembic import context

from app.log_tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
