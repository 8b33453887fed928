"""Run feeds: fetch what there is, take it in, finish what was left.

What lives here: the walk over one partner's feeds under its lease. A feed that
fails costs no other feed anything; its outcome is in the ledger. What does not:
processes and schedules (`hub.assets`), the steps of a batch (`batches`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from hub.connectors.base import Connector, Delivery
from hub.errors import HubError, LeaseHeld, MisuseError
from hub.flow.batches import finish
from hub.flow.house import House, wall_clock
from hub.flow.land import confirm, land
from hub.flow.retry import resume_only, retry_feed
from hub.flow.stages import tell_end
from hub.partners.spec import Feed, Partner
from hub.storage.batches import Batch
from hub.storage.holders import this_process
from hub.storage.leases import Lease
from hub.telling import about

LEASE = timedelta(minutes=30)
FIRST_REACH = timedelta(days=30)


@dataclass(frozen=True)
class Window:
    """The span of time asked for; None leaves it to the watermark and the clock.

    Whatever zone its ends are told in, they are kept in UTC, as the lake has instants.
    """

    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            if (told := getattr(self, name)) is not None:
                object.__setattr__(self, name, told.astimezone(UTC))


def run_partner(
    house: House, partner: Partner, window: Window, feeds: Sequence[str] = ()
) -> list[Batch]:
    """Run a partner's feeds, or the named ones, in the order of its file.

    Returns:
        Every batch that ended, those included that an earlier run had left.

    Raises:
        LeaseHeld: another run is at work on this partner.
        MisuseError: the span asked for begins after the present.
    """
    done: list[Batch] = []
    with house.leases.hold(
        f"partner/{partner.id}", this_process("run"), LEASE
    ) as lease:
        for feed in partner.feeds:
            if feeds and feed.name not in feeds:
                continue
            with about(partner=partner.id, feed=feed.name):
                done += recover(house, partner, feed, lease)
                done += list(_run_feed(house, partner, feed, window, lease))
        done += retry_partner(house, partner, lease)
    return done


def retry_partner(house: House, partner: Partner, lease: Lease) -> list[Batch]:
    """Try again what waits, feed by feed: rows of one wait for those of another."""
    return [
        batch
        for feed in partner.feeds
        for batch in retry_feed(house, partner, feed, lease)
    ]


def recover(house: House, partner: Partner, feed: Feed, lease: Lease) -> list[Batch]:
    """Finish what an interrupted run has left of a feed."""
    done = []
    for batch in house.ledger.unfinished(partner.id, feed.name):
        if batch.state == "landing":
            error = HubError(
                "land the delivery",
                seen="the run was interrupted before everything was durable",
                next_step="Nothing to do: the delivery is fetched again.",
                partner=partner.id,
                feed=feed.name,
            )
            tell_end(
                house,
                house.ledger.set_state(batch.number, "failed", error=error.as_dict()),
            )
            continue
        only = resume_only(house, batch)
        done.append(finish(house, batch, partner, feed, lease, only=only))
    return done


def _run_feed(
    house: House, partner: Partner, feed: Feed, window: Window, lease: Lease
) -> Iterator[Batch]:
    house.note("feed", {"partner": partner.id, "feed": feed.name})
    try:
        connector = house.connect(partner.reading(feed), house.settings)
    except HubError as error:
        yield unreachable(house, partner, feed, window, lease, error)
        return
    with connector:
        try:
            deliveries = list(find_deliveries(house, partner, feed, window, connector))
        except HubError as error:
            if isinstance(error, MisuseError | LeaseHeld):
                raise
            yield unreachable(house, partner, feed, window, lease, error)
            return
        for delivery in deliveries:
            # A long run stays the holder; its token stays the same.
            if lease.expires_at - wall_clock() < LEASE / 2:
                lease = house.leases.renew(lease, LEASE)
            batch = land(house, partner, feed, connector, delivery, lease.token)
            unheard = None
            if batch.state == "landed":
                unheard = confirm(connector, feed, delivery)
                batch = finish(house, batch, partner, feed, lease)
            yield batch
            if unheard is not None:
                yield unreachable(house, partner, feed, window, lease, unheard)


def find_deliveries(
    house: House, partner: Partner, feed: Feed, window: Window, connector: Connector
) -> Iterator[Delivery]:
    """What a feed has to fetch: the window asked for, or on from the watermark.

    Nothing is read ahead of the clock: the watermark would stand where nobody has
    looked yet, and what changes until then would never be asked for.

    Raises:
        MisuseError: the span asked for begins after the present.
    """
    since, until = window.since, window.until
    if feed.read.window is not None or (feed.changed and feed.read.files is None):
        until = min(until or house.now(), house.now())
        if since is not None and since > until:
            raise MisuseError(
                "read a span of days",
                seen=f"it begins after the present, {until:%Y-%m-%d %H:%MZ}",
                next_step="Choose days that have begun; HUB_NOW sets the hub's clock.",
                partner=partner.id,
                feed=feed.name,
            )
        if since is None:
            mark = house.ledger.watermark(partner.id, feed.name)
            since = mark or until - FIRST_REACH
    seen = partial(house.ledger.seen, partner.id, feed.name)
    return connector.deliveries(feed, since=since, until=until, seen=seen)


def unreachable(
    house: House,
    partner: Partner,
    feed: Feed,
    window: Window,
    lease: Lease,
    error: HubError,
) -> Batch:
    """The outcome of a feed that could not even be asked, written down."""
    error.at(partner.id, feed.name)
    batch = house.ledger.open_batch(
        partner=partner.id,
        feed=feed.name,
        name="nothing could be fetched",
        since=window.since,
        until=window.until,
        city_digest=house.city.digest(),
        token=lease.token,
    )
    batch = house.ledger.set_state(batch.number, "failed", error=error.as_dict())
    return tell_end(house, batch)
