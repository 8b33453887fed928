"""A small lake table with every column type of the model, and rows for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa

from hub.storage.lake import Lake, LakeTable

MEDIA = pa.list_(
    pa.struct(
        [
            ("usage_code", pa.string()),
            ("taken_at", pa.timestamp("us", "UTC")),
            ("lon", pa.float64()),
            ("has_face_or_plate", pa.bool_()),
        ]
    )
)
SCHEMA = pa.schema(
    [
        pa.field("issue_id", pa.string(), nullable=False),
        ("title", pa.string()),
        ("person_count", pa.int64()),
        ("reported_at", pa.timestamp("us", "UTC")),
        ("length_m", pa.decimal128(18, 3)),
        ("closed_on", pa.date32()),
        ("is_public", pa.bool_()),
        ("lon", pa.float64()),
        ("community_codes", pa.list_(pa.string())),
        ("media", MEDIA),
        ("partner", pa.string()),
        ("month", pa.string()),
    ]
)
COLUMNS = {
    "issue_id": pl.String(),
    "title": pl.String(),
    "person_count": pl.Int64(),
    "reported_at": pl.Datetime("us", "UTC"),
    "length_m": pl.Decimal(18, 3),
    "closed_on": pl.Date(),
    "is_public": pl.Boolean(),
    "lon": pl.Float64(),
    "community_codes": pl.List(pl.String()),
    "media": pl.List(
        pl.Struct(
            {
                "usage_code": pl.String(),
                "taken_at": pl.Datetime("us", "UTC"),
                "lon": pl.Float64(),
                "has_face_or_plate": pl.Boolean(),
            }
        )
    ),
}
OCTOBER = {"partner": "qiaokou", "month": "2026-10"}
NOVEMBER = {"partner": "qiaokou", "month": "2026-11"}
START = datetime(2026, 10, 1, 0, 0, 0, 123456, tzinfo=UTC)


def issues(root: Path, *, at_least: int | None = None) -> LakeTable:
    """The table, opened as by a process of its own."""
    return Lake(root).table(
        "core/issue", SCHEMA, ("partner", "month"), at_least=at_least
    )


def rows(count: int, first: int = 0) -> pl.DataFrame:
    """So many rows, with nulls, empty lists and Chinese among them."""
    numbers = range(first, first + count)
    photo = {
        "usage_code": "1",
        "taken_at": START,
        "lon": 114.3,
        "has_face_or_plate": None,
    }
    return pl.DataFrame(
        {
            "issue_id": [f"{n:032x}" for n in numbers],
            "title": [f"占道经营 {n}" if n % 3 else None for n in numbers],
            "person_count": [n if n % 5 else None for n in numbers],
            "reported_at": [START + timedelta(seconds=n) for n in numbers],
            "length_m": [Decimal(n) / 8 for n in numbers],
            "closed_on": [date(2026, 10, 1 + n % 28) for n in numbers],
            "is_public": [n % 2 == 0 for n in numbers],
            "lon": [114 + n / 1000 for n in numbers],
            "community_codes": [["420104", None][: n % 3] for n in numbers],
            "media": [[photo] if n % 2 else None for n in numbers],
        },
        schema=COLUMNS,
    )
