"""Who tells of whose cases: partitions that hold steps and reviews of a case.

What lives here: beside a case's own partner, others may look at it or act on it; their
rows lie in partitions of their own, in the month of the case. What does not: reading
them (`link_events`), what they mean (`hub.pipeline`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hub.flow.house import House
from hub.partners.spec import Partner
from hub.storage.lake import LakeTable

ISSUE_KEY = "issue_id"


def places_of(
    house: House, table: LakeTable, name: str, places: Iterable[Mapping[str, str]]
) -> list[dict[str, str]]:
    """Partitions of a dataset with rows about the cases of some partitions.

    A partner whose declaration only speaks of its own cases is left out; one whose
    declaration is broken or gone may have spoken of anybody's.

    Args:
        house: the hub.
        table: `core/<name>`.
        name: the dataset.
        places: partner and month of the cases.

    Returns:
        Partner and month of each partition that there is, in their order.
    """
    owners: dict[str, set[str]] = {}
    for place in places:
        owners.setdefault(place["month"], set()).add(place["partner"])
    present = {(f.partition["partner"], f.partition["month"]) for f in table.files()}
    return [
        {"partner": teller, "month": month}
        for teller, month in sorted(present)
        if any(
            teller == owner or _may_tell(house.city.partners.get(teller), name, owner)
            for owner in owners.get(month, ())
        )
    ]


def _may_tell(teller: Partner | None, name: str, owner: str) -> bool:
    if teller is None:
        return True
    return any(
        _owner(teller, emit.columns.get(ISSUE_KEY)) == owner
        for feed in teller.feeds
        for emit in feed.emits
        if emit.dataset == name
    )


def _owner(teller: Partner, given: object) -> str:
    named = getattr(given, "partner", None)
    return str(named) if named else teller.id
