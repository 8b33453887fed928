"""Figures of random small cities agree with the reference, in any order of rows."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from support.metric_frames import compute
from support.metric_reference import NUMBER, figures
from support.thorough import of

# Half-hours around local midnight of 1 May, which is 16:00 UTC of 30 April.
instants = st.integers(-4, 4).map(
    lambda n: datetime(2026, 4, 30, 16, tzinfo=UTC) + timedelta(minutes=30 * n)
)
maybe = st.none() | instants
MONTHS = {"2026-04": date(2026, 4, 30), "2026-05": date(2026, 5, 31)}
DAYS = [date(2026, 1, 1), date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 31)]

issues = st.fixed_dictionaries(
    {
        "source_channel_code": st.sampled_from(["LZZ", "LZZ", "HL45", "XC"]),
        "area_id": st.none() | st.sampled_from(["a1", "a2"]),
        "street_code": st.none() | st.sampled_from(["s1", "s2", "s3"]),
        "stage_code": st.sampled_from([*NUMBER, "CLOSED", "FED_BACK", "CANCELLED"]),
        "handling_mode_code": st.sampled_from([None, "DISPATCHED", "SELF_HANDLED"]),
        "reported_at": instants,
        "registered_at": maybe,
        "dispatched_at": maybe,
        "handled_at": maybe,
        "checked_at": maybe,
        "closed_at": maybe,
        "fed_back_at": maybe,
        "deadline_at": maybe,
        "bundle_deadline_at": st.none() | st.none() | instants,
        "is_suspended": st.sampled_from([None, False, False, True]),
        "has_appeal_exemption": st.sampled_from([None, False, False, True]),
        "duplicate_of_id": st.sampled_from([None, None, None, "i0"]),
    }
)
keys = st.sampled_from([f"i{n}" for n in range(6)])
reviews = st.fixed_dictionaries(
    {
        "issue_id": keys,
        "attempt_seq": st.integers(1, 2),
        "review_kind_code": st.sampled_from(["CHECK", "RECHECK", "VERIFY"]),
        "done_at": maybe,
        "result_code": st.sampled_from(["PASS", "PASS", "FAIL", "UNABLE", None]),
    }
)
handlings = st.fixed_dictionaries({"issue_id": keys, "attempt_seq": st.integers(1, 2)})


@st.composite
def members(draw: st.DrawFn) -> dict[str, Any]:
    kind, place = draw(
        st.sampled_from([("DIVISION", "s1"), ("DIVISION", "s2"), ("AREA", "a1")])
    )
    first = draw(st.sampled_from(DAYS[:3]))
    return {
        "unit_code": draw(st.sampled_from(["AU-1", "AU-2"])),
        "member_kind_code": kind,
        "member_id": place,
        "valid_from_on": first,
        "valid_to_on": draw(
            st.none() | st.sampled_from([d for d in DAYS if d > first])
        ),
    }


@settings(max_examples=of(80, 26), deadline=None)
@given(
    name=st.sampled_from(["closed_loop_rate", "on_time_handling_rate"]),
    cases=st.lists(issues, max_size=12),
    looks=st.lists(reviews, max_size=8),
    attempts=st.lists(handlings, max_size=3),
    membership=st.lists(members(), max_size=6),
    chosen=st.tuples(
        st.sampled_from(["MD-1", "MD-2"]),
        st.sampled_from(["AP-1", "AP-2"]),
        st.sampled_from(["SU-1", "SU-3"]),
    ),
    shuffle=st.randoms(use_true_random=False),
)
def test_figures_agree_with_the_reference(
    name: str,
    cases: list[dict[str, Any]],
    looks: list[dict[str, Any]],
    attempts: list[dict[str, Any]],
    membership: list[dict[str, Any]],
    chosen: tuple[str, str, str],
    shuffle: random.Random,
) -> None:
    named = [{"issue_id": f"i{n}", **one} for n, one in enumerate(cases)]
    numbered = [{"review_id": f"r{n}", **one} for n, one in enumerate(looks)]
    md, ap, su = chosen
    expected = figures(
        name,
        named,
        numbered,
        attempts,
        membership,
        months=MONTHS,
        units=["AU-1", "AU-2"],
        md=md,
        ap=ap,
        su=su,
    )
    for rows in (named, numbered, attempts, membership):
        shuffle.shuffle(rows)

    found = compute(
        name,
        named,
        numbered,
        attempts,
        members=membership,
        periods=list(MONTHS),
        calibers=chosen,
    )

    columns = ["period", "level", "unit_code", "numerator", "denominator"]
    shown = pl.col("level").is_in(["city", "unit"]) & pl.col("by").is_null()
    told = found.figures.filter(shown)
    assert told.select(*columns, "value_share").rows() == expected
    denominator = found.evidence.filter(found.evidence["left_out_reason"].is_null())
    assert len(denominator) == sum(row[4] for row in expected if row[1] == "city")
    without_reason = denominator.filter(
        ~denominator["is_numerator"] & denominator["missed_reason"].is_null()
    )
    assert without_reason.is_empty()
