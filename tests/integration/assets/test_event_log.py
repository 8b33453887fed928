"""Dagster's events with connections kept: the same files, either class reads both."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import psutil
from dagster._core.storage.event_log import SqliteEventLogStorage

from hub.assets.event_log import MOST, KeptEventLog, put_new
from hub.assets.instance import settle_file
from hub.assets.recording import QUIET
from hub.settings import Settings

CHECK = dg.AssetCheckSpec("sound", asset="thing")


@dg.asset(check_specs=[CHECK])
def thing() -> Iterator[dg.Output[None] | dg.AssetCheckResult]:
    """Something that is made and checked."""
    yield dg.Output(None, metadata={"rows": 3})
    yield dg.AssetCheckResult(passed=True)


@contextmanager
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    """The instance of a home, as the hub settles it."""
    folder = home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    settle_file(folder, Settings(home=home))
    with dg.DagsterInstance.from_config(str(folder)) as opened:
        yield opened


def run(opened: dg.DagsterInstance) -> str:
    """One recorded run."""
    return dg.materialize([thing], instance=opened, run_config=QUIET).run_id


def told(log: SqliteEventLogStorage, run_id: str) -> list[str]:
    """Kinds of a run's events, in their order."""
    return [str(one.dagster_event_type) for one in log.get_logs_for_run(run_id)]


def test_either_class_reads_what_the_other_wrote(tmp_path: Path) -> None:
    with instance(tmp_path) as opened:
        ours = run(opened)
        assert isinstance(opened._event_storage, KeptEventLog)
        theirs_of_ours = SqliteEventLogStorage(opened._event_storage._base_dir)
        assert told(theirs_of_ours, ours) == told(opened._event_storage, ours)

    file = tmp_path / "dagster" / "dagster.yaml"
    file.write_text(file.read_text().partition("event_log_storage:")[0])
    with dg.DagsterInstance.from_config(str(file.parent)) as opened:
        assert type(opened._event_storage) is SqliteEventLogStorage
        theirs = run(opened)
        kept = KeptEventLog(opened._event_storage._base_dir)
        assert told(kept, theirs) == told(kept, ours)
        newest = kept.get_latest_materialization_events([dg.AssetKey("thing")])
        assert [one and one.run_id for one in newest.values()] == [theirs]
        kept.dispose()


def test_every_run_has_its_own_events_and_files_are_let_go(tmp_path: Path) -> None:
    with instance(tmp_path) as opened:
        runs = [run(opened) for _ in range(MOST + 3)]

        log = opened._event_storage
        assert isinstance(log, KeptEventLog)
        assert len({tuple(told(log, one)) for one in runs}) == 1
        assert {one.run_id for r in runs for one in log.get_logs_for_run(r)} == {*runs}
        assert len(log._engines) == MOST
        opened.delete_run(runs[0])
        assert told(log, runs[0]) == []
    held = [one.path for one in psutil.Process().open_files()]
    assert not [path for path in held if path.startswith(str(tmp_path))]


def test_many_threads_lose_no_event(tmp_path: Path) -> None:
    with instance(tmp_path) as opened:
        with ThreadPoolExecutor(8) as pool:
            events = range(200)
            list(
                pool.map(
                    lambda n: opened.report_runless_asset_event(
                        dg.AssetMaterialization("thing", metadata={"n": n})
                    ),
                    events,
                )
            )
        found = opened.fetch_materializations(dg.AssetKey("thing"), limit=1000)

    values = {
        one.asset_materialization.metadata["n"].value
        for one in found.records
        if one.asset_materialization is not None
    }
    assert values == set(events)


def test_a_file_made_between_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "run.db"

    put_new(path, b"the first")
    put_new(path, b"the second")

    assert path.read_bytes() == b"the first"
    assert list(tmp_path.iterdir()) == [path]
