"""One feed held against its source: asked, read, compared, told.

What lives here: the walk of `hub reconcile` over a partner's feeds under its lease.
The source is read as for a run, but nothing is landed, no batch is opened and no
watermark moves. What does not: the command (`hub.cli.reconcile`), the single steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hub.connectors.base import Connector, Delivery
from hub.errors import BatchRefused, HubError, LeaseHeld, MisuseError
from hub.flow.house import House
from hub.flow.reconcile.asked import Asked, asked_of, can_be_asked, count_now
from hub.flow.reconcile.buckets import Buckets
from hub.flow.reconcile.cells import compared_columns
from hub.flow.reconcile.day_counts import compare_feed
from hub.flow.reconcile.held import Inside, kept_out, put_staged
from hub.flow.reconcile.kept import keep
from hub.flow.reconcile.match import match
from hub.flow.reconcile.outcome import Reconciled
from hub.flow.reconcile.reasons import HUB, About
from hub.flow.reconcile.shown import Reading, source_schema
from hub.flow.reconcile.spans import Pulls, Told
from hub.flow.run import LEASE, Window
from hub.partners.spec import Feed, Partner
from hub.storage.holders import this_process

LISTED = 1000  # rows that are named; all are counted


def reconcile_partner(
    house: House,
    partner: Partner,
    window: Window,
    feeds: Sequence[str] = (),
    *,
    limit: int = LISTED,
) -> Iterator[Reconciled]:
    """Hold a partner's feeds, or the named ones, against their sources.

    Args:
        window: the span to compare; from the first pull to now where it is open.
        limit: differing rows that are named, per feed.

    A feed of submissions is held against nothing: its partner sends and is not asked.
    While a run is at work on the partner, its feeds are not compared, and told so. What
    was compared as a whole is kept (`kept`), and so are the counts of the last days.
    """
    for feed in partner.feeds:
        if feeds and feed.name not in feeds:
            continue
        if not feeds and not can_be_asked(partner, feed):
            continue
        house.note("feed", {"partner": partner.id, "feed": feed.name})
        try:
            with house.leases.hold(
                f"partner/{partner.id}", this_process("reconcile"), LEASE
            ):
                found = reconcile_feed(house, partner, feed, window, limit)
                if found.listed is not None:
                    _compare_days(house, partner, feed)
        except LeaseHeld as error:
            found = _not_asked(partner, feed, window, error)
        if window == Window():
            keep(house, found)
        yield found


def reconcile_feed(
    house: House, partner: Partner, feed: Feed, window: Window, limit: int
) -> Reconciled:
    """Hold one feed against its source; a source that cannot be asked is a problem."""
    pulls = Pulls.of(feed, house.ledger.batches(partner.id, feed.name))
    try:
        with house.connect(partner.reading(feed), house.settings) as connector:
            asked = asked_of(house, partner, feed, window, connector, pulls)
            return _reconcile(house, partner, feed, pulls, connector, asked, limit)
    except HubError as error:
        if isinstance(error, MisuseError):
            raise
        return _not_asked(partner, feed, window, error)


def _compare_days(house: House, partner: Partner, feed: Feed) -> None:
    """As every night; what was listed is told even if it cannot be counted."""
    with suppress(HubError):
        compare_feed(house, partner, feed)


def _not_asked(
    partner: Partner, feed: Feed, window: Window, error: HubError
) -> Reconciled:
    said = error.at(partner.id, feed.name).sentence
    return Reconciled(
        partner.id, feed.name, window.since, window.until, problems=(said,)
    )


def _reconcile(
    house: House,
    partner: Partner,
    feed: Feed,
    pulls: Pulls,
    connector: Connector,
    asked: Asked,
    limit: int,
) -> Reconciled:
    names = list(dict.fromkeys(emit.dataset for emit in feed.emits))
    columns = {name: compared_columns(feed, name) for name in names}
    with ExitStack() as stack:
        home = house.settings.home.absolute()
        folder = Path(
            stack.enter_context(TemporaryDirectory(prefix=".reconcile-", dir=home))
        )
        source = {
            name: Buckets(folder / "source" / name, source_schema(columns[name]))
            for name in names
        }
        staged = {name: Buckets(folder / "hub" / name, HUB) for name in names}
        for one in (*source.values(), *staged.values()):
            stack.callback(one.close)
        reading = Reading(
            house=house,
            partner=partner,
            feed=feed,
            pulls=pulls,
            kept=kept_out(house, partner, feed),
            sinks=source,
            columns=columns,
            beyond=asked.until if asked.by_change else None,
        )
        counted, problems = count_now(connector, feed, asked, None)
        read, listing = _read(reading, connector, asked, problems)
        if counted is not None and counted != reading.listed:
            counted, more = count_now(connector, feed, asked, (counted, reading.listed))
            problems += more
        roots = asked.roots(pulls, read)
        inside = Inside(
            asked.since,
            asked.until,
            {one.number for one in roots},
            by_change=asked.by_change,
        )
        for name in names:
            put_staged(house, partner, feed, name, inside, staged[name])
        about = About(
            feed.name,
            newest_only=asked.by_change,
            listing=listing.word if listing else None,
            listing_batch=listing.batch if listing else None,
        )
        found = match(house, partner, feed, about, source, staged, columns, limit)
    return Reconciled(
        partner.id,
        feed.name,
        asked.since,
        asked.until,
        listed=reading.listed,
        counted=counted,
        ledger=asked.sums(roots),
        datasets=found.datasets,
        reasons=found.reasons,
        rows=found.rows,
        problems=tuple(problems),
    )


def _read(
    reading: Reading, connector: Connector, asked: Asked, problems: list[str]
) -> tuple[list[Delivery], Told | None]:
    """Read what was asked for; the deliveries that could be, and the newest's word."""
    read: list[Delivery] = []
    newest: Told | None = None
    day: datetime | None = None
    for delivery in asked.deliveries:
        told = asked.told_of(reading.pulls, delivery)
        if asked.newest_only and read and delivery.as_of != day:
            break
        try:
            parts = connector.read(reading.feed, delivery, sweep_keys=None)
            rows = reading.take(parts, delivery.as_of, told)
        except BatchRefused as error:
            # A file that the hub refused as unreadable is told as such, not again.
            if told is None or told.word != "refused":
                said = error.at(reading.partner.id, reading.feed.name)
                problems.append(said.sentence)
            continue
        read.append(delivery)
        day = delivery.as_of
        problems += asked.recounted(reading.pulls, delivery, rows)
        if asked.is_listing:
            newest = newest or told or reading.pulls.of_day(reading.as_of)
    return read, newest
