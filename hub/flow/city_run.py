"""The two halves of a city's run, for whoever runs it without an orchestrator.

What lives here: asking one partner, and what is done once after however many of
them: references, links, figures, release. What does not: the feeds (`run`), who
runs what in which process (`hub.assets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.flow.assessment.revisions import frozen_months
from hub.flow.assessment.shown import show_frozen
from hub.flow.exceptions import retell_exceptions
from hub.flow.figures import refresh_figures
from hub.flow.house import House
from hub.flow.link import link
from hub.flow.metric_rows import Facts
from hub.flow.recovery import recover_stores
from hub.flow.reference_data import publish_reference_data
from hub.flow.release import make_release
from hub.flow.run import LEASE, Window, retry_partner, run_partner
from hub.flow.stages import timing
from hub.storage.batches import Batch
from hub.storage.holders import this_process
from hub.storage.releases import Release


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    batches: tuple[Batch, ...]
    release: Release


def ask_partner(
    house: House,
    name: str,
    feeds: Sequence[str],
    span: tuple[datetime | None, datetime | None],
) -> list[Batch]:
    """Run one partner's feeds; no feed named is every feed."""
    return run_partner(house, house.city.partners[name], Window(*span), feeds)


def settle(house: House) -> list[Batch]:
    """Try waiting rows of every partner again until nothing more becomes complete.

    Rows of one partner wait for those of another, so this comes after all of them.
    """
    done: list[Batch] = []
    while True:
        fresh: list[Batch] = []
        for partner in house.city.partners.values():
            with house.leases.hold(
                f"partner/{partner.id}", this_process("settle"), LEASE
            ) as lease:
                fresh += retry_partner(house, partner, lease)
        accepted = sum(batch.accepted or 0 for batch in fresh)
        done += fresh
        if not accepted:
            return done


def link_core(house: House) -> list[Batch]:
    """Bring core to what the partners brought: references, retries, links.

    Returns:
        The retries that this took.
    """
    recover_stores(house)
    publish_reference_data(house)
    retried = settle(house)
    if any(batch.accepted for batch in retried):
        publish_reference_data(house)  # street units follow a unit list
    with timing(house) as stage, stage("link"):
        link(house)
    return retried


def tell_metrics(house: House) -> dict[str, int]:
    """Figures and exceptions of every month that is not frozen: rows by table."""
    show_frozen(house)  # a freeze may have been killed before it did
    frozen = frozen_months(house)
    facts = Facts(house)
    with timing(house) as stage, stage("metric"):
        rows = refresh_figures(house, frozen, facts)
        return rows | {"exception": retell_exceptions(house, frozen, facts)}


def finish_run(house: House, *, figures: bool = True) -> tuple[list[Batch], Release]:
    """Link, compute and release what the partners brought.

    Args:
        house: the hub.
        figures: whether figures are told now, or left as they are for a run that
            follows at once and would replace them.
    """
    retried = link_core(house)
    if figures:
        tell_metrics(house)
    return retried, make_release(house)
