"""Traps of states and of what is sent again, T13 to T23."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.partner_server import Reply, Request
from support.trap_partner import (
    CASE,
    HTTP,
    NOW,
    Taken,
    asked,
    cases,
    csv,
    dropped,
    opened,
    partner,
    taken,
)

from hub.flow.figures import compute
from hub.metrics.registry import usual

STATED = {
    "source_stage_id": '{ field = "状态", codes = "stage" }',
    "registered_at": '"立案"',
    "dispatched_at": '"派遣"',
    "handled_at": '"处置"',
    "closed_at": '"结案"',
    "cancelled_at": '"作废"',
    "source_deadline_at": '"时限"',
}
STAGES = """
[feed.codes.stage]
"待派遣" = "REGISTERED"
"处置中" = "HANDLING"
"核查结案" = "HANDLED"
"办结" = "HANDLED"
"结案" = "CLOSED"
"作废" = "CANCELLED"
"""
EMPTY = dict.fromkeys(("立案", "派遣", "处置", "结案", "作废", "时限"), "")
TIMES = {"立案": "08:10", "派遣": "08:20", "处置": "10:00", "结案": "11:00"}
TOLD = partner(cases(more=STAGES, **STATED))


def row(key: str, state: str, *steps: str, **more: str) -> dict[str, str]:
    done = {step: f"2026-10-01 {TIMES[step]}:00" for step in steps}
    return CASE | EMPTY | {"编号": key, "状态": state} | done | more


def drop(folder: Path, name: str, *rows: dict[str, str]) -> None:
    (folder / "drop" / f"cases_{name}.csv").write_bytes(csv(*rows))


def nights(folder: Path, text: str, *days: list[dict[str, str]]) -> Taken:
    """One delivery after the other."""
    house = opened(folder, text)
    done: list[Taken] = []
    for number, rows in enumerate(days):
        drop(folder, str(number), *rows)
        done.append(taken(house))
    return Taken(house, [batch for one in done for batch in one.batches])


def test_t13_a_label_that_holds_another_means_only_itself(tmp_path: Path) -> None:
    steps = ("立案", "派遣", "处置")

    one = nights(
        tmp_path,
        TOLD,
        [row("A1", "核查结案", *steps), row("A2", "结案", *steps, "结案")],
    )

    assert one.column("stage_code") == ["HANDLED", "CLOSED"]
    assert one.column("closed_at")[0] is None


def test_t14_an_unknown_state_waits_and_many_refuse_the_batch(tmp_path: Path) -> None:
    bounded = cases(
        feed="expect = { max_quarantined_share = 0.4 }", more=STAGES, **STATED
    )
    known = [row("A1", "待派遣", "立案"), row("A2", "待派遣", "立案")]

    few = nights(tmp_path / "few", partner(bounded), [*known, row("A3", "2")])
    many = nights(
        tmp_path / "many", partner(bounded), [*known, row("A3", "2"), row("A4", "2")]
    )

    assert few.counts == (3, 2, 1, 0)
    assert few.told("reject") == {("P06", "source_stage_id"): 1}
    assert many.batch.state == "refused"
    assert "B04 2 of 4" in str(many.batch.error)


def test_t15_one_field_is_mapped_to_what_it_means_at_this_partner(
    tmp_path: Path,
) -> None:
    sent = [row("A1", "处置中", "派遣", accept_time="2026-10-01 08:10:00")]
    as_accepted = STATED | {"registered_at": None, "accepted_at": '"accept_time"'}
    as_registered = STATED | {"registered_at": '"accept_time"'}

    wrong = nights(tmp_path / "a", partner(cases(more=STAGES, **as_accepted)), sent)
    right = nights(tmp_path / "b", partner(cases(more=STAGES, **as_registered)), sent)

    assert ("A1", "T15") in wrong.linked()
    assert ("A1", "T15") not in right.linked()
    assert right.column("registered_at") == [datetime(2026, 10, 1, 0, 10, tzinfo=UTC)]


@pytest.mark.parametrize("word", ["已解决", "归档", "销号", "销案", "关闭"])
def test_t16_a_word_for_an_end_means_nothing_by_itself(
    tmp_path: Path, word: str
) -> None:
    steps = ("立案", "派遣", "处置")

    one = nights(tmp_path, TOLD, [row("A1", "办结", *steps), row("A2", word, *steps)])

    assert one.counts == (2, 1, 1, 0)
    assert one.told("reject") == {("P06", "source_stage_id"): 1}
    assert one.column("stage_code") == ["HANDLED"]


def test_t17_a_voided_case_leaves_the_denominator(tmp_path: Path) -> None:
    case = row("A1", "待派遣", "立案", "派遣", 时限="2026-10-02 08:00:00")
    voided = case | {"作废": "2026-10-02 09:00:00", "状态": "作废"}
    voided["更新"] = "2026-10-02 13:00:00"

    before = nights(tmp_path, TOLD, [case])
    first = compute(before.house, metrics=["on_time_handling_rate"]).figures
    drop(tmp_path, "later", voided)
    after = taken(before.house)
    second = compute(after.house, metrics=["on_time_handling_rate"]).figures

    city = [
        usual(one).filter(level="city", period="2026-10")["denominator"]
        for one in (first, second)
    ]
    assert [one.to_list() for one in city] == [[1], [0]]
    assert after.column("stage_code") == ["CANCELLED"]


TRAIL = """
[[feed]]
name = "trail"
dataset = "issue_event"
key = ["id"]
mode = "events"
read = { files = "trail_*.jsonl" }

