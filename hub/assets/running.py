"""Run the same assets from the command line that the UI runs.

What lives here: which partners a run asks, in what order, and the result of a
run. What does not: processes (`crew`), Dagster's runs (`recording`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal
from uuid import uuid4

from hub.assets.crew import Crew, Job
from hub.errors import HubError, MisuseError
from hub.flow.city_run import finish_run
from hub.flow.house import House, Note, open_house, silent
from hub.flow.release import find_release
from hub.flow.waves import predecessors
from hub.settings import Settings
from hub.storage.batches import Batch
from hub.storage.releases import Release
from hub.telling import about

Record = Literal["runs", "events", "nothing"]


@dataclass(frozen=True)
class RunResult:
    """Every batch that this run ended, and the release that came of it."""

    batches: tuple[Batch, ...]
    release: Release


def run_city(
    settings: Settings,
    targets: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    note: Note = silent,
    *,
    crew: Crew | None = None,
    record: Record = "runs",
    figures: bool = True,
) -> RunResult:
    """Run partners (or `partner/feed`), then core, metrics and release.

    Args:
        settings: where the hub is; its environment is added to the workers'.
        targets: none is every active partner.
        since: start of the window, None leaves it to the watermark.
        until: end of the window, None leaves it to the clock.
        note: is told what happens.
        crew: workers that outlast this run; None starts some for it alone.
        record: what Dagster is told: every run; the city's run, and partners as
            events without runs, which costs a tenth; or nothing.
        figures: whether figures are told, or left to a run that follows at once;
            only where nothing is recorded.

    Raises:
        MisuseError: a target names no partner or feed of the city.
    """
    run = uuid4().hex[:12]
    with about(run=run):
        return _run(settings, targets, (since, until), note, crew, record, figures, run)


def _run(
    settings: Settings,
    targets: Sequence[str],
    span: tuple[datetime | None, datetime | None],
    note: Note,
    crew: Crew | None,
    record: Record,
    figures: bool,
    run: str,
) -> RunResult:
    house = open_house(settings).watched(note)
    wanted = choose(house, targets)
    before = _newest(house)
    with ExitStack() as stack:
        crew = crew or stack.enter_context(Crew(len(wanted)))
        if record == "runs":
            _ready(settings)
        jobs = {
            name: Job(name, tuple(feeds), *span, record == "runs", run)
            for name, feeds in wanted.items()
        }
        # Workers that record nothing need not wait until Dagster is there.
        meanwhile = partial(_ready, settings) if record == "events" else None
        failures = _ask(house, crew, jobs, note, meanwhile)
    if record == "nothing":
        finish_run(house, figures=figures)
    else:
        from hub.assets.recording import record_city, report_partners

        if record == "events":
            report_partners(house, list(jobs), _since(house, before))
        record_city(house, note)
    _raise_first(failures)
    batches = [one for one in _since(house, before) if _is_ours(one, wanted)]
    return RunResult(tuple(batches[::-1]), find_release(house, None))


def _ready(settings: Settings) -> None:
    # Imported late: the workers start meanwhile, and a run that nobody records does
    # without.
    from hub.assets.recording import init_instance

    init_instance(settings)


def choose(house: House, targets: Sequence[str]) -> dict[str, list[str]]:
    """Targets → partner id → feed names; no target is every active partner."""
    if not targets:
        active = [p for p in house.city.partners.values() if p.status == "active"]
        return {partner.id: [] for partner in active}
    chosen: dict[str, list[str]] = {}
    for target in targets:
        name, _, feed = target.partition("/")
        partner = house.city.partners.get(name)
        if partner is None or (feed and feed not in {f.name for f in partner.feeds}):
            known = [
                f"{p.id}/{f.name}"
                for p in house.city.partners.values()
                for f in p.feeds
            ]
            raise MisuseError(
                f"run {target}",
                seen="the city has no such partner or feed",
                next_step=f"It has {', '.join(sorted(known)) or 'none'}.",
            )
        chosen.setdefault(name, [])
        if feed:
            chosen[name].append(feed)
    return chosen


def _ask(
    house: House,
    crew: Crew,
    jobs: Mapping[str, Job],
    note: Note,
    meanwhile: Callable[[], None] | None,
) -> list[HubError | None]:
    """Have every job done, each as soon as those are that it waits for."""
    before = predecessors(house.city, jobs)
    left = list(jobs)
    ended: set[str] = set()
    at_work: dict[Future[HubError | None], str] = {}
    failures: dict[str, HubError | None] = {}
    # Threads only read what the processes say; no Dagster run lives in one.
    with ThreadPoolExecutor(crew.size) as pool:
        while left or at_work:
            ready = [name for name in left if before[name] <= ended]
            for name in ready:
                at_work[pool.submit(crew.run, house.settings, jobs[name], note)] = name
            left = [name for name in left if name not in ready]
            if meanwhile is not None:
                meanwhile()
                meanwhile = None
            done, _ = wait(at_work, return_when=FIRST_COMPLETED)
            for one in done:
                name = at_work.pop(one)
                failures[name] = one.result()
                ended.add(name)
    return [failures[name] for name in jobs]


def _is_ours(batch: Batch, wanted: Mapping[str, Sequence[str]]) -> bool:
    """Whether this run asked for it; rows that had waited come with every core."""
    if batch.kind == "retry":
        return True
    feeds = wanted.get(batch.partner)
    return feeds is not None and (not feeds or batch.feed in feeds)


def _since(house: House, number: int) -> list[Batch]:
    """Batches opened after a number, the newest first."""
    return [one for one in house.ledger.batches() if one.number > number]


def _newest(house: House) -> int:
    newest = house.ledger.batches(limit=1)
    return newest[0].number if newest else 0


def _raise_first(outcomes: Sequence[HubError | None]) -> None:
    for outcome in outcomes:
        if outcome is not None:
            raise outcome
