"""What the server counts about itself, for Prometheus.

What lives here: the figures and their registry. What does not: reading them out
(`health`). Labels are routes and statuses; never a caller, a key or a value.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "hub_http_requests",
    "Requests answered.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
SECONDS = Histogram(
    "hub_http_seconds",
    "Seconds until the last byte had left.",
    ("route",),
    registry=REGISTRY,
)
