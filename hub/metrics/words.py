"""A metric as every surface tells of it.

What lives here: the one shape, for the command line and the HTTP interface. What does
not: figures.
"""

from __future__ import annotations

from typing import Any

from hub.metrics.calibers import caliber
from hub.metrics.metric import Metric


def metric_shape(one: Metric) -> dict[str, Any]:
    """A metric with its words."""
    words = ("name", "formula", "numerator", "denominator")
    return {
        "id": one.id,
        "version": one.version,
        **{
            f"{word}_{tongue}": getattr(one, f"{word}_{tongue}")
            for word in words
            for tongue in ("zh", "en")
        },
        "counts": one.subject,
        "levels": list(one.levels),
        "basis": one.basis,
        "calibers": list(one.calibers),
        "caliber_texts": {
            name: {"zh": caliber(name).text_zh, "en": caliber(name).text_en}
            for name in one.calibers
        },
        "source": one.source,
    }
