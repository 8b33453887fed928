"""Deadlines of linked cases follow the city's limits, calendar and choice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.trap_limits import LATER, LIMITS, WORKED, limit_file, limited
from support.trap_partner import Taken, opened

from hub.flow import tables
from hub.flow.link import link
from hub.metrics.worktime.differences import difference_minutes
from hub.schemas import dataset

SENT = {"派遣": "2026-10-08 11:00:00", "时限": "2026-10-08 13:00:00"}
TWELVE, THREE = (datetime(2026, 10, 8, hour, tzinfo=UTC) for hour in (4, 7))


def test_a_limit_that_changes_gives_every_case_its_deadline_anew(
    tmp_path: Path,
) -> None:
    one = limited(tmp_path, "2,WORK_HOUR,120", SENT)
    before = one.column("time_limit_id")
    changed = opened(tmp_path, files={LIMITS: limit_file("1,WORK_HOUR,60")}, now=LATER)

    settled = link(changed)

    again = Taken(changed, [])
    assert settled == 0  # no batch has come
    assert one.rows()["computed_deadline_at"].to_list() == [TWELVE]
    assert again.column("time_limit_id") == before
    gone = opened(
        tmp_path, files={LIMITS: limit_file("1,WORK_HOUR,60").splitlines()[0]}
    )
    link(gone)
    rows = Taken(gone, []).rows()
    assert rows.select("computed_deadline_at", "time_limit_id").row(0) == (None, None)


def test_what_has_not_changed_is_not_linked_again(tmp_path: Path) -> None:
    one = limited(tmp_path, "2,WORK_HOUR,120", SENT)
    issues = tables.core_table(one.house.lake, dataset("issue"))
    version = issues.version()

    link(opened(tmp_path, now=LATER + timedelta(days=20)))

    assert issues.version() == version
    assert tables.deadline_basis_table(one.house.lake).read().height == 1


def test_a_city_without_limits_keeps_no_basis(tmp_path: Path) -> None:
    row = limit_file("2,WORK_HOUR,120").splitlines()[0]
    one = limited(tmp_path, "2,WORK_HOUR,120", SENT)
    other = opened(tmp_path / "b", files={LIMITS: row}, city=WORKED)

    link(other)

    assert tables.deadline_basis_table(one.house.lake).version() == 0
    assert tables.deadline_basis_table(other.lake).version() == -1


def test_the_city_chooses_the_deadline_that_counts(tmp_path: Path) -> None:
    own = WORKED + '[limits]\ncounts = "COMPUTED"\ndifference = "3h"\n'

    one = limited(tmp_path, "2,WORK_HOUR,120", SENT, city=own)

    assert one.column("deadline_at") == [THREE]
    assert one.column("deadline_source_code") == ["COMPUTED"]
    assert one.rows().select(difference_minutes()).item() == 120
    assert not one.linked()
