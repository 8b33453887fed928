"""The key index: where in core the newest version of a key lies.

What lives here: bulk look-ups and writes by hub id, so that a batch opens only
the partitions that hold its keys. It is derived from core and can be built
again from it. What does not: deciding which version wins, see `hub.pipeline`.
"""

from __future__ import annotations

import orjson
import polars as pl
import sqlalchemy as sa

from hub.errors import MisuseError
from hub.storage.desk import Desk
from hub.storage.tables import KEY_INDEX

PIECE = 50_000  # keys in one statement

COLUMNS: dict[str, pl.DataType] = {
    "hub_id": pl.String(),
    "partner": pl.String(),
    "month": pl.String(),
    "version_at": pl.Datetime("us", "UTC"),
    "row_digest": pl.String(),
    "deleted_at": pl.Datetime("us", "UTC"),
}
STORED = {
    name: pl.Int64() if name.endswith("_at") else dtype
    for name, dtype in COLUMNS.items()
}

# The keys go over as one value: no temporary table, no write transaction. CROSS
# JOIN, and LATERAL with LIMIT, make both planners start from the keys; left alone,
# SQLite always and PostgreSQL without fresh statistics walk the whole dataset.
FIND_SQLITE = """
    SELECT k.hub_id, k.partner, k.month, k.version_at, k.row_digest, k.deleted_at
    FROM json_each(:keys) AS w CROSS JOIN key_index AS k
    WHERE k.dataset = :dataset AND k.hub_id = w.value"""
FIND_POSTGRES = """
    SELECT k.* FROM unnest(CAST(:keys AS text[])) AS w (hub_id)
    CROSS JOIN LATERAL (
        SELECT hub_id, partner, month, version_at, row_digest, deleted_at
        FROM key_index WHERE dataset = :dataset AND hub_id = w.hub_id LIMIT 1) AS k"""

CONFLICT = """
    ON CONFLICT (dataset, hub_id) DO UPDATE SET
    partner = excluded.partner, month = excluded.month,
    version_at = excluded.version_at, row_digest = excluded.row_digest,
    deleted_at = excluded.deleted_at"""
INTO = """
    INSERT INTO key_index
    (hub_id, partner, month, version_at, row_digest, deleted_at, dataset)"""
ROWS = """
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
LISTS = """
    SELECT w.*, :dataset FROM unnest(
        CAST(:hub_id AS text[]), CAST(:partner AS text[]), CAST(:month AS text[]),
        CAST(:version_at AS bigint[]), CAST(:row_digest AS text[]),
        CAST(:deleted_at AS bigint[])) AS w"""
STORE_SQLITE = "".join((INTO, ROWS, CONFLICT))
STORE_POSTGRES = "".join((INTO, LISTS, CONFLICT))


class KeyIndex(Desk):
    """The key index of one control database.

    Frames have the columns hub_id, partner, month ("" where core has none),
    version_at, row_digest and deleted_at; instants are Datetime("us", "UTC").
    """

    def lookup(
        self, dataset: str, keys: pl.Series, *, conn: sa.Connection | None = None
    ) -> pl.DataFrame:
        """What is known of the given hub ids; unknown ones have no row."""
        wanted = keys.drop_nulls().unique().sort()
        frames = [pl.DataFrame(schema=COLUMNS)]
        with self._reading(conn) as connection:
            for start in range(0, wanted.len(), PIECE):
                piece = wanted.slice(start, PIECE).to_list()
                if _is_sqlite(connection):
                    query = sa.text(FIND_SQLITE).bindparams(keys=_json(piece))
                else:
                    query = sa.text(FIND_POSTGRES).bindparams(keys=piece)
                found = connection.execute(query, {"dataset": dataset})
                frames.append(_frame(found))
        return pl.concat(frames)

    def upsert(
        self, connection: sa.Connection, dataset: str, frame: pl.DataFrame
    ) -> None:
        """Set the entries of a frame, one per key; other entries stay.

        Raises:
            MisuseError: a key stands in the frame twice.
        """
        if not frame["hub_id"].is_unique().all():
            raise MisuseError(
                f"index the keys of {dataset}",
                seen="a key stands in the frame more than once",
                next_step="This is a mistake in the hub; nothing was written.",
            )
        # In key order neighbouring entries share a page of the index.
        rows = frame.select(
            pl.col(name).cast(dtype) for name, dtype in STORED.items()
        ).sort("hub_id")
        for piece in rows.iter_slices(PIECE):
            if _is_sqlite(connection):
                values = piece.with_columns(pl.lit(dataset).alias("dataset")).rows()
                connection.exec_driver_sql(STORE_SQLITE, values)
            else:
                lists = piece.to_dict(as_series=False)
                connection.execute(
                    sa.text(STORE_POSTGRES), {**lists, "dataset": dataset}
                )

    def forget(self, connection: sa.Connection, dataset: str, keys: pl.Series) -> None:
        """Drop the entries of keys that nothing supports any more (a replay)."""
        rows = keys.unique().sort().to_frame("hub_id")
        for piece in rows.iter_slices(PIECE):
            connection.execute(
                sa.delete(KEY_INDEX).where(
                    KEY_INDEX.c.dataset == dataset,
                    KEY_INDEX.c.hub_id == sa.bindparam("key"),
                ),
                [{"key": key} for key in piece["hub_id"]],
            )

    def live_keys(
        self, dataset: str, partner: str, *, conn: sa.Connection | None = None
    ) -> pl.Series:
        """The hub ids of a partner that are not deleted, in order."""
        query = (
            sa.select(KEY_INDEX.c.hub_id)
            .where(
                KEY_INDEX.c.dataset == dataset,
                KEY_INDEX.c.partner == partner,
                KEY_INDEX.c.deleted_at.is_(None),
            )
            .order_by(KEY_INDEX.c.hub_id)
        )
        with self._reading(conn) as connection:
            keys = list(connection.execute(query).scalars())
        return pl.Series("hub_id", keys, dtype=pl.String)

    def clear(self, connection: sa.Connection, dataset: str) -> None:
        """Forget a dataset's entries, before they are built again from core."""
        connection.execute(sa.delete(KEY_INDEX).where(KEY_INDEX.c.dataset == dataset))


def _is_sqlite(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _json(keys: list[str]) -> str:
    return orjson.dumps(keys).decode()


def _frame(found: sa.CursorResult[tuple[object, ...]]) -> pl.DataFrame:
    rows = [tuple(row) for row in found]
    return pl.DataFrame(rows, schema=STORED, orient="row").select(
        pl.col(name).cast(dtype) for name, dtype in COLUMNS.items()
    )
