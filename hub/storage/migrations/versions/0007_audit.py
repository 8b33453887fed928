"""The audit log: entries, signed roots, the head, and triggers that keep them.

The triggers stop mistakes and whoever has no more than the hub's own login. Whoever
may drop them is found out by the chain, the seals and the roots. A later revision
that rebuilds one of these tables must make its triggers again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Serial

revision = "0007"
down_revision = "0006"

NONE_BEFORE = "0" * 64
REFUSAL = "the audit log is append-only"
NOT_NEXT = "this is not the next entry of the audit log"

KEPT = (
    ("audit_entry", ("UPDATE", "DELETE", "TRUNCATE")),
    ("audit_root", ("UPDATE", "DELETE", "TRUNCATE")),
    ("audit_head", ("DELETE", "TRUNCATE")),
)
# Also against INSERT OR REPLACE, which on SQLite deletes without any DELETE trigger.
IS_NOT_NEXT = f"""
    NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit_entry)
    OR NEW.previous <> coalesce(
        (SELECT hash FROM audit_entry WHERE number = NEW.number - 1), '{NONE_BEFORE}')
"""  # noqa: S608 constants
IS_NO_LATER_ROOT = "NEW.entry <= (SELECT coalesce(max(entry), 0) FROM audit_root)"
IS_SECOND_HEAD = "EXISTS (SELECT 1 FROM audit_head)"
CHECKED = (
    ("audit_entry", IS_NOT_NEXT),
    ("audit_root", IS_NO_LATER_ROOT),
    ("audit_head", IS_SECOND_HEAD),
)


def upgrade() -> None:
    """Create the tables; hand-overs before have no entry."""
    op.create_table(
        "audit_entry",
        sa.Column("number", Serial, primary_key=True, autoincrement=False),
        _text("at", nullable=False),
        sa.Column("refers_to", Serial, sa.ForeignKey("audit_entry.number")),
        _text("system", nullable=False),
        _text("person"),
        _text("org"),
        _text("grant_id"),
        _text("purpose"),
        _text("valid_until"),
        _text("dataset", nullable=False),
        _text("version"),
        _text("columns", nullable=False),
        _text("conditions", nullable=False),
        _text("means", nullable=False),
        _text("mask_profile"),
        _text("pseudonym_key_id"),
        _text("address"),
        _text("result", nullable=False),
        _text("reason"),
        sa.Column("row_count", sa.BigInteger),
        sa.Column("byte_count", sa.BigInteger),
        _text("digest"),
        _text("previous", nullable=False),
        _text("key_id", nullable=False),
        _text("seal", nullable=False),
        _text("hash", nullable=False),
    )
    op.create_index(
        "ix_audit_entry_refers_to", "audit_entry", ["refers_to"], unique=True
    )
    for name in ("system", "dataset", "at"):
        op.create_index(f"ix_audit_entry_{name}", "audit_entry", [name])
    op.create_table(
        "audit_root",
        sa.Column("entry", Serial, primary_key=True, autoincrement=False),
        _text("hash", nullable=False),
        _text("at", nullable=False),
        _text("key_id", nullable=False),
        _text("public", nullable=False),
        _text("signature", nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        _text("hash", nullable=False),
        _text("key_id", nullable=False),
        _text("signature", nullable=False),
    )
    op.execute(f"INSERT INTO audit_head VALUES (1, 0, '{NONE_BEFORE}', '', '')")  # noqa: S608
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgres()


def _text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _guard_sqlite() -> None:
    for table, events in KEPT:
        for event in events:
            if event != "TRUNCATE":  # SQLite has none
                op.execute(
                    f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event}"
                    f" ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
    for table, problem in CHECKED:
        op.execute(
            f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table} WHEN {problem}"
            f" BEGIN SELECT RAISE(ABORT, '{NOT_NEXT}'); END"
        )


def _guard_postgres() -> None:
    _function("audit_refuse", f"RAISE EXCEPTION '{REFUSAL}';")
    for table, events in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE {' OR '.join(events)} ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
    for table, problem in CHECKED:
        _function(
            f"{table}_next",
            f"IF {problem} THEN RAISE EXCEPTION '{NOT_NEXT}'; END IF; RETURN NEW;",
        )
        op.execute(
            f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_next()"
        )


def _function(name: str, body: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN {body} END $$"
    )
