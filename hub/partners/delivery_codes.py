"""Value tables on the way out: the hub's code to the receiver's own value.

What lives here: a delivery's own tables, and a feed's tables read backwards. What does
not: writing values (`hub.sharing`), judging a declaration (`check_delivery`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hub.partners.delivery import Delivery, OutColumn
from hub.partners.spec import Partner


class Values(NamedTuple):
    """What codes become.

    Attributes:
        known: code → the receiver's value.
        unclear: codes that several values of the feed mean, and no own entry settles.
    """

    known: Mapping[str, str]
    unclear: tuple[str, ...]


def values_of(partner: Partner, delivery: Delivery, column: OutColumn) -> Values | None:
    """The values of a column's codes; None where no table is there to read.

    Args:
        partner: whose feeds may be read backwards.
        delivery: holds own tables.
        column: names the table.
    """
    if column.codes is None:
        return None
    own = delivery.codes.get(column.codes)
    read = feed_table(partner, column.feed, column.codes) if column.feed else None
    if read is None and (own is None or column.feed):
        return None
    own = own or {}
    backwards: dict[str, list[str]] = {}
    for value, codes in (read or {}).items():
        for code in codes:
            backwards.setdefault(code, []).append(value)
    single = {code: values[0] for code, values in backwards.items()}
    several = {code for code, values in backwards.items() if len(values) > 1}
    known = {code: single[code] for code in single if code not in several}
    return Values(known | own, tuple(sorted(several - own.keys())))


def feed_table(
    partner: Partner, feed: str, table: str
) -> Mapping[str, tuple[str, ...]] | None:
    """A value table of a feed; None where the feed or the table is not there."""
    for one in partner.feeds:
        if one.name == feed:
            for emit in one.emits:
                if table in emit.codes:
                    return emit.codes[table]
    return None
