"""Upkeep: what would grow without end is kept within bounds, once a week.

What lives here: the assets `upkeep/event_log` (Dagster's own runs and their events),
`upkeep/raw` (values past the city's retention) and `upkeep/lake` (files that nobody
can read), and their schedule. What does not: what each removes in the hub's own
stores (`hub.flow.erasure`, `hub.flow.litter`). The ledger is never shortened.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import dagster as dg

from hub.assets.house_resource import HouseResource
from hub.assets.keys import UPKEEP
from hub.assets.own_schedules import STOPPED, own_schedule
from hub.flow.erasure.carry_out import erase_due
from hub.flow.litter import clear_litter
from hub.partners.city import City

WHEN = "40 2 * * 0"  # Sunday night, when nobody delivers
AUTHOR = "upkeep"  # who had values erased, in the list of erasures
PIECE = 500
FINISHED = [
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
]
BUSY_SECONDS = 5.0


def upkeep_assets() -> list[dg.AssetsDefinition]:
    """The three steps."""

    @dg.asset(
        key=["upkeep", "event_log"],
        group_name=UPKEEP,
        tags={"layer": UPKEEP},
        kinds={"dagster"},
        description="运行历史清理 (Dagster's runs and their events past their days)",
    )
    def upkeep_event_log(
        context: dg.AssetExecutionContext, house: HouseResource
    ) -> dg.MaterializeResult[None]:
        opened = house.open()
        days = opened.settings.history_days
        removed = forget_runs(context.instance, opened.now() - timedelta(days=days))
        return dg.MaterializeResult(
            metadata={
                "runs_removed": removed,
                "days_kept": days,
                "bytes": history_bytes(context.instance),
            }
        )

    @dg.asset(
        key=["upkeep", "raw"],
        group_name=UPKEEP,
        tags={"layer": UPKEEP},
        kinds={"file"},
        description="留存到期删除 (values past the city's retention, everywhere)",
    )
    def upkeep_raw(house: HouseResource) -> dg.MaterializeResult[None]:
        opened = house.open()
        done = erase_due(opened, opened.city.retention, AUTHOR)
        counts = {
            f"{one.rule} {what}": count
            for one in done
            for what, count in sorted(one.counts.items())
        }
        return dg.MaterializeResult(
            metadata={"erasures": len(done), "counts": dg.MetadataValue.json(counts)}
        )

    @dg.asset(
        key=["upkeep", "lake"],
        group_name=UPKEEP,
        tags={"layer": UPKEEP},
        kinds={"deltalake"},
        description="湖仓清理 (files that no version of a table names)",
    )
    def upkeep_lake(house: HouseResource) -> dg.MaterializeResult[None]:
        cleared = clear_litter(house.open())
        return dg.MaterializeResult(metadata=cleared._asdict())

    return [upkeep_event_log, upkeep_raw, upkeep_lake]


def upkeep_schedule(
    city: City, status: dg.DefaultScheduleStatus = STOPPED
) -> dg.ScheduleDefinition:
    """The weekly run of the whole group, on the city's clock.

    Args:
        city: whose clock.
        status: whether it runs by itself from the start.
    """
    return own_schedule(
        "upkeep",
        dg.AssetSelection.groups(UPKEEP),
        cron=WHEN,
        city=city,
        status=status,
        description="每周清理 (history, values past their retention, unread files)",
    )


def forget_runs(instance: dg.DagsterInstance, before: datetime) -> int:
    """Remove finished runs from before an instant, with their events, logs and files.

    A run that made an asset what it is now stays: without it the page of a feed that
    has been silent for long would say that it was never asked.

    Returns:
        How many runs are gone.
    """
    kept = _standing(instance)
    gone = 0
    for run in _finished(instance, before):
        if run in kept:
            continue
        instance.delete_run(run)
        instance.compute_log_manager.delete_logs(prefix=[run])
        _remove_file(instance, run)
        gone += 1
    if gone:
        _shrink(instance)
    return gone


def history_bytes(instance: dg.DagsterInstance) -> int:
    """What runs and events take on this disk; 0 where a server keeps them."""
    folder = _folder(instance)
    found = folder.rglob("*") if folder else ()
    return sum(path.stat().st_size for path in found if path.is_file())


def _finished(instance: dg.DagsterInstance, before: datetime) -> list[str]:
    """Ids of the runs in question, listed whole before the first is removed."""
    wanted = dg.RunsFilter(statuses=FINISHED, created_before=before)
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = instance.get_run_records(wanted, limit=PIECE, cursor=cursor)
        found += [record.dagster_run.run_id for record in page]
        if len(page) < PIECE:
            return found
        cursor = found[-1]


def _standing(instance: dg.DagsterInstance) -> set[str]:
    """Runs that the newest materialization of some asset came from."""
    newest = (
        instance.get_latest_materialization_event(key)
        for key in instance.get_asset_keys()
    )
    return {event.run_id for event in newest if event is not None}


def _folder(instance: dg.DagsterInstance) -> Path | None:
    """Where SQLite keeps history; None where there is no such folder."""
    if instance.is_ephemeral:
        return None
    folder = Path(instance.root_directory) / "history"
    return folder if folder.is_dir() else None


def _remove_file(instance: dg.DagsterInstance, run: str) -> None:
    """Events of a run fill a database of its own, which Dagster only empties."""
    folder = _folder(instance)
    if folder is None:
        return
    for ending in ("", "-wal", "-shm"):
        (folder / "runs" / f"{run}.db{ending}").unlink(missing_ok=True)


def _shrink(instance: dg.DagsterInstance) -> None:
    """Give the disk back what removed rows held; next week where somebody writes."""
    folder = _folder(instance)
    if folder is None:
        return
    for path in _shared(folder):
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database,
        ):
            database.execute("VACUUM")
            # Services keep the file open, and with it the log that this has filled.
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _shared(folder: Path) -> Iterator[Path]:
    return chain(folder.glob("*.db"), folder.glob("runs/index.db"))
