"""The sensor for what partners send to the hub themselves.

What lives here: one look at the inbox, and a run for every partner of whom something
has come that was not asked for. What does not: receiving (`hub.sharing.submissions`),
taking out of the inbox (`hub.connectors.push`).
"""

import json
from collections.abc import Sequence
from hashlib import sha256

import dagster as dg

from hub.assets.automation.cycles import Steps, keys_of, requests, today
from hub.assets.automation.drops import feeds_read_by
from hub.assets.house_resource import HouseResource
from hub.connectors.inbox import inbox_of, waiting
from hub.partners.city import City
from hub.partners.spec import Partner

EVERY_SECONDS = 30
NAME = "submissions"


def push_sensor(
    city: City,
    partners: Sequence[Partner],
    steps: Steps,
    status: dg.DefaultSensorStatus,
) -> dg.SensorDefinition | None:
    """The sensor of the inbox; None where nobody sends."""
    sending = [
        (one, feeds) for one in partners if (feeds := feeds_read_by(one, "push"))
    ]
    if not sending:
        return None
    keys = [key for one, feeds in sending for key in keys_of(steps, one, feeds)]

    @dg.sensor(
        name=NAME,
        target=dg.AssetSelection.assets(*keys),
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=status,
        description="新到报送 (submissions that wait to be taken in)",
    )
    def look(
        context: dg.SensorEvaluationContext, house: HouseResource
    ) -> dg.SensorResult:
        known: dict[str, str] = json.loads(context.cursor or "{}")
        found: dict[str, str] = {}
        asked: list[dg.RunRequest] = []
        settings = house.settings()
        root, days = inbox_of(settings), today(city, settings.clock())
        for partner, feeds in sending:
            fresh = []
            for feed in feeds:
                place = f"{partner.id}/{feed.name}"
                receipts = [one.receipt for one in waiting(root, partner.id, feed.name)]
                if receipts:
                    found[place] = sha256("\n".join(receipts).encode()).hexdigest()[:24]
                    if found[place] != known.get(place):
                        fresh.append(feed)
            if fresh:
                told = [found[f"{partner.id}/{feed.name}"] for feed in fresh]
                key = f"{partner.id} {' '.join(told)}"
                asked += requests(
                    steps, partner, fresh, run_key=key, cycle=NAME, days=days
                )
        return dg.SensorResult(
            run_requests=asked,
            skip_reason=None if asked else "nothing waits that was not asked for",
            cursor=json.dumps(found, sort_keys=True),
        )

    return look
