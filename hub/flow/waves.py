"""Who is asked first: partners whose rows would wait for another partner's.

What lives here: the order in which a run asks partners, from declarations alone.
Order changes no content (rows that wait are tried again), but a row that need not
wait is not kept out first. What does not: processes (`hub.assets.running`).
"""

from __future__ import annotations

from collections.abc import Collection

from hub.partners.city import City
from hub.partners.spec import Partner
from hub.pipeline.pointers import pointers


def waits_for(city: City, partner: Partner) -> set[str]:
    """Other partners without whose rows some of this partner's are kept out."""
    found: set[str] = set()
    for feed in partner.feeds:
        for emit in feed.emits:
            rejecting = {one.column for one in pointers(emit.dataset) if one.rejects}
            for column, given in emit.columns.items():
                if column in rejecting and given.ref:
                    lead = city.lead.get(given.ref)
                    owner = given.partner or (lead.default if lead else partner.id)
                    found.add(owner)
    return found - {partner.id}


def waves(city: City, wanted: Collection[str]) -> list[list[str]]:
    """The wanted partners in groups that can be asked at once, first things first.

    Partners that wait for each other are asked together: no order serves both.
    """
    left = {name: waits_for(city, city.partners[name]) & set(wanted) for name in wanted}
    groups = []
    while left:
        ready = [name for name, others in left.items() if not others & left.keys()]
        ready = ready or list(left)
        groups.append(ready)
        left = {name: others for name, others in left.items() if name not in ready}
    return groups


def predecessors(city: City, wanted: Collection[str]) -> dict[str, frozenset[str]]:
    """Wanted partner → those to be asked before it, never in a circle.

    The order of `waves` without its pauses: who waits for one partner of a group
    need not wait for the slowest of it.
    """
    found: dict[str, frozenset[str]] = {}
    for group in waves(city, wanted):
        earlier = frozenset(found)
        found |= {
            name: frozenset(waits_for(city, city.partners[name]) & earlier)
            for name in group
        }
    return found
