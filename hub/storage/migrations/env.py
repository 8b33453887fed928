"""Alembic's entry: run the revisions on the connection that was handed over."""

from __future__ import annotations

from alembic import context

from hub.storage.assessment_tables import REVISION

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=REVISION.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
