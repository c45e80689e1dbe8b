"""Run by Alembic; the connection comes from `oncometry.store.schema`."""

from __future__ import annotations

from alembic import context

from oncometry.store.tables import Model

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Model.metadata,
)
context.run_migrations()
