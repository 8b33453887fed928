"""One run at a time per partner's system.

What lives here: writing the limits of the pools down where Dagster keeps them. What
does not: the pools themselves, which each step names (`hub.assets.partners`). A limit
above one would be of no use: a partner's lease is held by one run.

A pool that nobody wrote down has Dagster's `default_limit` of one. Written down it is
in the UI before its first run, and an operator can set it to 0 to spare a system.
"""

from __future__ import annotations

import dagster as dg

from hub.partners.city import City
from hub.partners.spec import Partner

AT_ONCE = 1


def pool_of(partner: Partner) -> str:
    """The pool that a partner's steps take their places from."""
    return f"partner_{partner.id}"


def provision_pools(instance: dg.DagsterInstance, city: City) -> None:
    """Write down the limits of pools that have none yet; others are the operator's."""
    storage = instance.event_log_storage
    known = storage.get_concurrency_keys()
    for partner in city.partners.values():
        if pool_of(partner) not in known:
            storage.set_concurrency_slots(pool_of(partner), AT_ONCE)
