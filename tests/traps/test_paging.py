"""Traps of interfaces and paging, T1 to T12."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from support.partner_server import Reply, Request
from support.trap_pages import PAGED, over, pages, row
from support.trap_partner import (
    CASE,
    NOW,
    asked,
    cases,
    csv,
    dropped,
    given,
    looked,
    opened,
    partner,
    taken,
)
from support.trap_sight import SWEPT, WINDOW, forgotten


def test_t1_every_request_names_both_bounds(tmp_path: Path) -> None:
    def last_days_only(request: Request) -> Reply:
        if "from" not in request.params:
            return Reply([row("A9")])
        asked_for = request.params["from"] <= "2026-09-10 09:00:00"
        return Reply([row("A1"), row("A9")] if asked_for else [])

    one = asked(tmp_path, over(WINDOW + 'chunk = "40d" }'), last_days_only)

    (request,) = one.server.requests
    assert request.params == {
        "from": "2026-09-03 08:00:00",
        "to": "2026-10-03 08:00:00",
    }
    assert one.column("source_id") == ["A1", "A9"]


def test_t1_fewer_rows_than_a_healthy_day_are_refused(tmp_path: Path) -> None:
    bounded = partner(cases(feed="expect = { min_rows = 3 }"))

    one = dropped(tmp_path, bounded, cases_1=csv({}, {"编号": "A2"}))

    assert one.batch.state == "refused"
    assert "B01 2 rows, at least 3" in str(one.batch.error)


def test_t2_open_cases_are_asked_for_by_key_until_they_close(tmp_path: Path) -> None:
    later = {"状态": "办结", "更新": "2026-10-03 07:00:00"}

    def created_only(request: Request) -> Reply:
        if request.params.get("ids") == "A1":
            return Reply([row("A1", **later)])
        if request.params.get("ids"):
            return Reply([])
        first_night = request.params["to"] <= "2026-10-02 20:00:00"
        made = [row("A1", 状态="待办"), row("A2", 状态="办结")]
        return Reply(made if first_night else [])

    nights = [datetime(2026, 10, 2, 12, tzinfo=UTC), NOW]
    one = asked(tmp_path, SWEPT, created_only, runs=nights)

    swept = [r.params["ids"] for r in one.server.requests if "ids" in r.params]
    assert swept == ["A1"]
    assert one.column("stage_code") == ["CLOSED", "CLOSED"]


@pytest.mark.parametrize(("nights", "lost"), [(9, None), (10, (1, 1, "7"))])
def test_t2_an_open_case_out_of_sight_is_an_alarm(
    tmp_path: Path, nights: int, lost: tuple[object, ...] | None
) -> None:
    alarm = looked(forgotten(tmp_path, nights).house).get("A17")

    assert (alarm and tuple(alarm.seen.values())) == lost


def test_t3_the_first_page_again_refuses_the_batch(tmp_path: Path) -> None:
    def deaf(_request: Request) -> Reply:
        return Reply({"rows": [row("A1"), row("A2")]})

    one = asked(tmp_path, over(PAGED + 'param = "pageNo" }'), deaf)

    assert one.batch.state == "refused"
    assert "identical" in str(one.batch.error)
    assert len(one.rows()) == 0
    assert len(one.server.requests) == 2


def test_t4_a_count_over_another_set_refuses_the_batch(tmp_path: Path) -> None:
    listed = [[row("A1"), row("A2")], [row("A3")]]

    one = asked(tmp_path, over(PAGED + 'total = "n" }'), pages(*listed, n=9))

    assert one.batch.state == "refused"
    assert "9 rows are declared and 3 came (B07)" in str(one.batch.error)
    assert len(one.rows()) == 0


@pytest.mark.parametrize(("n", "told"), [(3, {}), (9, {("B09", "/cases"): 1})])
def test_t4_a_counting_address_is_asked_over_the_same_span(
    tmp_path: Path, n: int, told: dict[tuple[str, str], int]
) -> None:
    counts = 'count = { path = "/count", total = "n", from = "begin", to = "end" }'
    listed = pages([row("A1"), row("A2")], [row("A3")])

    def answer(request: Request) -> Reply:
        return Reply({"n": n}) if request.path == "/count" else listed(request)

    read = (
        f'{PAGED}param = "page" }}\nwindow = {{ from = "from", to = "to" }}\n{counts}'
    )
    one = asked(tmp_path, over(read), answer)

    first, *_, last = one.server.requests
    assert last.params == {"begin": first.params["from"], "end": first.params["to"]}
    assert one.counts == (3, 3, 0, 0)
    assert one.told() == told


VERDICT = 'verdict = { field = "hasError", good = ["false"], busy = ["later"] }'


def test_t5_an_error_with_http_200_is_no_empty_listing(tmp_path: Path) -> None:
    read = f'path = "/cases"\nrecords = "rows"\n{VERDICT}'

    bad = asked(
        tmp_path / "bad", over(read), lambda _: Reply({"hasError": True, "rows": []})
    )
    good = asked(
        tmp_path / "good", over(read), lambda _: Reply({"hasError": False, "rows": []})
    )

    assert (bad.batch.state, bad.batch.error["code"]) == ("failed", "source_rejected")
    assert (good.batch.state, good.counts) == ("merged", (0, 0, 0, 0))


def test_t5_a_verdict_that_passes_is_asked_again(tmp_path: Path) -> None:
    said = iter(["later", "later", False])

    def answer(_request: Request) -> Reply:
        return Reply({"hasError": next(said), "rows": [row("A1")]})

    one = asked(tmp_path, over(f'path = "/c"\nrecords = "rows"\n{VERDICT}'), answer)

    assert one.counts == (1, 1, 0, 0)
    assert len(one.clock.slept) == 2


def test_t6_a_row_that_moved_to_the_next_page_counts_once(tmp_path: Path) -> None:
    moved = pages([row("A1"), row("A2")], [row("A2"), row("A3")])

    one = asked(tmp_path, over(PAGED + 'param = "page" }'), moved)

    assert one.counts == (4, 3, 0, 1)
    assert one.column("source_id") == ["A1", "A2", "A3"]


def test_t7_long_numbers_are_keys_to_the_last_digit(tmp_path: Path) -> None:
    long = 1234567890123456789
    sent = [row(long), row(str(long)), row(long + 1)]

    one = asked(tmp_path, over('path = "/cases"'), lambda _: Reply(sent))

    assert one.counts == (3, 2, 0, 1)
    assert one.column("source_id") == [str(long), str(long + 1)]


def test_t7_ruined_keys_wait_and_lost_zeros_come_back_by_declaration(
    tmp_path: Path,
) -> None:
    padded = """{ sql = '''RIGHT(CONCAT('0000', "小类"), 4)''' }"""
    one = given(
        tmp_path,
        {"编号": "1.23457E+17", "小类": "110"},
        {"编号": "A2", "小类": "110"},
        case_no=None,
        category_code=padded,
    )

    assert one.counts == (2, 1, 1, 0)
    assert one.told("reject") == {("P08", "source_id"): 1}
    assert one.column("category_code") == ["0110"]


def test_t7_a_number_that_a_workbook_has_rounded_waits(tmp_path: Path) -> None:
    house = opened(tmp_path, partner(cases('files = "cases_*.xlsx"')))
    with xlsxwriter.Workbook(tmp_path / "drop" / "cases_1.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(CASE))
        for at, key in enumerate((1234567890123456789, "1234567890123456789"), 1):
            sheet.write_row(at, 0, [key, *list(CASE.values())[1:]])

    one = taken(house)

    assert one.counts == (2, 1, 1, 0)
    assert one.told("reject")[("P08", "source_id")] == 1
    assert one.column("source_id") == ["1234567890123456789"]


def test_t8_a_total_that_counts_the_page_never_ends_the_reading(tmp_path: Path) -> None:
    listed = [[row("A1"), row("A2")], [row("A3"), row("A4")], [row("A5")]]

    told = asked(tmp_path / "told", over(PAGED + 'total = "n" }'), pages(*listed, n=2))
    untold = asked(
        tmp_path / "untold", over(PAGED + 'param = "page" }'), pages(*listed, n=2)
    )

    assert told.batch.state == "refused"
    assert "own count" in str(told.batch.error)
    assert untold.counts == (5, 5, 0, 0)


@pytest.mark.parametrize("day", ["2026-06-31", "2026-02-29", "2026-13-01"])
def test_t9_a_day_that_does_not_exist_waits(tmp_path: Path, day: str) -> None:
    one = given(tmp_path, {}, {"编号": "A2", "上报": f"{day} 08:00:00"})

    assert one.counts == (2, 1, 1, 0)
    assert one.told("reject") == {("P03", "reported_at"): 1}


def test_t10_a_field_taken_by_its_label_is_contradicted_by_its_data(
    tmp_path: Path,
) -> None:
    rows = [
        {"编号": f"A{n}", "archiveTime": "2026-10-01 11:00:00", "dealTime": deal}
        for n, deal in enumerate(("2026-10-01 10:00:00", "2026-10-01 12:00:00"))
    ]
    # The manual calls archiveTime the handling time; it is the close.
    by_label = {"handled_at": '"archiveTime"', "closed_at": '"dealTime"'}
    by_data = {"handled_at": '"dealTime"', "closed_at": '"archiveTime"'}

    wrong = given(tmp_path / "label", rows[0], **by_label)
    right = given(tmp_path / "data", rows[0], **by_data)

    assert [rule for rule, _ in wrong.told("warn")] == ["K13"]
    assert right.told("warn") == {}


def test_t11_a_long_span_is_split_and_a_busy_partner_waited_for(tmp_path: Path) -> None:
    busy = iter([True, False])

    def answer(request: Request) -> Reply:
        span = datetime.fromisoformat(request.params["to"]) - datetime.fromisoformat(
            request.params["from"]
        )
        if span > timedelta(days=10):
            return Reply(status=504)
        if next(busy, False):
            return Reply(status=429, headers={"Retry-After": "7"})
        return Reply([row(request.params["from"][:10])])

    one = asked(tmp_path, over(WINDOW + 'chunk = "10d" }', case_no=None), answer)

    assert one.counts == (3, 3, 0, 0)
    assert one.clock.slept == [7]


def test_t11_a_window_read_by_half_is_not_taken(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply:
        early = request.params["from"] < "2026-09-20"
        return Reply([row("A1")]) if early else Reply(status=503)

    one = asked(tmp_path, over(WINDOW + 'chunk = "10d" }'), answer)

    assert one.batch.state == "failed"
    assert len(one.rows()) == 0
    assert one.house.ledger.watermark("district", "cases") is None


def test_t12_a_number_used_twice_joins_no_cases(tmp_path: Path) -> None:
    one = given(
        tmp_path,
        {"编号": "77", "案号": "2026-0001", "上报": "2025-10-01 08:00:00"},
        {"编号": "901", "案号": "2026-0001"},
        {"编号": "902", "案号": "2026-0002"},
        case_no='"案号"',
    )

    assert one.counts == (3, 3, 0, 0)
    assert one.rows()["issue_id"].n_unique() == 3
    assert one.told("warn") == {("T12", "case_no"): 2}


def test_t12_a_number_of_an_earlier_delivery_is_told_too(tmp_path: Path) -> None:
    text = partner(cases(case_no='"案号"'))
    first = {"编号": "77", "案号": "0001"}
    dropped(tmp_path, text, cases_1=csv(first, {"编号": "78", "案号": "0002"}))

    one = dropped(tmp_path, text, cases_2=csv(first, {"编号": "901", "案号": "0002"}))

    assert one.told("warn") == {("T12", "case_no"): 1}
    assert one.column("source_id") == ["77", "78", "901"]
