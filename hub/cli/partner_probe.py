"""`hub partner probe`: what a source really sends, before anything of it counts.

What lives here: the command and its JSON. What does not: asking and looking
(`hub.onboarding`), the page (`probe_page`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubCommand

if TYPE_CHECKING:
    from hub.onboarding.probe import Probe

BAD = "不合格"


@click.command(
    "probe",
    cls=HubCommand,
    examples=(
        "hub partner probe qiaokou",
        "hub partner probe platform/cases --since 2026-10-01",
    ),
)
@click.argument("target", metavar="PARTNER[/FEED]")
@click.option(
    "--since",
    metavar="T",
    help="From this instant (with offset) or the start of this local day.",
)
@click.option("--until", metavar="T", help="Up to this instant or day, itself outside.")
def probe(call: Call, target: str, since: str | None, until: str | None) -> int:
    """Ask a source for one page and judge it in memory; nothing is stored.

    One page of an interface, the newest file of a folder or the first rows of a table
    go through mapping and rules as in a run. No batch, watermark or raw object comes
    of it, and no hub need be there. No value of a row is shown but unknown codes.
    """
    from hub.cli.probe_page import show_probes

    probes = asked(call, target, since, until)
    call.answer(
        [probe_shape(one) for one in probes],
        lambda page: show_probes(page, probes),
    )
    return int(any(verdict_of(one)[0] == BAD for one in probes))


def asked(call: Call, target: str, since: str | None, until: str | None) -> list[Probe]:
    """What each feed of a target answers, one after the other."""
    from hub.cli.run import span_of
    from hub.cli.targets import chosen_feeds
    from hub.onboarding.probe import Window, probe_feed
    from hub.partners.loader import load_city

    settings = call.settings()
    city = load_city(settings)
    feeds = chosen_feeds(city, target)
    window = Window(*span_of(city, since, until))
    return [
        probe_feed(city, settings, partner, feed, window) for partner, feed in feeds
    ]


def verdict_of(one: Probe) -> tuple[str, tuple[str, ...]]:
    """The verdict of the acceptance sheet, and why."""
    from hub.onboarding.report import judge_feed

    bounds = [bound.rule for bound in one.examined.bounds] if one.examined else []
    return judge_feed(one.examined, one.error, bounds)


def probe_shape(one: Probe) -> dict[str, object]:
    """One feed's answer."""
    asked = one.asked
    delivery = asked.delivery if asked else None
    verdict, reasons = verdict_of(one)
    return {
        "partner": one.partner.id,
        "feed": one.feed.name,
        "asked": None
        if asked is None or delivery is None
        else {
            "name": delivery.name,
            "since": delivery.since,
            "until": delivery.until,
            "at": asked.at,
            "answered_at": asked.answered_at,
            "declared_total": asked.total,
        },
        "verdict": verdict,
        "reasons": list(reasons),
        "found": one.examined,
        "error": one.error.as_dict() if one.error else None,
    }
