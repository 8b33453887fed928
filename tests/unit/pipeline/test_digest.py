"""The digests follow their written rule, so anybody can compute them again."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.pipeline import digest
from hub.pipeline.digest import content_digest, hub_id, row_digest, row_digests


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

    assert one == _in_pieces(rows, 1) == _in_pieces(rows, 3)
    assert one == content_digest(pl.Series(shuffled, dtype=pl.String))
    assert one == sha("\n".join(sorted(rows)))


def _in_pieces(rows: list[str], size: int) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digest, "JOINED", size)
        return content_digest(pl.Series(rows, dtype=pl.String))


def test_digests_of_many_rows_are_made_of_some_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = pl.DataFrame({"a": [str(n) for n in range(10)], "n": range(10)})
    schema = dict(frame.schema)
    whole = frame.select(digest=row_digest(schema, ["a", "n"])).to_series()
    monkeypatch.setattr(digest, "PIECE", 3)

    assert row_digests(frame, schema, ["a", "n"]).equals(whole)
    assert row_digests(frame.clear(), schema, ["a", "n"]).is_empty()
