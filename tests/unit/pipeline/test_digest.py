"""The digests follow their written rule, so anybody can compute them again."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.pipeline.digest import content_digest, hub_id, row_digest


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_hub_id_is_the_head_of_a_hash_over_dataset_partner_and_key() -> None:
    frame = pl.DataFrame({"k": ["1", None]})

    ids = frame.select(hub_id("issue", "platform", pl.col("k"))).to_series()

    assert ids.to_list() == [sha("issue\u241fplatform\u241f1")[:32], None]


def test_a_row_digest_names_every_value_that_is_there() -> None:
    frame = pl.DataFrame(
        {
            "text": ["x", None],
            "at": [datetime(2026, 10, 1, tzinfo=UTC), None],
            "on": [date(2026, 10, 1), None],
            "dec": [Decimal("1.500"), None],
            "flag": [True, None],
            "many": [["a", "b"], None],
        },
        schema_overrides={"dec": pl.Decimal(18, 3), "at": pl.Datetime("us", "UTC")},
    )

    digests = frame.select(row_digest(dict(frame.schema), frame.columns)).to_series()

    told = "text=x\u241fat=1790812800000000\u241fon=2026-10-01\u241fdec=1.500"
    told += "\u241fflag=true\u241fmany=a\u241eb"
    assert digests.to_list() == [sha(told), sha("")]


@given(st.lists(st.text("abcdef0123456789", min_size=1)), st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[str], shuffle: object) -> None:
    shuffled = list(rows)
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]

    one = content_digest(pl.Series(rows, dtype=pl.String))

    assert one == content_digest(pl.Series(shuffled, dtype=pl.String))
    assert one == sha("\n".join(sorted(rows)))
