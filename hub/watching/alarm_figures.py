"""Figures of alarms: how many are open of each code, and messages that wait.

What lives here: names and help, as Prometheus has them. What does not: what an alarm
means (`hub.alarms`), who is told of it by the hub itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from hub.alarms.catalogue import CATALOGUE
from hub.storage.alarms import Alarms

ALARM = ("alarm", "urgency", "partner", "feed")


def alarm_figures(engine: sa.Engine) -> Iterator[Metric]:
    """One gauge of open alarms, one of messages that no channel has taken yet."""
    alarms = Alarms(engine)
    opened = GaugeMetricFamily(
        "hub_alarms_open", "Alarms that are open, as of the last check.", labels=ALARM
    )
    found = Counter((one.rule, one.partner, one.feed) for one in alarms.open())
    for (code, partner, feed), count in found.items():
        opened.add_metric((code, CATALOGUE[code].urgency, partner, feed), count)
    waiting = GaugeMetricFamily(
        "hub_alarm_messages_waiting",
        "Messages about alarms that a channel has not taken yet.",
        labels=("channel",),
    )
    unsent = Counter(one.channel for one in alarms.messages(waiting=True))
    for channel, count in unsent.items():
        waiting.add_metric((channel,), count)
    yield from (opened, waiting)
