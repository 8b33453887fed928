"""One run of a delivery: decide, settle what is open, plan, hand over.

What lives here: the order of these steps, under a lease. What may have arrived is sent
again first, under its old key, as long as it is still allowed; what the receiver
refused is tried again unless its row has changed; then comes what is new. What does
not: each step (`granted`, `view`, `plan`, `handing`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Literal

from hub.connectors.outward import open_sender
from hub.errors import BatchRefused, HubError
from hub.flow.house import House
from hub.flow.release import release_for_readers
from hub.flow.run import LEASE
from hub.partners.spec import Delivery, Partner
from hub.sharing.asks import Refused
from hub.sharing.audit_log import open_audit
from hub.sharing.outward.granted import Granted, delivery_id, grant_of
from hub.sharing.outward.handing import GROUP, Ended, Handing
from hub.sharing.outward.plan import Planned, plan_changes
from hub.sharing.outward.view import granted_view
from hub.storage.audit_entries import HandOver, Outcome
from hub.storage.holders import this_process
from hub.storage.outward import OPEN, Parcel, Parcels, State
from hub.storage.outward_rows import count_rows
from hub.storage.releases import Release, Releases

NOT_ALLOWED = "no longer allowed as it was"


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one run of a delivery came to; counts are rows.

    Attributes:
        delivery: `partner/name`.
        consumer: whom it is for.
        release: that was compared with; None where nothing was.
        state: `done`; `partly`, where the receiver refused rows; `stopped` where it
            could not be reached; `refused` where no grant or bound lets anything go;
            `failed` otherwise. Rows that the hub held back are counted, as in
            quarantine, and fail nothing.
        planned: what the comparison found.
        ended: what was handed over.
        error: what stopped it.
    """

    delivery: str
    consumer: str
    release: str | None = None
    state: Literal["done", "partly", "stopped", "refused", "failed"]
    planned: Planned
    ended: Ended
    error: HubError | None = None

    def as_data(self) -> dict[str, object]:
        """The run as JSON can hold it."""
        planned, ended = asdict(self.planned), self.ended
        return {
            "delivery": self.delivery,
            "consumer": self.consumer,
            "release": self.release,
            "state": self.state,
            "inserted": ended.inserted,
            "updated": ended.updated,
            "withdrawn": ended.withdrawn,
            "parcels": ended.parcels,
            "unchanged": planned["unchanged"],
            "refused": ended.refused,
            "dead": ended.dead,
            "held": planned["held"],
            "own": planned["own"],
            "blocked": planned["blocked"],
            "error": self.error.as_dict() if self.error else None,
        }


def run_delivery(
    house: House,
    partner: Partner,
    delivery: Delivery,
    *,
    any_share: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Ran:
    """Bring a receiver to the newest release, as far as its grant allows.

    Args:
        house: the hub.
        partner: whose system receives.
        delivery: the declaration.
        any_share: withdraw whatever share of the rows it is.
        sleep: waits so many seconds between attempts.

    Returns:
        What it came to, whatever happened; failures are told, not raised.
    """
    name = delivery_id(partner, delivery)
    nothing = Ran(
        delivery=name,
        consumer=delivery.consumer,
        state="failed",
        planned=Planned(),
        ended=Ended(),
    )
    ended = nothing.ended
    try:
        release = release_for_readers(house, None)
        nothing = replace(nothing, release=release.id)
        granted, handover = grant_of(house, partner, delivery)
        if isinstance(granted, Refused):
            return _refused(house, nothing, granted, handover, partner)
        with (
            house.leases.hold(f"outward/{name}", this_process("run"), LEASE) as lease,
            open_sender(partner, delivery, house.settings, sleep=sleep) as sender,
        ):
            handing = Handing(house, granted, handover, sender, lease, ended)
            return _run(house, handing, release, nothing, any_share=any_share)
    except BatchRefused as refusal:
        return replace(nothing, state="refused", error=refusal)
    except HubError as error:
        return replace(nothing, error=error.at(partner.id, delivery.name))


def _run(
    house: House, handing: Handing, release: Release, nothing: Ran, *, any_share: bool
) -> Ran:
    granted, planned = handing.granted, Planned()
    # What is no longer allowed goes first: no later step may come across it.
    for parcel in _pages(house, granted, OPEN):
        if not _is_still_allowed(house, granted, parcel):
            Parcels(house.control.engine).give_up(
                parcel, at=house.now(), reason=NOT_ALLOWED
            )
    handing.hand_over(_pages(house, granted, ("sent",)))
    if not handing.has_stopped:
        known = count_rows(house.control.engine, granted.id)
        with granted_view(house, granted, release, more_rows=known) as view:
            planned = plan_changes(house, granted, release, view, any_share=any_share)
        handing.hand_over(_pages(house, granted, ("refused",)))
        handing.hand_over(_pages(house, granted, ("waiting",)))
    ended = handing.ended
    is_whole = not (ended.refused or ended.dead or planned.blocked)
    state: Literal["done", "partly", "stopped"] = "done" if is_whole else "partly"
    return replace(
        nothing,
        state="stopped" if ended.error else state,
        planned=planned,
        ended=ended,
        error=ended.error,
    )


def _pages(
    house: House, granted: Granted, states: tuple[State, ...]
) -> Iterator[Parcel]:
    """Parcels in these states as they are when they are looked at, by number."""
    parcels, after = Parcels(house.control.engine), 0
    last = parcels.newest(granted.id, 1)
    until = last[0].number if last else 0
    while page := parcels.page(granted.id, states, after=after, most=GROUP):
        for one in page:
            if one.number > until:
                return  # cut from one of these, and handed over with it
            after = one.number
            yield one


def _is_still_allowed(house: House, granted: Granted, parcel: Parcel) -> bool:
    """Whether grant and release of a kept parcel still stand."""
    if parcel.profile != granted.profile:
        return False
    release = Releases(house.control.engine).find(parcel.release)
    return release is not None and release.recalled is None


def _refused(
    house: House, nothing: Ran, told: Refused, handover: HandOver, partner: Partner
) -> Ran:
    """Nothing leaves, and the audit says that it was asked for."""
    outcome = Outcome(result="refused", reason=told.kind)
    asked = replace(handover, version=nothing.release)
    open_audit(house).record(asked, outcome, at=house.now())
    columns = f" ({', '.join(told.columns)})" if told.columns else ""
    error = BatchRefused(
        f"hand over {handover.dataset} to {handover.system}",
        seen=f"{told.kind}: {told.reason}{columns}",
        next_step=f"`hub consumer show {handover.system}` tells its grants; grant what "
        "is meant to go, or take it out of the delivery.",
        partner=partner.id,
        feed=nothing.delivery.partition("/")[2],
    )
    return replace(nothing, state="refused", error=error)
