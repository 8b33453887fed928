"""Batches as the ledger gives them, for tests of what is told about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hub.storage.batches import Batch

AT = datetime(2026, 10, 1, tzinfo=UTC)


def some_batch(number: int = 1, **given: Any) -> Batch:
    """A merged delivery of ten rows, but for what is given."""
    values: dict[str, Any] = {
        "number": number,
        "partner": "qiaokou",
        "feed": "cases",
        "kind": "delivery",
        "parent": None,
        "name": "d",
        "content": None,
        "since": None,
        "until": None,
        "as_of": None,
        "landed_at": AT,
        "state": "merged",
        "received": 10,
        "accepted": 10,
        "quarantined": 0,
        "duplicate": 0,
        "error": None,
        "city_digest": None,
        "declaration_digest": None,
        "token": None,
        "created_at": AT,
        "updated_at": AT,
    }
    return Batch(**values | given)
