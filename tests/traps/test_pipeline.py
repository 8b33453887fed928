"""Traps of running day after day, T61 to T67."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.lake_tables import issues as lake_issues
from support.lake_tables import rows as lake_rows
from support.partner_server import Reply, Request
from support.small_city import FILES
from support.trap_partner import (
    CASE,
    HTTP,
    NOW,
    asked,
    cases,
    csv,
    dropped,
    opened,
    partner,
    taken,
)

from hub.flow.published import digest_of
from hub.flow.release import make_release
from hub.flow.run import Window
from hub.schemas import dataset
from hub.storage.faults import CommitConflict

WINDOW = 'path = "/cases"\nwindow = { from = "from", to = "to" }'


def test_t61_a_silent_source_is_told_with_the_release(tmp_path: Path) -> None:
    dated = cases(
        feed="as_of = { file = '_(\\d{8})', format = \"%Y%m%d\" }\n"
        'deadline = "06:00"\nexpect = { max_age = "26h" }'
    )
    house = opened(tmp_path, partner(dated))
    (tmp_path / "drop" / "cases_20261003.csv").write_bytes(csv({}))
    taken(house)
    fresh = make_release(house)
    silent = opened(tmp_path, now=NOW + timedelta(days=2))

    later = make_release(silent)

    (before,), (after,) = fresh.sources, later.sources
    assert (before.is_missing, before.reason) == (False, None)
    assert (after.is_missing, after.reason) == (True, "late")
    assert later.digest == fresh.digest
    (tmp_path / "drop" / "cases_20260901.csv").write_bytes(csv({"编号": "A2"}))
    stale = taken(silent)
    assert stale.batch.state == "refused"
    assert "B06" in str(stale.batch.error)


def test_t62_a_code_that_is_newer_than_the_list_waits_for_it(tmp_path: Path) -> None:
    text = partner(cases())
    rows = ({}, {"编号": "A2", "街道": "420102009"})
    before = dropped(tmp_path, text, cases_1=csv(*rows))
    assert before.counts == (2, 1, 1, 0)
    assert before.told("reject") == {("F09", "street_code"): 1}
    renewed = (
        FILES["division.csv"] + "420102009,九街,STREET,STREET,420102,,2000-01-01,\n"
    )

    after = taken(opened(tmp_path, files={"division.csv": renewed}))

    assert (after.batch.kind, after.batch.parent) == ("retry", before.batch.number)
    assert after.counts[1:3] == (1, 0)
    assert after.column("street_code") == ["420102001", "420102009"]


def test_t63_a_request_sent_again_makes_no_second_row(tmp_path: Path) -> None:
    broken = iter([False, True, False])

    def answer(request: Request) -> Reply:
        if next(broken, False):
            return Reply(status=502)
        page = int(request.body["page"])
        return Reply([CASE, CASE | {"编号": "A2"}][page - 1 : page])

    read = (
        'method = "POST"\npath = "/cases"\nbody = { page = "{page}" }\n'
        'page = { kind = "number", size = 1 }'
    )
    one = asked(tmp_path, partner(cases(read), source=HTTP), answer)

    assert one.counts == (2, 2, 0, 0)
    assert [r.body["page"] for r in one.server.requests] == [1, 2, 2, 3]


def test_t63_a_commit_under_a_used_number_is_refused(tmp_path: Path) -> None:
    table = lake_issues(tmp_path)
    place = {"partner": "p", "month": "2026-10"}
    table.commit("p", 1, add=table.write(lake_rows(3), place), remove=[])

    again = table.write(lake_rows(3), place)
    with pytest.raises(CommitConflict):
        table.commit("p", 1, add=again, remove=[])

    assert table.read().height == 3


def test_t64_an_update_on_an_older_state_is_refused_not_lost(tmp_path: Path) -> None:
    table = lake_issues(tmp_path)
    place = {"partner": "p", "month": "2026-10"}
    table.commit("p", 1, add=table.write(lake_rows(3), place), remove=[])
    old = table.files([place])
    table.commit("p", 2, add=table.write(lake_rows(5), place), remove=old)

    late = table.write(lake_rows(4), place)
    with pytest.raises(CommitConflict):
        table.commit("q", 1, add=late, remove=old)

    assert table.read().height == 5


def test_t64_older_news_never_overwrites_newer(tmp_path: Path) -> None:
    newer = {"更新": "2026-10-02 15:00:00", "街道": "420102002"}
    text = partner(cases())
    dropped(tmp_path, text, cases_1=csv(newer))

    late = dropped(tmp_path, text, cases_2=csv({}))

    assert late.house.ledger.datasets(late.batch.number)["issue"].stale == 1
    assert late.column("street_code") == ["420102002"]


def test_t65_an_unmapped_code_costs_its_row_and_many_the_batch(tmp_path: Path) -> None:
    coded = {"source_channel_code": '{ field = "来源", codes = "channel" }'}
    table = '[feed.codes.channel]\n"巡查" = "XC"\n'
    bound = "expect = { max_quarantined_share = 0.5 }"
    text = partner(cases(feed=bound, more=table, **coded))
    rows = [{"编号": f"A{n}", "来源": "巡查"} for n in (1, 2)]
    alien = [{"编号": f"B{n}", "来源": "智能外呼"} for n in (1, 2, 3)]

    one = dropped(tmp_path / "one", text, cases_1=csv(*rows, alien[0]))
    many = dropped(tmp_path / "many", text, cases_1=csv(*rows, *alien))

    assert one.counts == (3, 2, 1, 0)
    assert one.told("reject") == {("P06", "source_channel_code"): 1}
    assert "智能外呼" in one.quarantined()[0]
    assert (many.batch.state, len(many.rows())) == ("refused", 0)


def test_t66_a_window_read_again_changes_nothing_and_keeps_the_edge(
    tmp_path: Path,
) -> None:
    text = partner(cases(WINDOW, feed='never_land = ["身份证号"]'), source=HTTP)
    sent = [CASE | {"编号": f"A{n}", "身份证号": "42010219800101001X"} for n in (1, 2)]
    span = Window(datetime(2026, 9, 30, tzinfo=UTC), NOW)
    daily = asked(tmp_path, text, lambda _: Reply(sent[:1]))
    gap = asked(tmp_path, text, lambda _: Reply(sent), window=span)
    before = digest_of(gap.house, dataset("issue"))

    again = asked(tmp_path, text, lambda _: Reply(sent), window=span)

    counts = again.house.ledger.datasets(again.batch.number)["issue"]
    assert (counts.inserted, counts.unchanged) == (0, 2)
    assert digest_of(again.house, dataset("issue")) == before
    assert again.server.requests[0].params["from"] == "2026-09-30 08:00:00"
    for one in (daily, gap, again):
        assert one.told("warn") == {("T50", "身份证号"): 1}


def test_t67_a_lost_column_refuses_and_a_new_one_is_told(tmp_path: Path) -> None:
    text = partner(cases())
    names = list(CASE)
    fused = [*names[:2], "".join(names[2:])]  # a missing comma in the query
    row = ",".join([*list(CASE.values())[:2], "x"])
    body = f"{','.join(fused)}\n{row}\n".encode()

    new = dropped(tmp_path, text, cases_1=csv({"心情": "差"}))
    before = digest_of(new.house, dataset("issue"))
    lost = dropped(tmp_path, text, cases_2=body)

    assert new.counts == (1, 1, 0, 0)
    assert new.told() == {("P13", "心情"): 1}
    assert lost.batch.state == "refused"
    assert "P14 field 上报 did not come; P14 field 街道" in str(lost.batch.error)
    assert digest_of(lost.house, dataset("issue")) == before
