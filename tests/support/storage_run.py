"""A whole run over the storage rooms in small, which can be killed anywhere.

As a script it runs in a home until it is done, or until the n-th moment just
before or just after a flush, a rename or a commit; there it kills itself with
SIGKILL, as a power supply or an out-of-memory killer would.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa
from deltalake import DeltaTable
from support.lake_tables import COLUMNS, OCTOBER, issues, rows

from hub.storage import commit, durable
from hub.storage.batches import Batch, BatchPart, DatasetCounts, batch_number
from hub.storage.control import ControlDatabase
from hub.storage.keys import KeyIndex
from hub.storage.leases import Lease, Leases
from hub.storage.ledger import Ledger
from hub.storage.plans import PlanStore
from hub.storage.raw import RawStore

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 3
ROWS = 12
APP = "qiaokou/cases"


class Run:
    """One run in one home; `hour` lies after the leases of all runs before it."""

    def __init__(self, home: Path, hour: int = 0) -> None:
        self.home = home
        self.control = ControlDatabase(f"sqlite:///{home / 'control.db'}")
        self.control.migrate()
        self.ledger = Ledger(self.control.engine, lambda: NOW)
        self.leases = Leases(self.control.engine, lambda: NOW + timedelta(hours=hour))
        self.keys = KeyIndex(self.control.engine)
        self.raw = RawStore(home / "raw")
        self.plans = PlanStore(home / "plans")

    def finish(self) -> None:
        """Take in every day that is missing, first what was begun."""
        for name in self.plans.batches():
            if self.ledger.batch(batch_number(name)).state == "merged":
                self.plans.drop(name)
        with self.leases.hold("qiaokou", "run", timedelta(minutes=2)) as lease:
            for day in range(DAYS):
                name = f"day-{day}"
                begun = [b for b in self.ledger.unfinished("qiaokou") if b.name == name]
                if not begun and self.ledger.seen("qiaokou", "cases", name):
                    continue
                batch = begun[0] if begun else self._open(name)
                if batch.state == "landing":
                    self._land(batch, day)
                self._merge(batch, day)
                self._acknowledge(batch, lease)
        self.control.close()

    def _open(self, name: str) -> Batch:
        return self.ledger.open_batch(partner="qiaokou", feed="cases", name=name)

    def _land(self, batch: Batch, day: int) -> None:
        stored = self.raw.put(f"day {day}".encode())
        self.ledger.record_parts(batch.number, [BatchPart(0, stored.sha256, {}, ROWS)])
        self.ledger.set_state(batch.number, "landed", landed_at=NOW)

    def _merge(self, batch: Batch, day: int) -> None:
        known = self.ledger.lake_version("core/issue")
        table = issues(self.home / "lake", at_least=known.version if known else -1)
        if table.number(APP) >= batch.number:
            return
        counts = {"received": ROWS, "accepted": ROWS, "quarantined": 0, "duplicate": 0}
        self.ledger.set_state(batch.number, "landed")
        self.ledger.set_state(batch.number, "split", **counts)
        old = table.files([OCTOBER])
        core = pl.concat([table.read(old, list(COLUMNS)), fresh(day)])
        new = table.write(retitle(core, day), OCTOBER)
        self.plans.save(batch.id, {"keys": fresh(day).select("issue_id")})
        self.ledger.set_state(batch.number, "merging")
        table.commit(APP, batch.number, add=new, remove=old)

    def _acknowledge(self, batch: Batch, lease: Lease) -> None:
        plan = self.plans.load(batch.id)
        assert plan is not None
        table = issues(self.home / "lake")
        version = table.confirm(APP, batch.number)
        entries = plan["keys"].select(
            hub_id="issue_id",
            partner=pl.lit("qiaokou"),
            month=pl.lit("2026-10"),
            version_at=pl.lit(NOW, dtype=pl.Datetime("us", "UTC")),
            row_digest=pl.lit("d"),
            deleted_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
        )
        counts = {"issue": DatasetCounts(emitted=ROWS, inserted=ROWS)}
        with self.ledger.transaction() as conn:
            self.keys.upsert(conn, "issue", entries)
            self.ledger.record_datasets(batch.number, counts, conn=conn)
            self.ledger.acknowledge_version(
                "core/issue", version, batch=batch.number, conn=conn
            )
            self.ledger.set_state(batch.number, "merged", conn=conn)
            self.leases.check(conn, lease)
        self.plans.drop(batch.id)


def fresh(day: int) -> pl.DataFrame:
    """The rows that one day brings."""
    return rows(ROWS, ROWS * day)


def retitle(core: pl.DataFrame, day: int) -> pl.DataFrame:
    """What one day changes: the title of the very first row."""
    first = pl.col("issue_id") == f"{0:032x}"
    title = pl.when(first).then(pl.lit(f"day-{day}")).otherwise("title")
    return core.with_columns(title=title)


def expected() -> pl.DataFrame:
    """Core when every day was taken in exactly once."""
    return retitle(pl.concat([fresh(day) for day in range(DAYS)]), DAYS - 1)


def watch(tell: Callable[[], None]) -> None:
    """Call `tell` just before and just after everything that lasts."""

    def around(call: Callable[..., Any]) -> Callable[..., Any]:
        def told(*args: Any, **kwargs: Any) -> Any:
            tell()
            result = call(*args, **kwargs)
            tell()
            return result

        return told

    durable.sync = around(durable.sync)
    Path.replace = around(Path.replace)  # type: ignore[method-assign]
    create = commit.create_table_with_add_actions
    commit.create_table_with_add_actions = around(create)
    send = DeltaTable.create_write_transaction
    DeltaTable.create_write_transaction = around(send)  # type: ignore[method-assign]
    end = sa.engine.default.DefaultDialect.do_commit
    sa.engine.default.DefaultDialect.do_commit = around(end)  # type: ignore[method-assign]


def main(home: Path, hour: int, moment: int) -> None:
    """Run, and die at the given moment; print the number of moments if none came."""
    count = itertools.count(1)
    seen = [0]

    def tell() -> None:
        seen[0] = next(count)
        if seen[0] == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    watch(tell)
    Run(home, hour).finish()
    sys.stdout.write(f"{seen[0]}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
