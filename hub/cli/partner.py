"""`hub partner`: who delivers, and whether their files make sense.

What lives here: listing, judging and showing declarations. What does not: making
new ones (`drafting`), the judgement (`hub.partners.check`), asking a partner's system
(`partner_probe`), the sheet that it gets (`partner_report`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup
from hub.cli.drafting import infer, new
from hub.cli.partner_probe import probe
from hub.cli.partner_report import report

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.errors import DeclarationError
    from hub.partners.spec import Column, Feed, Partner


@click.group(cls=HubGroup)
def partner() -> None:
    """Who delivers, what, and whether the partner files make sense."""


@partner.command("list", examples=("hub partner list --city wuhan",))
def list_partners(call: Call) -> None:
    """List the city's partners with their feeds."""
    from hub.partners.loader import load_city

    city = load_city(call.settings())
    sound = city.partners
    told = [
        partner_shape(sound[name]) if name in sound else broken_shape(name)
        for name in sorted(city.partner_ids)
    ]

    def show(page: Page) -> None:
        page.table(
            ("partner", "title", "status", "connector", "feeds"),
            (
                (
                    one["partner"],
                    one["title"],
                    one["status"],
                    one["profile"] or one["connector"],
                    [feed.name for feed in sound[name].feeds] if name in sound else "",
                )
                for one in told
                for name in [str(one["partner"])]
            ),
            empty=f"The city {city.id} has no partners yet.",
        )

    call.answer(told, show)
    if city.broken:
        call.note("`hub partner check` says what is wrong with broken ones.")


def partner_shape(one: Partner) -> dict[str, object]:
    """One sound partner in the list."""
    return {
        "partner": one.id,
        "title": one.title,
        "steward": one.steward,
        "status": one.status,
        "connector": one.source.connector,
        "profile": one.profile,
        "feeds": [feed_shape(feed) for feed in one.feeds],
    }


def broken_shape(name: str) -> dict[str, object]:
    """One partner whose file is wrong."""
    unknown = dict.fromkeys(("title", "steward"))
    rest = dict.fromkeys(("connector", "profile"))
    return {"partner": name, **unknown, "status": "broken", **rest, "feeds": []}


def feed_shape(feed: Feed) -> dict[str, object]:
    """One feed in a list of partners."""
    return {
        "feed": feed.name,
        "datasets": sorted({emit.dataset for emit in feed.emits}),
        "mode": feed.mode,
        "deletes": feed.deletes.kind,
        "schedule": feed.schedule,
        "deadline": feed.deadline,
        "owner": feed.owner,
    }


@partner.command("check", examples=("hub partner check", "hub partner check qiaokou"))
@click.argument("name", metavar="[PARTNER]", required=False)
def check_partners(call: Call, name: str | None) -> int:
    """Judge partner files: everything that is wrong, and what is allowed instead."""
    from hub.cli.targets import find_partner
    from hub.errors import DeclarationError
    from hub.partners.loader import load_city

    city = load_city(call.settings())
    if name is not None and name not in city.partner_ids:
        find_partner(city, name)
    told = []
    for one in sorted(city.partner_ids if name is None else [name]):
        error: DeclarationError | None = None
        try:
            find_partner(city, one)
        except DeclarationError as found:
            error = found
        told.append(
            {
                "partner": one,
                "file": str(city.folder / "partners" / f"{one}.toml"),
                "ok": error is None,
                "problems": [] if error is None else problems_in(error),
            }
        )

    def show(page: Page) -> None:
        page.table(
            ("partner", "", "problem", "remedy"),
            (
                (one["partner"], word, problem, remedy)
                for one in told
                for word, problem, remedy in verdict_lines(one["problems"])
            ),
            empty=f"The city {city.id} has no partners yet.",
        )

    call.answer(told, show)
    return 0 if all(one["ok"] for one in told) else 1


def problems_in(error: DeclarationError) -> list[dict[str, str]]:
    """What is wrong with one file, one entry per problem."""
    from hub.partners.problems import FaultyDeclaration, Problem

    found: tuple[Problem, ...] = (Problem("", error.seen, error.next_step),)
    if isinstance(error, FaultyDeclaration):
        found = error.problems
    return [
        {"where": one.where, "problem": one.what, "remedy": one.remedy} for one in found
    ]


def verdict_lines(problems: object) -> list[tuple[str, str, str]]:
    """Lines of the table for one partner: word, problem, remedy."""
    assert isinstance(problems, list)
    if not problems:
        return [("ok", "", "")]
    return [
        (
            "problem",
            ": ".join(text for text in (one["where"], one["problem"]) if text),
            one["remedy"],
        )
        for one in problems
    ]


@partner.command("show", examples=("hub partner show qiaokou",))
@click.argument("name", metavar="PARTNER")
def show_partner(call: Call, name: str) -> None:
    """Show a partner's declaration as the hub reads it, secrets as ***."""
    from hub.cli.targets import find_partner
    from hub.partners.loader import load_city
    from hub.partners.secrets import shown

    found = find_partner(load_city(call.settings()), name)
    call.answer(shown(found), lambda page: _show(page, found))


def _show(page: Page, found: Partner) -> None:
    from hub.partners.secrets import mask

    source = found.source
    page.line(f"{found.id} · {found.title}", style="bold")
    page.facts(
        [
            ("steward", found.steward),
            ("status", found.status),
            ("clock", found.timezone),
            ("coordinates", found.coordinates),
            ("connector", source.connector),
            ("profile", found.profile),
            ("address", mask(source.base_url or source.url or source.folder)),
            ("credentials", source.auth.kind),
        ]
    )
    for feed in found.feeds:
        page.title(f"feed {feed.name}")
        page.facts(
            [
                *_own_source(feed),
                ("mode", feed.mode),
                ("key", list(feed.key)),
                ("changed", feed.changed),
                ("deletes", feed.deletes.kind),
                ("ignored", list(feed.ignore) or None),
                ("never landed", list(feed.never_land) or None),
            ]
        )
        for emit in feed.emits:
            page.line(
                f"→ {emit.dataset}" + (f" from {emit.explode}" if emit.explode else "")
            )
            page.table(
                ("column", "from", "how"),
                ((name, *_origin(one)) for name, one in emit.columns.items()),
            )


def _own_source(feed: Feed) -> list[tuple[str, object]]:
    """Where a feed comes from that has a source of its own."""
    from hub.partners.secrets import mask

    own = feed.source
    if own is None:
        return []
    address = mask(own.base_url or own.url or own.folder)
    return [("connector", own.connector), ("address", address)]


def _origin(column: Column) -> tuple[str, str]:
    """Where a canonical column comes from, and how it is read."""
    given = column.model_dump(exclude_defaults=True)
    source = given.pop("field", None)
    for kind in ("value", "sql"):
        if source is None and kind in given:
            source = f"{kind} {given.pop(kind)!r}"
    return source or "", ", ".join(f"{name} {value}" for name, value in given.items())


partner.add_command(new)
partner.add_command(infer)
partner.add_command(probe)
partner.add_command(report)
COMMANDS = (partner,)
