"""Which submissions wait in the inbox, so that how many may is known to all servers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant, Serial

revision = "0015"
down_revision = "0014"

RECEIPT = {
    "sqlite": "printf('s%08d', number)",
    "postgresql": "'s' || lpad(number::text, greatest(8, length(number::text)), '0')",
}
# Whatever has no part in the ledger may lie in the inbox.
FILL = """
INSERT INTO submission_waiting (number, receipt, partner, feed, size, received_at)
SELECT number, receipt, partner, feed, size, received_at FROM
  (SELECT s.*, {receipt} AS receipt FROM submission s) s
WHERE NOT EXISTS (
  SELECT 1 FROM batch b JOIN batch_part p ON p.batch = b.number
  WHERE b.partner = s.partner AND b.feed = s.feed AND b.name = s.receipt
    AND b.kind = 'delivery'
)
"""


def upgrade() -> None:
    """Create the table and enter what waits already."""
    op.create_table(
        "submission_waiting",
        sa.Column(
            "number",
            Serial,
            sa.ForeignKey("submission.number"),
            primary_key=True,
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("partner", sa.Text, nullable=False),
        sa.Column("feed", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
    )
    op.create_index("ix_submission_waiting_partner", "submission_waiting", ["partner"])
    dialect = op.get_bind().dialect.name
    op.execute(FILL.format(receipt=RECEIPT[dialect]))
