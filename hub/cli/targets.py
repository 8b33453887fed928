"""`PARTNER` and `PARTNER/FEED` on the command line, turned into declarations.

What lives here: finding them in the city, with refusals that list what there is.
What does not: running them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.partners.city import City
    from hub.partners.spec import Feed, Partner


def chosen_feeds(city: City, target: str | None) -> list[tuple[Partner, Feed]]:
    """The feeds that a target means; without one, every feed of the city.

    Raises:
        MisuseError: the city has no such partner or feed.
        DeclarationError: the partner's file is wrong.
    """
    if target is None:
        return [
            (partner, feed)
            for partner in city.partners.values()
            for feed in partner.feeds
        ]
    name, slash, wanted = target.partition("/")
    partner = find_partner(city, name)
    found = [
        (partner, feed) for feed in partner.feeds if not slash or feed.name == wanted
    ]
    if not found:
        names = ", ".join(f"{name}/{feed.name}" for feed in partner.feeds)
        raise MisuseError(
            f"find the feed {target}",
            seen="the partner has no such feed",
            next_step=f"It has {names}.",
        )
    return found


def one_feed(city: City, target: str) -> tuple[Partner, Feed]:
    """The one feed that a target means.

    Raises:
        MisuseError: none, or more than one.
        DeclarationError: the partner's file is wrong.
    """
    found = chosen_feeds(city, target)
    if len(found) > 1:
        names = ", ".join(f"{partner.id}/{feed.name}" for partner, feed in found)
        raise MisuseError(
            f"choose a feed of {target}",
            seen=f"it has {len(found)}",
            next_step=f"Name one of {names}.",
        )
    return found[0]


def find_partner(city: City, name: str) -> Partner:
    """The partner of that id.

    Raises:
        MisuseError: the city has none of that name.
        DeclarationError: its file is wrong.
    """
    for path, error in city.broken.items():
        if path.stem == name:
            raise error
    if name not in city.partners:
        known = ", ".join(sorted(city.partner_ids)) or "none"
        raise MisuseError(
            f"find the partner {name}",
            seen=f"the city {city.id} has no such partner",
            next_step=f"It has {known}.",
        )
    return city.partners[name]
