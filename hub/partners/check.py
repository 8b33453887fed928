"""Whether a well-typed declaration makes sense in its city.

What lives here: the judgement of a whole partner (`check`) and of its source;
feeds and columns have files of their own (`check_feed`, `check_columns`). What
does not: keys and types (`wording`), trying the partner's system (`hub.flow`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

from hub.partners.check_columns import find_emit_problems
from hub.partners.check_feed import find_feed_problems, leaves
from hub.partners.city import City
from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.redaction import holds_password, is_secret_name
from hub.partners.secrets import is_reference
from hub.partners.spec import Auth, Feed, Partner, Source

_NEEDED = {
    "basic": ("username", "password"),
    "bearer": ("token",),
    "api_key": ("token",),
    "signed": ("key", "secret"),
}
_ADDRESS = {"rest": "base_url", "sql": "url", "files": "folder"}


def check(city: City, partner: Partner) -> list[Problem]:
    """Everything that speaks against running this partner; empty if nothing does.

    Args:
        city: the city it belongs to; its partners are the ones that may be named.
        partner: a declaration as `load_partner` reads it.
    """
    problems = [*_partner(partner), *_source(partner.source)]
    for feed in partner.feeds:
        where = f'feed "{feed.name}"'
        problems += _secrets_in(feed, where)
        problems += find_feed_problems(city, partner, feed, where)
        for emit, at in named_emits(feed, where):
            problems += find_emit_problems(city, partner, feed, emit, at)
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


def _source(source: Source) -> Iterator[Problem]:
    """Address and credentials fit the connector, and no secret is written out."""
    needed = _ADDRESS[source.connector]
    if getattr(source, needed) is None:
        yield Problem(
            "source",
            f'connector "{source.connector}" needs {needed}',
            f'write {needed} = "…" or "env:NAME"',
        )
    for connector, key in _ADDRESS.items():
        if connector != source.connector and getattr(source, key) is not None:
            yield Problem(
                f"source → {key}",
                f'has no meaning for connector "{source.connector}"',
                f"leave it out, or did you mean {needed}?",
            )
    for key in _ADDRESS.values():
        address = getattr(source, key)
        if address is not None and holds_password(address):
            yield Problem(
                f"source → {key}",
                "spells out a password",
                'put the whole address into a variable and write "env:NAME"',
            )
        elif address is not None:
            yield from _reference(f"source → {key}", address)
    yield from _auth(source.auth)


def _auth(auth: Auth) -> Iterator[Problem]:
    """The parts that the kind needs are there, secret ones by reference."""
    needed = _NEEDED.get(auth.kind, ())
    by_reference = {"token", "password", "secret"}
    if auth.kind == "api_key" and auth.key is not None:
        needed, by_reference = ("key",), by_reference | {"key"}
    for key in needed:
        if getattr(auth, key) is None:
            yield Problem(
                "source → auth", f'kind "{auth.kind}" needs {key}', f"write {key} = …"
            )
    for key in sorted(Auth.secret_fields):
        value = getattr(auth, key)
        if value is None:
            continue
        where = f"source → auth → {key}"
        if key in by_reference and not value.startswith("env:"):
            yield Problem(
                where,
                "is written out",
                f'put it into a variable and write {key} = "env:NAME"',
            )
        else:
            yield from _reference(where, value)


def _reference(where: str, value: str) -> Iterator[Problem]:
    if value.startswith("env:") and not is_reference(value):
        yield Problem(
            where, "is no reference to a variable", 'write "env:" and its name'
        )


def _secrets_in(feed: Feed, where: str) -> Iterator[Problem]:
    """Secrets in request templates, which are sent as they are written."""
    remedy = "credentials belong in [source] auth"
    for table in ("params", "body"):
        for path, value in leaves(getattr(feed.read, table)):
            at = path_of(where, "read", table, *path)
            if not isinstance(value, str):
                continue
            if value.startswith("env:"):
                yield Problem(at, "would be sent as it is written", remedy)
            elif is_secret_name(path[-1]) and "{" not in value:
                yield Problem(at, "looks like a secret that is written out", remedy)
