"""Calibers as the surfaces show them.

What lives here: their JSON shape. What does not: their texts (`hub.metrics`).
"""

from __future__ import annotations

from typing import Any

from hub.errors import MisuseError


def caliber_shapes(family: str | None) -> list[dict[str, Any]]:
    """Every caliber, or those of a family, with the metrics that know it.

    Raises:
        MisuseError: there is no such family.
    """
    from hub.metrics.calibers import CALIBERS
    from hub.metrics.registry import METRICS

    families = {one.family for one in CALIBERS.values()}
    if family is not None and family not in families:
        raise MisuseError(
            "list calibers",
            seen=f"there is no family {family!r}",
            next_step=f"Families are {', '.join(sorted(families))}.",
        )
    return [
        {
            "id": one.id,
            "family": one.family,
            "version": one.version,
            "text_zh": one.text_zh,
            "text_en": one.text_en,
            "source": one.source,
            "valid_from_on": one.valid_from_on,
            "valid_to_on": one.valid_to_on,
            "approved_by": one.approved_by,
            "metrics": [
                about.id
                for about in METRICS.values()
                if one.family in {id_.partition("-")[0] for id_ in about.calibers}
            ],
        }
        for one in CALIBERS.values()
        if family in (None, one.family)
    ]
