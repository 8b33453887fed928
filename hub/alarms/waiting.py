"""A06: rows that were taken in and are in no release.

What lives here: how long core has been ahead of the newest release, and what the
orchestrator told of its last run. What does not: making releases (`hub.flow.release`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hub.alarms.sight import Sight
from hub.partners.city import as_timedelta
from hub.storage.alarm_history import History
from hub.storage.alarms import Cause
from hub.storage.releases import Releases

RUN = "release_run"  # the fact in which the orchestrator notes a failed run


def unreleased(sight: Sight) -> Iterator[Cause]:
    """Core is ahead of the newest release for too long, or its run failed (A06)."""
    engine = sight.house.control.engine
    newest = Releases(engine).newest()
    published = None if newest is None else newest.published_at
    since = History(engine).unreleased_since(published)
    failed = _failed_run(sight)
    if since is None and failed is None:
        return
    is_late = since is not None and (
        sight.now - since >= as_timedelta(sight.declared.release_after)
    )
    if failed is None and not is_late:
        return
    yield Cause(
        rule="A06",
        seen={
            "since": sight.local(since),
            "release": "–" if newest is None else newest.id,
            "published": sight.local(published),
            "run": "" if failed is None else f"Dagster: {failed} failed 运行失败",
        },
    )


def _failed_run(sight: Sight) -> str | None:
    """The failed run that nothing has followed, as the orchestrator names it."""
    fact = sight.store.fact(RUN)
    return str(fact[0]["run"]) if fact and fact[0] else None


def note_run(sight: Sight, run: str | None, at: datetime) -> None:
    """Keep what the orchestrator says of its newest run that was to make a release.

    Args:
        sight: the hub.
        run: its id where it failed; None where it did not.
        at: when that was seen.
    """
    before = sight.store.fact(RUN)
    if run is not None or (before and before[0]):
        sight.store.keep_fact(RUN, {} if run is None else {"run": run}, at=at)
