"""What a delivery may carry today: the one decision, asked for a receiver.

What lives here: the ask that a declaration is, its answer with all that reading and
writing need, and the profile by which a kept parcel is known to be still allowed. What
does not: deciding (`hub.sharing.decision`), reading rows (`view`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

import orjson

from hub.errors import MisuseError
from hub.flow.house import House
from hub.partners.expressions import expression_fields
from hub.partners.spec import Delivery, Partner
from hub.schemas import Dataset, dataset
from hub.sharing.asks import Allowed, Ask, Form, Refused, Who
from hub.sharing.audit_log import filter_key, told_condition
from hub.sharing.callers import consumer_who
from hub.sharing.decision import Rulebook, decide, purpose_of
from hub.sharing.join_keys import JoinKey, join_key, master
from hub.sharing.masks.apply import mask_named
from hub.storage.audit_entries import HandOver, Means, ToldCondition

FORM: Mapping[str, Form] = MappingProxyType(
    {"rest": "api", "sql": "warehouse", "files": "file"}
)
MEANS: Mapping[str, Means] = MappingProxyType(
    {"rest": "interface", "sql": "bulk", "files": "file"}
)


@dataclass(frozen=True, kw_only=True)
class Granted:
    """A delivery that may be carried out.

    Attributes:
        partner, delivery: the declaration.
        who: the consumer that it is for.
        allowed: the decision.
        key: of pseudonyms, where a mask makes them.
    """

    partner: Partner
    delivery: Delivery
    who: Who
    allowed: Allowed
    key: JoinKey | None

    @property
    def id(self) -> str:
        """`partner/name`, as everywhere."""
        return delivery_id(self.partner, self.delivery)

    @property
    def ds(self) -> Dataset:
        """The dataset."""
        return dataset(self.delivery.dataset)

    @property
    def filters(self) -> tuple[str, ...]:
        """Columns that the filter reads."""
        return filters_of(self.delivery)

    @property
    def profile(self) -> str:
        """The same for as long as the same columns, masks and rows are allowed."""
        told = {
            "columns": [(one.name, one.mask) for one in self.allowed.columns],
            "rows": self.allowed.rows.as_data(),
            "filter": self.delivery.filter,
            "consumer": self.who.consumer.id,
            "key": self.key.id if self.key else None,
        }
        return sha256(orjson.dumps(told)).hexdigest()


def delivery_id(partner: Partner, delivery: Delivery) -> str:
    """How a delivery is called: `partner/name`."""
    return f"{partner.id}/{delivery.name}"


def filters_of(delivery: Delivery) -> tuple[str, ...]:
    """Columns that a delivery's filter reads."""
    return tuple(sorted(expression_fields(delivery.filter or "")))


def ask_of(house: House, partner: Partner, delivery: Delivery) -> Ask:
    """The ask that a delivery is, now."""
    connector = partner.receiving(delivery).source.connector
    return Ask(
        dataset=delivery.dataset,
        at=house.now(),
        form=FORM[connector],
        columns=tuple(delivery.columns),
        filters=filters_of(delivery),
        purpose=delivery.purpose,
    )


def grant_of(
    house: House, partner: Partner, delivery: Delivery
) -> tuple[Granted | Refused, HandOver]:
    """Decide about a delivery.

    Returns:
        What may be carried out, or why nothing may; and the hand-over as the audit
        tells it, without a release.

    Raises:
        MisuseError: there is no such consumer.
    """
    who = _consumer(house, partner, delivery)
    ask = ask_of(house, partner, delivery)
    told = decide(who, ask, Rulebook.of(house.city))
    if isinstance(told, Refused):
        return told, _handover(house, partner, delivery, who, ask)
    masks = told.masks.values()
    key = None
    if any(mask_named(one).keyed is not None for one in masks):
        purpose = told.purpose or purpose_of(who, ask) or delivery.dataset
        key = join_key(master(house.settings.home.absolute()), who.consumer.id, purpose)
    granted = Granted(
        partner=partner, delivery=delivery, who=who, allowed=told, key=key
    )
    return granted, _handover(house, partner, delivery, who, ask, granted)


def _consumer(house: House, partner: Partner, delivery: Delivery) -> Who:
    try:
        return consumer_who(house.control.engine, delivery.consumer)
    except MisuseError as unknown:
        raise unknown.at(partner.id, delivery.name) from None


def _handover(
    house: House,
    partner: Partner,
    delivery: Delivery,
    who: Who,
    ask: Ask,
    granted: Granted | None = None,
) -> HandOver:
    source = partner.receiving(delivery).source
    allowed = granted.allowed if granted else None
    masks = (
        [f"{name}={mask}" for name, mask in allowed.masks.items()] if allowed else []
    )
    return HandOver(
        system=who.consumer.id,
        org=who.consumer.org,
        grant_id=",".join(map(str, allowed.grants)) or None if allowed else None,
        purpose=allowed.purpose if allowed else purpose_of(who, ask),
        valid_until=allowed.valid_until if allowed else None,
        dataset=delivery.dataset,
        columns=tuple(delivery.columns),
        conditions=_conditions(house, delivery),
        means=MEANS[source.connector],
        mask_profile=",".join(masks) or None,
        pseudonym_key_id=granted.key.id if granted and granted.key else None,
        address=f"{partner.id}/{delivery.name}",
    )


def _conditions(house: House, delivery: Delivery) -> tuple[ToldCondition, ...]:
    if delivery.filter is None:
        return ()
    key = filter_key(house.settings.home.absolute())
    return tuple(
        told_condition(column, "sql", [delivery.filter], key=key)
        for column in filters_of(delivery)
    )
