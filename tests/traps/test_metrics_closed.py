"""Traps of figures: closed within minutes (T57), honestly or not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from support.metric_frames import WUHAN, april, case, compute, missed, verdict
from support.trap_partner import cases, csv, opened, partner, taken

from hub.flow.exceptions import exceptions

LOOP = "closed_loop_rate"
TEN = datetime(2026, 10, 1, 10, tzinfo=WUHAN)
CLOSED = """
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
actor_person_id = { field = "who", ref = "person" }
is_inferred = { value = false }

[feed.codes.do]
handle = "HANDLE"
close = "CLOSE"
"""


def test_t57_minutes_by_the_finder_are_honest_and_by_others_need_a_check() -> None:
    quick = {"handled_at": april(12), "checked_at": april(12), "closed_at": april(12)}
    own = case(**quick, handling_mode_code="SELF_HANDLED", dispatched_at=None)
    sent = case(**quick, issue_id="i2")

    found = compute(LOOP, [own, sent])

    assert verdict(found, "i1") is True
    assert missed(found, "i2") == "NOT_REVIEWED"


def test_t57_one_account_closing_the_cases_of_many_is_listed(tmp_path: Path) -> None:
    """Twenty within five minutes is much by default, all of others, as the city says.

    Clerk K closes 24 cases ten seconds apart, of which one is his own find and one his
    own work: 22 count. Road chief R closes 24 that he found himself, just as fast.
    Clerk S closes 24 of others, each a minute after the other.
    """
    seconds = {"K": 10, "R": 10, "S": 60}
    finders = {"K": "P", "R": "R", "S": "P"}
    rows, steps = [], []
    for who, apart in seconds.items():
        for n in range(24):
            case_key = f"{who}{n}"
            is_own = case_key == "K0"
            rows.append({"编号": case_key, "上报人": "K" if is_own else finders[who]})
            at = TEN + timedelta(seconds=n * apart)
            steps.append((case_key, "close", at, who))
    steps.append(("K1", "handle", TEN - timedelta(hours=1), "K"))
    text = partner(
        cases(reporter_person_id='{ field = "上报人", ref = "person" }'), CLOSED
    )
    house = opened(tmp_path, text)
    (tmp_path / "drop" / "cases_1.csv").write_bytes(csv(*rows))
    (tmp_path / "drop" / "trail_1.jsonl").write_text(
        "".join(
            f'{{"id":"{n}","case":"{key}","do":"{do}","who":"{who}",'
            f'"at":"{at:%Y-%m-%d %H:%M:%S}"}}\n'
            for n, (key, do, at, who) in enumerate(steps)
        ),
        "utf-8",
    )
    one = taken(house)

    found = exceptions(house, ["2026-10"], house.now()).filter(kind="FLAG-CLOSED")

    trail = one.rows("issue_event").filter(action_code="CLOSE")
    clerk = trail.filter(source_id="0")["actor_person_id"].item()
    assert found.select("subject_id", "since_on", "amount").rows() == [
        (clerk, date(2026, 10, 1), 22)
    ]
    assert clerk not in ("K", None)
