"""Whether a well-typed declaration makes sense in its city.

What lives here: the judgement of a whole partner (`check`); source, feeds, columns and
deliveries have files of their own (`check_source`, `check_feed`, `check_columns`,
`check_delivery`).
What does not: keys and types (`wording`), trying the partner's system (`hub.flow`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

from hub.partners.check_columns import find_emit_problems
from hub.partners.check_delivery import find_delivery_problems
from hub.partners.check_feed import find_feed_problems
from hub.partners.check_source import find_source_problems
from hub.partners.city import City
from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.redaction import is_secret_name
from hub.partners.spec import Feed, Partner
from hub.partners.templates import leaves


def check(city: City, partner: Partner) -> list[Problem]:
    """Everything that speaks against running this partner; empty if nothing does.

    Args:
        city: the city it belongs to; its partners are the ones that may be named.
        partner: a declaration as `load_partner` reads it.
    """
    problems = [*_partner(partner), *find_source_problems(partner.source)]
    for feed in partner.feeds:
        where = f'feed "{feed.name}"'
        problems += _secrets_in(feed, where)
        if feed.source is not None:
            problems += find_source_problems(feed.source, path_of(where, "source"))
        problems += find_feed_problems(city, partner, feed, where)
        for emit, at in named_emits(feed, where):
            problems += find_emit_problems(city, partner, feed, emit, at)
    problems += find_delivery_problems(partner)
    return list(dict.fromkeys(problems))


def named_emits(feed: Feed, where: str) -> Iterator[tuple[int, str]]:
    """Position and table path of every emit; a single one has no path of its own."""
    if len(feed.emits) == 1 and feed.emits[0].explode is None:
        yield 0, where
        return
    repeated = Counter(emit.dataset for emit in feed.emits)
    for position, emit in enumerate(feed.emits):
        number = f" ({position + 1})" if repeated[emit.dataset] > 1 else ""
        yield position, path_of(where, f'emit "{emit.dataset}"{number}')


def _partner(partner: Partner) -> Iterator[Problem]:
    yield from zone_problems("partner → timezone", partner.timezone)
    counts = Counter(feed.name for feed in partner.feeds)
    for name, count in counts.items():
        if count > 1:
            yield Problem(
                f'feed "{name}"', f"stands {count} times", "give each feed its own name"
            )


def zone_problems(where: str, zone: str) -> Iterator[Problem]:
    """The problem that a zone does not exist, if it does not."""
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        known = available_timezones()
        problem = not_allowed(where, kind="zone", given=zone, allowed=known)
        guess = problem.remedy.partition(";")[0]
        remedy = guess if guess.startswith("did") else 'write one like "Asia/Shanghai"'
        yield Problem(where, problem.what, remedy)


def _secrets_in(feed: Feed, where: str) -> Iterator[Problem]:
    """Secrets in request templates, which are sent as they are written."""
    remedy = "credentials belong in [source] auth"
    count = feed.read.count
    tables = {"params": feed.read.params, "body": feed.read.body}
    tables |= {"count → params": count.params or {}} if count else {}
    for table, template in tables.items():
        for path, value in leaves(template):
            at = path_of(where, "read", table, *path)
            if not isinstance(value, str):
                continue
            if value.startswith("env:"):
                yield Problem(at, "would be sent as it is written", remedy)
            elif is_secret_name(path[-1]) and "{" not in value:
                yield Problem(at, "looks like a secret that is written out", remedy)
