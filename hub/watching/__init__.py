"""The hub's figures about itself, for Prometheus.

What lives here: what is told of every feed and stage (`figures`), all of it read from
the control database: every process tells the same, and a restart changes nothing.
What does not: what a server counts of its own requests (`hub.sharing.api.counts`),
figures of the city (`hub.metrics`), finding out that something is wrong (`hub.alarms`).
"""

from hub.watching.figures import Figures, exposition

__all__ = ["Figures", "exposition"]
