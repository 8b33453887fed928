"""Traps of time, T24 to T32."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from support.partner_server import Reply, Request
from support.trap_hours import hourly, nightly
from support.trap_limits import limited
from support.trap_partner import (
    CASE,
    HTTP,
    Taken,
    asked,
    cases,
    csv,
    dropped,
    given,
    looked,
    opened,
    partner,
)

from hub.flow.figures import compute
from hub.flow.link import link
from hub.flow.reference_data import publish_reference_data
from hub.metrics.duty_days import working_days
from hub.partners.work_calendar import work_calendar

EIGHT = datetime(2026, 10, 1, 0, 0, tzinfo=UTC)  # 08:00 in Wuhan
MIDNIGHT = datetime(2026, 9, 30, 16, tzinfo=UTC)  # 00:00 of 1 October in Wuhan


def told_at(folder: Path, text: str, said: str = '"上报"', **row: str) -> Taken:
    return given(folder, {"上报": text, **row}, reported_at=said)


def test_t24_naive_times_are_of_the_partners_zone(tmp_path: Path) -> None:
    one = given(
        tmp_path,
        {"编号": "A1", "上报": "2026-09-30 23:59:59"},
        {"编号": "A2", "上报": "2026-10-01 00:00:00"},
    )

    found = one.column("reported_at")
    assert found == [MIDNIGHT - timedelta(seconds=1), MIDNIGHT]
    periods = compute(one.house, metrics=["closed_loop_rate"]).figures["period"]
    assert periods.unique().sort().to_list() == ["2026-09", "2026-10"]


def test_t24_a_zone_in_the_declaration_is_obeyed(tmp_path: Path) -> None:
    utc = partner(cases(), timezone='"UTC"')

    one = dropped(tmp_path, utc, cases_1=csv({"上报": "2026-10-01 00:00:00"}))

    assert one.column("reported_at") == [EIGHT]


def test_t24_hours_that_move_are_an_alarm(tmp_path: Path) -> None:
    sent = [{"east": hourly(day, -8 if day > 17 else 0)} for day in range(14, 20)]

    assert looked(nightly(tmp_path, sent))["A16"].seen["hours"] == "-8"


def test_t24_a_zone_wrong_from_the_first_day_is_an_alarm(tmp_path: Path) -> None:
    sent = [dict.fromkeys(("east", "south", "west"), hourly(d)) for d in (14, 15)]

    alarm = looked(nightly(tmp_path, sent, east='"UTC"'))["A16"]
    assert (alarm.partner, alarm.seen["hours"]) == ("east", "+8")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1790812800", "epoch_s"),
        ("1790812800000", "epoch_ms"),
        ("/Date(1790812800000)/", None),
        ("/Date(1790812800000+0800)/", None),
    ],
)
def test_t25_epochs_are_read_as_declared(
    tmp_path: Path, text: str, kind: str | None
) -> None:
    said = f'{{ field = "上报", type = "{kind}" }}' if kind else '"上报"'

    one = told_at(tmp_path, text, said)

    assert one.column("reported_at") == [EIGHT]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("1790812800000", "epoch_s"), ("1790812800", "epoch_ms"), ("1790812800", None)],
)
def test_t25_an_epoch_of_another_unit_waits(
    tmp_path: Path, text: str, kind: str | None
) -> None:
    said = f'{{ field = "上报", type = "{kind}" }}' if kind else '"上报"'

    one = told_at(tmp_path, text, said)

    assert one.counts == (1, 0, 1, 0)
    assert one.told("reject")[("P03", "reported_at")] == 1


NOTHING = ["", "--", "无", "null", "0000-00-00 00:00:00", "1900-01-01", "9999-12-31"]


@pytest.mark.parametrize("text", [*NOTHING, "1970-01-01 08:00:00"])
def test_t26_a_placeholder_is_no_time(tmp_path: Path, text: str) -> None:
    one = given(
        tmp_path,
        {"编号": "A1", "结案": text},
        {"编号": "A2", "上报": text, "结案": ""},
        closed_at='"结案"',
    )

    assert one.column("closed_at") == [None]
    assert one.counts == (2, 1, 1, 0)
    assert one.told("reject") == {("P01", "reported_at"): 1}


@pytest.mark.parametrize(
    "text",
    [
        "2026/10/1 8:00:00",
        "2026.10.01 08:00:00",
        "20261001080000",
        "2026年10月1日8时00分00秒",
        "２０２６－１０－０１　０８：００：００",
        "2026-10-01 上午8:00:00",
        "二〇二六年十月一日 08:00",
        "2026-10-01T08:00:00+08:00",
    ],
)
def test_t27_spellings_that_leave_no_doubt_are_read(tmp_path: Path, text: str) -> None:
    assert told_at(tmp_path, text).column("reported_at") == [EIGHT]


def test_t27_a_serial_number_and_two_cells_are_read(tmp_path: Path) -> None:
    serial = '{ field = "上报", type = "excel_serial" }'
    joined = "{ sql = '''CONCAT(\"日\", ' ', \"时\")''' }"

    one = told_at(tmp_path / "a", "46296.333333333336", serial)
    two = given(tmp_path / "b", {"日": "2026-10-01", "时": "08:00"}, reported_at=joined)

    assert one.column("reported_at") == [EIGHT]
    assert two.column("reported_at") == [EIGHT]


@pytest.mark.parametrize("text", ["01/10/2026 08:00", "26-10-01 08:00:00", "昨天"])
def test_t27_day_first_and_two_digit_years_wait(tmp_path: Path, text: str) -> None:
    one = told_at(tmp_path, text)

    assert one.counts == (1, 0, 1, 0)
    assert one.told("reject") == {("P03", "reported_at"): 1}


def test_t28_windows_touch_and_count_no_second_twice(tmp_path: Path) -> None:
    rows = [
        CASE | {"编号": f"A{n}", "上报": at, "更新": at}
        for n, at in enumerate(
            ("2026-09-30 23:59:59", "2026-10-01 00:00:00", "2026-10-01 23:59:59")
        )
    ]

    def answer(request: Request) -> Reply:
        since, until = request.params["from"], request.params["to"]
        return Reply([one for one in rows if since <= one["上报"] <= until])  # closed

    window = 'path = "/cases"\nwindow = { from = "from", to = "to", chunk = "1d" }'
    nights = [MIDNIGHT, MIDNIGHT + timedelta(days=1)]
    one = asked(tmp_path, partner(cases(window), source=HTTP), answer, runs=nights)

    assert one.column("source_id") == ["A0", "A1", "A2"]
    assert [batch.received for batch in one.batches] == [2, 2]
    spans = [(r.params["from"], r.params["to"]) for r in one.server.requests]
    assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))


def test_t29_impossible_instants_wait_and_odd_orders_are_told(tmp_path: Path) -> None:
    one = given(
        tmp_path,
        {"编号": "A1", "上报": "3020-10-01 08:00:00", "处置": ""},
        {"编号": "A2", "处置": "2026-10-01 07:00:00"},
        {"编号": "A3", "处置": "", "更新": "2099-01-01 00:00:00"},
        {"编号": "A4", "上报": "2026-10-03 08:09:00", "处置": ""},
        handled_at='"处置"',
    )

    assert one.counts == (4, 2, 2, 0)
    assert one.told("reject") == {
        ("K14", "reported_at"): 1,
        ("K14", "source_updated_at"): 1,
    }
    assert [rule for rule, _ in one.told("warn")] == ["K13"]
    # Nothing was clipped: the handling before the report stays as told.
    assert one.column("handled_at")[0] == EIGHT - timedelta(hours=1)


def test_t30_a_working_sunday_counts_and_a_year_without_notice_says_so(
    tmp_path: Path,
) -> None:
    city = '\n[calendar]\nholidays = "CN"\nshifts = ["08:00-12:00"]\n'
    house = opened(tmp_path, partner(cases()), city=city)
    publish_reference_data(house)

    days = Taken(house, []).rows("work_calendar").sort("day_on")
    makeup = days.filter(day_on=date(2026, 9, 20)).row(0, named=True)
    assert (makeup["day_kind_code"], makeup["is_workday"]) == ("MAKEUP", True)
    next_year = days.filter(pl.col("day_on") >= date(2027, 1, 1))
    assert next_year["is_final"].unique().to_list() == [False]
    zone = "Asia/Shanghai"
    owed = working_days(days, ["2026-10"], datetime(2026, 10, 12, tzinfo=UTC), zone)
    assert owed["day"].to_list() == [date(2026, 10, n) for n in (8, 9, 10, 12)]
    estimate = work_calendar("X", "CN", ("08:00-12:00",), years=range(2026, 2028))
    january = datetime(2027, 1, 5, tzinfo=UTC)
    assert not working_days(estimate, ["2027-01"], january, zone)["is_final"].any()


def test_t31_summer_time_of_1986_to_1991_is_known(tmp_path: Path) -> None:
    one = given(
        tmp_path,
        {"编号": "A1", "上报": "1988-07-01 12:00:00"},
        {"编号": "A2", "上报": "1992-07-01 12:00:00"},
        {"编号": "A3", "上报": "1988-09-11 01:30:00"},
        {"编号": "A4", "上报": "1988-04-17 02:30:00"},
    )

    assert one.counts == (4, 3, 1, 0)
    assert [at.hour for at in one.column("reported_at")] == [3, 4, 16]
    assert one.told("warn")[("P24", "reported_at")] == 1
    assert one.told("reject") == {("P03", "reported_at"): 1}


def test_t30_a_deadline_skips_holidays_and_one_without_a_notice_is_told(
    tmp_path: Path,
) -> None:
    sent = {"编号": "A1", "派遣": "2026-09-30 17:00:00"}

    one = limited(tmp_path / "a", "2,WORK_HOUR,120", sent)
    two = limited(tmp_path / "b", "80,WORK_DAY,38400", sent)

    assert one.column("computed_deadline_at") == [datetime(2026, 10, 8, 1, tzinfo=UTC)]
    assert not one.linked()
    assert two.column("computed_deadline_at")[0].year == 2027
    assert two.linked() == {("A1", "T30")}


def test_t30_every_deadline_is_worked_out_again_when_the_calendar_grows(
    tmp_path: Path,
) -> None:
    one = limited(tmp_path, "320,WORK_DAY,153600", {"派遣": "2026-10-01 09:00:00"})
    # The calendar ends with 2027: nothing is guessed.
    assert one.column("computed_deadline_at") == [None]

    later = opened(tmp_path, now=datetime(2027, 1, 2, tzinfo=UTC))
    link(later)

    assert Taken(later, []).column("computed_deadline_at")[0].year == 2028


def test_t32_both_deadlines_are_kept_and_a_difference_is_told(tmp_path: Path) -> None:
    eleven = {"派遣": "2026-10-08 11:00:00"}
    sent = [
        eleven | {"编号": "A1", "时限": "2026-10-08 15:00:30"},
        eleven | {"编号": "A2", "时限": "2026-10-08 13:00:00"},  # lunch was counted
        eleven | {"编号": "A3"},
    ]

    one = limited(tmp_path, "2,WORK_HOUR,120", *sent)

    three = datetime(2026, 10, 8, 7, tzinfo=UTC)
    assert one.column("computed_deadline_at") == [three] * 3
    assert one.column("deadline_source_code") == ["SOURCE", "SOURCE", "COMPUTED"]
    delivered = [three + timedelta(seconds=30), three - timedelta(hours=2)]
    assert one.column("deadline_at") == [*delivered, three]
    assert one.linked() == {("A2", "T32")}


def test_t32_without_limits_the_delivered_deadline_is_the_only_one(
    tmp_path: Path,
) -> None:
    one = given(
        tmp_path,
        {"编号": "A1", "时限": "2026-10-09 10:00:00"},
        {"编号": "A2", "时限": ""},
        source_deadline_at='"时限"',
    )

    found = one.rows().select("deadline_at", "deadline_source_code").rows()
    assert found == [(datetime(2026, 10, 9, 2, tzinfo=UTC), "SOURCE"), (None, "NONE")]
