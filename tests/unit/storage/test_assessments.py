"""Frozen months in the control database: all of a revision, one of them current."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from hub.errors import MisuseError
from hub.storage.assessment_inputs import AssessmentInputs, Input
from hub.storage.assessment_tables import REVISION
from hub.storage.assessments import (
    Assessments,
    FrozenTable,
    KeptPolicy,
    Revision,
)
from hub.storage.control import ControlDatabase, write
from hub.storage.releases import Pinned, Release, Releases

AT = datetime(2026, 11, 5, 8, tzinfo=UTC)
GIVEN = Input(
    period="2026-10",
    item="discipline",
    unit_code="AU-E",
    points=Decimal("-5.000"),
    reason="查实",
    author="甲",
)


@pytest.fixture
def release(control: ControlDatabase) -> Release:
    pinned = (
        Pinned("issue", "core/issue", 3, 12, "ab"),
        Pinned("org", "core/org", -1, 0, ""),
    )
    return Releases(control.engine).publish(
        city="wuhan", digest="d", datasets=pinned, at=AT
    )


@pytest.fixture
def months(control: ControlDatabase) -> Assessments:
    return Assessments(control.engine)


def revision(release: Release, number: int = 1, period: str = "2026-10") -> Revision:
    return Revision(
        period=period,
        number=number,
        release=release.number,
        as_of=AT,
        terms={"timezone": "Asia/Shanghai", "action": {"min_minutes": 30}},
        definitions={"metric": {"handling_rate": 1}, "caliber": {"SC-A": 2}},
        reason="首次",
        author="甲",
        approver=None,
        made_at=AT,
        is_current=True,
        policies=(KeptPolicy("DISTRICT_UNIT", "p", "1", "cd", "id = 'p'\n"),),
        tables=(
            FrozenTable("figure", 4, 7, "ef"),
            FrozenTable("score", -1, 0, "00"),
        ),
    )


def test_a_revision_comes_back_as_it_was(months: Assessments, release: Release) -> None:
    made = revision(release)

    months.record(made)

    assert months.current("2026-10") == made
    assert months.revisions() == [made]
    assert months.frozen_months() == {"2026-10"}
    assert made.name == "2026-10/1"
    assert made.release_id == release.id


def test_the_newest_revision_is_current_and_the_old_ones_stay(
    months: Assessments, release: Release
) -> None:
    months.record(revision(release))
    months.record(revision(release, period="2026-09"))
    second = replace(revision(release, 2), reason="申诉获准")

    months.record(second)

    assert months.current("2026-10") == second
    assert [one.is_current for one in months.revisions("2026-10")] == [False, True]
    other = months.current("2026-09")
    assert other is not None
    assert other.number == 1


@pytest.mark.parametrize("number", [1, 2])
def test_a_revision_that_somebody_else_made_is_not_made_again(
    months: Assessments, release: Release, number: int
) -> None:
    months.record(revision(release, 2))

    with pytest.raises(MisuseError, match="somebody else"):
        months.record(revision(release, number))

    (kept,) = months.revisions("2026-10")
    assert kept == revision(release, 2)


def test_a_revision_that_fails_half_way_is_not_there(
    months: Assessments, release: Release
) -> None:
    months.record(revision(release))
    twice = (FrozenTable("figure", 1, 1, "a"), FrozenTable("figure", 2, 2, "b"))

    with pytest.raises(sa.exc.IntegrityError):
        months.record(replace(revision(release, 2), tables=twice))

    assert months.current("2026-10") == revision(release)


def test_the_database_itself_keeps_one_current_revision(
    months: Assessments, control: ControlDatabase, release: Release
) -> None:
    months.record(revision(release))
    months.record(revision(release, 2))

    with pytest.raises(sa.exc.IntegrityError), write(control.engine) as connection:
        connection.execute(sa.update(REVISION).values(is_current=True))


def test_versions_under_frozen_months_are_held(
    months: Assessments, release: Release
) -> None:
    assert months.held_versions() == {}

    months.record(revision(release))

    assert months.held_versions() == {"core/issue": {3}, "assessment/figure": {4}}


def test_inputs_come_back_in_their_order_and_to_the_last_digit(
    control: ControlDatabase,
) -> None:
    inputs = AssessmentInputs(control.engine)
    person = replace(
        GIVEN, unit_code=None, person_id="p1", points=Decimal("0.125"), approver="乙"
    )

    kept = inputs.add([GIVEN, person, replace(GIVEN, period="2026-09")], at=AT)

    assert inputs.of("2026-10") == kept[:2]
    assert inputs.of() == kept
    assert [str(one.points) for one in kept] == ["-5.000", "0.125", "-5.000"]


def test_an_input_for_nobody_leaves_none_of_its_lot(control: ControlDatabase) -> None:
    inputs = AssessmentInputs(control.engine)

    with pytest.raises(sa.exc.IntegrityError):
        inputs.add([GIVEN, replace(GIVEN, unit_code=None)], at=AT)

    assert inputs.of() == []


def test_a_withdrawn_input_stays_readable(control: ControlDatabase) -> None:
    inputs = AssessmentInputs(control.engine)
    (kept,) = inputs.add([GIVEN], at=AT)

    gone = inputs.withdraw(kept.number, by="乙", reason="录错", at=AT)

    assert inputs.of("2026-10") == []
    assert inputs.of("2026-10", withdrawn=True) == [gone]
    assert (gone.withdrawn_by, gone.withdrawn_reason) == ("乙", "录错")
    for number in (kept.number, 99):
        with pytest.raises(MisuseError, match="input list"):
            inputs.withdraw(number, by="乙", reason="x", at=AT)
