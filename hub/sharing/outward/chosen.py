"""`PARTNER` and `PARTNER/DELIVERY`, turned into declarations.

What lives here: finding deliveries in the city, with refusals that list what there is.
What does not: carrying them out (`run`).
"""

from __future__ import annotations

from hub.errors import MisuseError
from hub.partners.city import City
from hub.partners.spec import Delivery, Partner

Chosen = list[tuple[Partner, Delivery]]


def chosen_deliveries(city: City, target: str | None) -> Chosen:
    """The deliveries that a target means; without one, every delivery of the city.

    Raises:
        MisuseError: the city has no such partner or delivery.
        DeclarationError: the partner's file is wrong.
    """
    if target is None:
        return [
            (partner, delivery)
            for partner in city.partners.values()
            for delivery in partner.deliveries
        ]
    name, _, wanted = target.partition("/")
    for path, error in city.broken.items():
        if path.stem == name:
            raise error
    partner = city.partners.get(name)
    if partner is None:
        raise MisuseError(
            f"find the partner {name}",
            seen="the city has none of that name",
            next_step=f"There are {', '.join(sorted(city.partners))}.",
        )
    found = [(partner, one) for one in partner.deliveries if wanted in ("", one.name)]
    if not found:
        there = ", ".join(one.name for one in partner.deliveries)
        raise MisuseError(
            f"find the delivery {target}",
            seen=f"{name} has none of that name" if wanted else f"{name} has none",
            next_step=f"There is {there}."
            if there
            else "Declare a [[delivery]] in its partner file; docs/deliveries.md.",
        )
    return found


def due_deliveries(city: City) -> Chosen:
    """Deliveries of active partners that follow each release by themselves."""
    return [
        (partner, one)
        for partner, one in chosen_deliveries(city, None)
        if one.when == "release" and partner.status == "active"
    ]
