"""A bulletin from a frozen month and from a draft of it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from support.closed_month import (
    MONTH,
    copied,
    plain_policy,
)

from hub.bulletin.gather import of_draft, of_revision
from hub.bulletin.page import bulletin
from hub.flow.assessment.draft import draft_month
from hub.flow.assessment.freeze import revise_month
from hub.flow.assessment.revisions import find_revision
from hub.flow.house import House
from hub.metrics.registry import usual


@pytest.fixture
def house(closed: Path, tmp_path: Path) -> House:
    return copied(closed, tmp_path)


def test_a_frozen_month_tells_its_revision_and_the_figures_that_it_froze(
    frozen: House,
) -> None:
    made = find_revision(frozen, MONTH)

    (content,) = of_revision(frozen, made)

    assert content.head.revision == 1
    assert content.head.release == "r000001"
    assert content.head.approved_by is None
    city = usual(content.figures).filter(
        pl.col("level") == "city", metric="on_time_handling_rate"
    )
    assert city.select("numerator", "denominator").rows() == [(1, 3)]
    # Of cases 1 to 3 the first was in time; the fourth lies in no area.
    assert "待签批" in bulletin(content)
    assert "33.33%" in bulletin(content)


def test_a_revision_that_was_replaced_says_so(late: House) -> None:
    revise_month(late, MONTH, reason="补报", author="乙")

    first, second = (
        of_revision(late, find_revision(late, MONTH, number))[0] for number in (1, 2)
    )

    assert "已被后来的修订取代" in bulletin(first)
    assert "已被后来的修订取代" not in bulletin(second)
    assert "补报" in bulletin(second)


def test_a_draft_is_told_as_one(house: House) -> None:
    draft = draft_month(house, MONTH, policies=[plain_policy()])

    (content,) = of_draft(house, draft)

    assert content.head.revision is None
    assert "草稿" in bulletin(content)
    assert content.names["unit", "AU-E"] == "东区"


def test_no_policy_makes_no_bulletin(house: House) -> None:
    assert of_draft(house, draft_month(house, MONTH)) == []
