"""A consumer and a grant of it with everything told, to be changed by tests."""

from __future__ import annotations

from datetime import UTC, datetime

from hub.storage.consumers import Consumer
from hub.storage.grants import Grant, RowRule

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)


def consumer(**other: object) -> Consumer:
    """A district's bureau that may use data for one purpose, for ever."""
    told: dict[str, object] = {
        "id": "qiaokou",
        "org": "硚口区城管局",
        "contact_role": "数据专员",
        "purposes": ("考核",),
        "units": ("AU-420104",),
        "valid_from": AT,
        "made_at": AT,
        "made_by": "甲",
    }
    return Consumer(**told | other)  # type: ignore[arg-type]


def grant(**other: object) -> Grant:
    """A grant of the cases of its own district, personal columns masked."""
    told: dict[str, object] = {
        "consumer": "qiaokou",
        "dataset": "issue",
        "columns": ("reporter_name",),
        "column_class": "CONDITIONAL",
        "row_rule": RowRule("districts", ("420104",)),
        "purpose": "考核",
        "basis": "办法第八条",
        "clear": ("reporter_name",),
        "masks": {"description": "drop"},
        "forms": ("api",),
        "valid_from": AT,
        "made_at": AT,
        "made_by": "甲",
    }
    return Grant(**told | other)  # type: ignore[arg-type]
