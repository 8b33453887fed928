"""The JSON shapes that several commands share: batch, ledger, warning, release.

What lives here: values of the flow in the words of the public surface. What does
not: printing them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from hub.cli.sources import BETWEEN, missing_lines, source_shape
from hub.flow.sources import REASONS, missing_sources
from hub.storage.batches import Batch, batch_id

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House
    from hub.storage.releases import Release

Shape = dict[str, object]
BAD = ("refused", "failed")
ROWS = ("received", "accepted", "quarantined", "duplicate")
MISSING = 5  # feeds told one by one below a run; more would bury what it brought


def batch_shape(house: House, batch: Batch) -> Shape:
    """One batch with its counts, in rows and in facts per dataset."""
    facts = house.ledger.datasets(batch.number)
    return {
        "batch": batch.id,
        "kind": batch.kind,
        "parent": None if batch.parent is None else batch_id(batch.parent),
        "partner": batch.partner,
        "feed": batch.feed,
        "state": state_of(batch),
        **{name: getattr(batch, name) for name in ROWS},
        "datasets": {name: asdict(counts) for name, counts in facts.items()},
        "error": batch.error,
    }


def state_of(batch: Batch) -> str:
    """The state as the surface names it."""
    return BETWEEN.get(batch.state, batch.state)


def ledger_shape(house: House) -> dict[str, int]:
    """The ledger's totals; they count every delivery once."""
    return asdict(house.ledger.totals())


def warning_shapes(house: House, batches: Iterable[Batch]) -> list[Shape]:
    """What did not stop the run: partner files left out, warnings by rule."""
    from hub.schemas.rules import RULES

    told: list[Shape] = [
        {
            "code": error.code,
            "partner": path.stem,
            "feed": None,
            "batch": None,
            "dataset": None,
            "column": None,
            "count": 1,
            "message": error.sentence,
            "next": error.next_step,
        }
        for path, error in house.city.broken.items()
    ]
    told += [
        {
            "code": one.rule,
            "partner": batch.partner,
            "feed": batch.feed,
            "batch": batch.id,
            "dataset": one.dataset or None,
            "column": one.column or None,
            "count": one.count,
            "message": RULES[one.rule].meaning_en,
            "next": RULES[one.rule].remedy_en,
        }
        for batch in batches
        for one in house.ledger.rules(batch.number)
        if one.severity == "warn"
    ]
    return told


def late_shapes(release: Release) -> list[Shape]:
    """Feeds from which nothing came, so that no batch of theirs can tell."""
    return [
        {
            "code": one.reason,
            "partner": one.partner,
            "feed": one.feed,
            "batch": None,
            "dataset": None,
            "column": None,
            "count": 1,
            "message": REASONS["late"][1],
            "next": "Ask the partner; when it has delivered, run the feed again.",
        }
        for one in missing_sources(release.sources)
        if one.reason == "late"
    ]


def release_shape(release: Release) -> Shape:
    """One release with what it pins, who signed it and whether it has ended."""
    seal = release.seal
    return {
        "release": release.id,
        "city": release.city,
        "published_at": release.published_at,
        "digest": release.digest,
        "datasets": {
            one.dataset: {
                "rows": one.rows,
                "digest": one.digest,
                "table": one.table_name,
                "version": None if one.version < 0 else one.version,
            }
            for one in release.datasets
        },
        "sources": [source_shape(one) for one in release.sources],
        "manifest": None
        if seal is None
        else {"digest": seal.digest, "key": seal.key_id, "signed_at": seal.signed_at},
        "recalled": None if release.recalled is None else asdict(release.recalled),
        "expired_at": None if release.expired is None else release.expired.at,
    }


def run_shape(house: House, batches: Iterable[Batch], release: Release) -> Shape:
    """What a run or a replay came to."""
    ended = list(batches)
    return {
        "batches": [batch_shape(house, batch) for batch in ended],
        "ledger": ledger_shape(house),
        "release": release.id,
        "warnings": warning_shapes(house, ended) + late_shapes(release),
    }


def show_batches(
    page: Page, batches: Iterable[Batch], *, empty: str = "No batches."
) -> None:
    """Batches as a table, one line each; `empty` where there are none."""
    page.table(
        ("batch", "partner/feed", "kind", "state", *ROWS),
        (
            (
                batch.id,
                f"{batch.partner}/{batch.feed}",
                batch.kind,
                state_of(batch),
                *(getattr(batch, name) for name in ROWS),
            )
            for batch in batches
        ),
        empty=empty,
    )


def show_run(
    page: Page,
    house: House,
    batches: Iterable[Batch],
    release: Release,
    *,
    empty: str = "No batches.",
) -> None:
    """What a run or a replay came to, for a person; `empty` where no batch ended."""
    ended = list(batches)
    show_batches(page, ended, empty=empty)
    for batch in ended:
        if batch.state in BAD and batch.error:
            page.line(f"{batch.id}: {batch.error['message']}", style="red")
    for warning in warning_shapes(house, ()):
        page.line(f"left out: {warning['message']}", style="red")
    page.title("The whole ledger 台账总计")
    show_ledger(page, house)
    for line in missing_lines(release.sources, most=MISSING):
        page.line(line, style="red")
    page.line(f"Release {release.id}, {release.published_at:%Y-%m-%d %H:%M}Z.")


def show_ledger(page: Page, house: House) -> None:
    """Both identities of the whole ledger, each on one line."""
    now = house.ledger.totals()
    page.facts(
        [
            (
                "rows",
                f"{now.received} received = {now.accepted} accepted"
                f" + {now.quarantined} quarantined + {now.duplicate} duplicate"
                f" + {now.refused} refused",
            ),
            (
                "facts",
                f"{now.emitted} emitted = {now.inserted} inserted"
                f" + {now.updated} updated + {now.unchanged} unchanged"
                f" + {now.stale} stale; {now.deleted} deleted",
            ),
        ]
    )