[feed.columns]
issue_id = { field = "case", ref = "issue" }
action_code = { field = "do", codes = "do" }
happened_at = "at"
is_inferred = { value = false }

[feed.codes.do]
close = "CLOSE"
rework = "REWORK"
"""


def steps_of(folder: Path, *steps: tuple[str, str]) -> None:
    lines = [
        f'{{"id":"{n}","case":"A1","do":"{do}","at":"2026-10-{at}:00"}}\n'
        for n, (do, at) in enumerate(steps)
    ]
    (folder / "drop" / "trail_1.jsonl").write_text("".join(lines), "utf-8")


def test_t18_a_case_opened_again_is_not_closed_and_its_steps_stay(
    tmp_path: Path,
) -> None:
    feed = cases(feed="events_complete = true", more=STAGES, **STATED)
    house = opened(tmp_path, partner(feed, TRAIL))
    steps = ("立案", "派遣", "处置", "结案")
    drop(tmp_path, "1", row("A1", "处置中", *steps))
    steps_of(tmp_path, ("close", "01 11:00"), ("rework", "02 09:00"))

    one = taken(house)

    assert one.column("stage_code") == ["HANDLING"]
    assert one.column("closed_at") == [None]
    assert one.column("rework_count") == [1]
    told = one.rows("issue_event").filter(is_inferred=False).sort("happened_at")
    assert told["action_code"].to_list() == ["CLOSE", "REWORK"]


def test_t19_forced_closes_are_told_apart(tmp_path: Path) -> None:
    closed = STATED | {"close_type_code": '{ field = "方式", codes = "close" }'}
    table = (
        STAGES + '[feed.codes.close]\n"正常" = "NORMAL"\n"强制" = "FORCED"\n'
        '"挂账转" = "FROM_SUSPENDED"\n'
    )
    steps = ("立案", "派遣", "处置", "结案")
    ways = ("正常", "强制", "挂账转")
    rows = [
        row(f"A{n}", "结案", *steps, 方式=way, 时限="2026-10-02 08:00:00")
        for n, way in enumerate(ways)
    ]

    one = nights(tmp_path, partner(cases(more=table, **closed)), rows)

    assert one.column("close_type_code") == ["NORMAL", "FORCED", "FROM_SUSPENDED"]
    beside = compute(one.house, metrics=["closed_loop_rate"]).beside
    city = beside.filter(level="city").select("reason", "case_count").rows()
    assert {("FORCED_CLOSE", 1), ("CLOSED_FROM_SUSPENSION", 1)} <= set(city)


def test_t20_a_case_that_moves_to_the_history_stays_one_case(tmp_path: Path) -> None:
    open_case = row("A1", "处置中", "立案", "派遣")
    closed = row("A1", "结案", "立案", "派遣", "处置", "结案") | {
        "更新": "2026-10-03 07:00:00"
    }
    answers = {
        ("/live", 0): [open_case],
        ("/history", 0): [],
        ("/live", 1): [],
        ("/history", 1): [closed],
    }
    night = {"n": -1}

    def answer(request: Request) -> Reply:
        night["n"] += request.path == "/live"
        return Reply(answers[request.path, night["n"]])

    text = partner(
        cases('paths = ["/live", "/history"]', more=STAGES, **STATED), source=HTTP
    )
    one = asked(tmp_path, text, answer, runs=[NOW - timedelta(hours=12), NOW])

    assert one.column("stage_code") == ["CLOSED"]
    assert one.house.ledger.datasets(one.batch.number)["issue"].updated == 1


def test_t21_only_a_change_of_state_makes_an_event(tmp_path: Path) -> None:
    states = {"source_stage_id": STATED["source_stage_id"], "description": '"描述"'}
    text = partner(cases(more=STAGES, **states))
    days = [
        [CASE | {"状态": state, "描述": said, "更新": f"2026-10-02 {hour}:00:00"}]
        for hour, state, said in (
            ("09", "待派遣", "井盖"),
            ("10", "待派遣", "井盖破损"),
            ("11", "处置中", "井盖破损"),
            ("12", "处置中", "井盖破损。"),
        )
    ]

    one = nights(tmp_path, text, *days)

    events = one.rows("issue_event").sort("happened_at")
    at = [f"{when:%H}" for when in events["happened_at"]]
    assert at == ["01", "03"]
    assert events["is_inferred"].to_list() == [True, True]


def test_t22_the_same_again_is_counted_and_changes_nothing(tmp_path: Path) -> None:
    first = row("A1", "待派遣", "立案")

    one = nights(tmp_path, TOLD, [first, first], [first])

    assert [(b.received, b.accepted, b.duplicate) for b in one.batches] == [
        (2, 1, 1),
        (1, 1, 0),
    ]
    again = one.house.ledger.datasets(one.batch.number)["issue"]
    assert (again.unchanged, again.updated, again.inserted) == (1, 0, 0)


def test_t23_files_that_overlap_bring_each_row_once(tmp_path: Path) -> None:
    rows = [row(f"A{n}", "待派遣", "立案") for n in range(4)]

    one = nights(tmp_path, TOLD, rows[:3], rows[1:])

    second = one.house.ledger.datasets(one.batch.number)["issue"]
    assert (second.inserted, second.unchanged) == (1, 2)
    assert one.column("source_id") == ["A0", "A1", "A2", "A3"]
    sent_once_more = dropped(tmp_path / "b", TOLD, cases_1=csv(*rows, *rows))
    assert sent_once_more.counts == (8, 4, 0, 4)
