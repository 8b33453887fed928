"""Where a delivery stands: what was sent, what waits, what is dead, and under what.

What lives here: the facts that the command line and the page show. No value of a row is
among them. What does not: showing them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.connectors.outward import size_of
from hub.errors import HubError
from hub.flow.house import House
from hub.partners.spec import Delivery, Partner
from hub.schemas import dataset
from hub.sharing.asks import Allowed, Refused
from hub.sharing.outward.granted import delivery_id, grant_of
from hub.storage.outward import Parcel, Parcels, State
from hub.storage.outward_rows import count_rows

NONE = (0, 0)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One column as it leaves: canonical name, label, receiver's name, mask."""

    column: str
    label: str
    name: str
    mask: str | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One delivery as it stands now.

    Attributes:
        id: `partner/name`.
        partner, delivery: the declaration.
        title: Chinese name of the dataset.
        org: the consumer's organisation; None where there is no such consumer.
        way: connector, and what is written to there.
        size: rows of one parcel.
        refusal: why nothing may go today, for the operator; None where it may.
        refused: the decision that says so; None also where there is no such consumer.
        grants: numbers of the grants that let it go.
        columns: what leaves of a row.
        rows: rows that the receiver has.
        counts: state → parcels and rows.
        parcels: the newest ones, the newest first.
    """

    id: str
    partner: Partner
    delivery: Delivery
    title: str
    org: str | None
    way: str
    size: int
    refusal: str | None
    refused: Refused | None
    grants: tuple[int, ...]
    columns: tuple[Sent, ...]
    rows: int
    counts: Mapping[State, tuple[int, int]]
    parcels: tuple[Parcel, ...]

    def parcels_in(self, state: State) -> int:
        """Parcels in a state."""
        return self.counts.get(state, NONE)[0]

    @property
    def last(self) -> Parcel | None:
        """The newest parcel that was sent at all."""
        return next((one for one in self.parcels if one.sent_at is not None), None)


def standing_of(
    house: House, partner: Partner, delivery: Delivery, *, newest: int = 20
) -> Standing:
    """Where a delivery stands; nothing is sent and nothing is written."""
    name = delivery_id(partner, delivery)
    ds = dataset(delivery.dataset)
    org, refusal, told = _decided(house, partner, delivery)
    allowed = told if isinstance(told, Allowed) else None
    masks = allowed.masks if allowed else {}
    parcels = Parcels(house.control.engine)
    return Standing(
        id=name,
        partner=partner,
        delivery=delivery,
        title=ds.title,
        org=org,
        way=_way(partner, delivery),
        size=size_of(partner, delivery),
        refusal=refusal,
        refused=told if isinstance(told, Refused) else None,
        grants=allowed.grants if allowed else (),
        columns=tuple(
            Sent(
                column=column,
                label=ds.column(column).label,
                name=given.name,
                mask=masks.get(column),
            )
            for column, given in delivery.columns.items()
        ),
        rows=count_rows(house.control.engine, name),
        counts=parcels.counts(name),
        parcels=tuple(parcels.newest(name, newest)),
    )


def _decided(
    house: House, partner: Partner, delivery: Delivery
) -> tuple[str | None, str | None, Allowed | Refused | None]:
    """The organisation, why nothing may go, and the decision."""
    try:
        told, handover = grant_of(house, partner, delivery)
    except HubError as unknown:
        return None, unknown.seen, None
    if isinstance(told, Refused):
        columns = f" ({', '.join(told.columns)})" if told.columns else ""
        return handover.org, f"{told.kind}: {told.reason}{columns}", told
    return handover.org, None, told.allowed


def _way(partner: Partner, delivery: Delivery) -> str:
    write = delivery.write
    connector = partner.receiving(delivery).source.connector
    return f"{connector} {write.path or write.table or write.files or ''}".strip()
