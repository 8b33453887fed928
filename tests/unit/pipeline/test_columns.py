"""Reading a column: a text that occurs often is read once, and nothing shows it."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.declared import feed, partner

from hub.partners import spec
from hub.pipeline import columns
from hub.pipeline.columns import Context, read_column
from hub.schemas import dataset

ISSUE = dataset("issue")
CODES = {"channel": {"路长": ("LZZ",), "巡查": ("XC",)}}
EMIT = spec.Emit(dataset="issue", columns={}, codes=CODES)
DECLARED = feed()
CTX = Context(
    partner=partner({"connector": "sql", "url": "sqlite://"}, DECLARED),
    feed=DECLARED,
    batch_id="b",
    landed_at=datetime(2026, 7, 1, tzinfo=UTC),
    as_of=None,
    city_zone="Asia/Shanghai",
    bbox=(113.0, 29.0, 116.0, 32.0),
)
READ = {
    "source_channel_code": spec.Column(field="f", codes="channel"),
    "reported_at": spec.Column(field="f", format="%Y-%m-%d %H:%M:%S"),
    "media_count": spec.Column(field="f"),
    "is_suspended": spec.Column(field="f"),
    "description": spec.Column(field="f"),
    "case_no": spec.Column(field="f"),
    "handling_org_id": spec.Column(field="f", ref="org"),
}
TEXTS = st.sampled_from(
    ["路长", "巡 查", "没听过", "2026-07-01 08:00:00", "2026-06-31 08:00:00", "12",
     "１２", "1.5E+17", "是", "否", "--", "", "锟斤拷", "'0110", None]
)  # fmt: skip


# The first unknown word loads a dictionary, which may take longer than a deadline.
@pytest.mark.parametrize("name", READ)
@settings(deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_cells_do_not_depend_on_how_often_they_occur(
    name: str, texts: list[str | None]
) -> None:
    many = pl.DataFrame({"f": texts * 16}, schema={"f": pl.String})
    column = ISSUE.column(name)

    fast = read_column(many, column, READ[name], EMIT, CTX)
    slow = columns._read(many, column, READ[name], EMIT, CTX)

    assert len(set(texts)) * columns.REPEATED <= len(many)
    assert fast.values.equals(slow.values, check_dtypes=True)
    assert [rule for rule, _ in fast.faults] == [rule for rule, _ in slow.faults]
    for (_, mine), (_, theirs) in zip(fast.faults, slow.faults, strict=True):
        assert mine.equals(theirs)
