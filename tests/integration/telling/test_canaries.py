"""Planted secrets and personal data never reach the log, wherever a run fails."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from unittest.mock import patch

import pytest
from support import canaries
from support.log_lines import Written, logging_to
from support.partner_server import Answer, Reply, serve
from support.told_bytes import found_in
from support.trap_partner import CASE, cases, opened, partner

from hub.errors import HubError
from hub.flow.city_run import ask_partner, finish_run

PLANTED = (*canaries.SECRETS, *canaries.REPORTERS, *canaries.MOBILES)
SAID = f"{canaries.REPORTERS[0]} {canaries.MOBILES[0]} {canaries.TOKEN} {canaries.URL}"
SOURCE = """[source]
connector = "rest"
base_url = "env:PARTNER_URL"
auth = { kind = "bearer", token = "env:CANARY_TOKEN" }
limits = { attempts = 1, timeout_seconds = 5 }
"""
EXPECT = "[feed.expect]\nmax_quarantined_share = 0.1\n"
GOOD = CASE | {"上报人": canaries.REPORTERS[0], "电话": canaries.MOBILES[0]}
ODD = GOOD | {"街道": SAID}


def at(place: str) -> Callable[[], AbstractContextManager[object]]:
    """A failure at a place of the flow whose words echo what was planted."""
    error = HubError("do it", seen=f"it said {canaries.TOKEN}", next_step="Look.")
    return lambda: patch(place, side_effect=error)


Break = Callable[[], AbstractContextManager[object]]
STAGES: dict[str, tuple[Answer, Break, str]] = {
    "reach": (lambda _: Reply(SAID, status=503), nullcontext, "batch failed"),
    "reject": (lambda _: Reply(SAID, status=403), nullcontext, "batch failed"),
    "fetch": (lambda _: Reply(SAID.encode()), nullcontext, "batch failed"),
    "split": (lambda _: Reply([ODD]), nullcontext, "batch refused"),
    "validate": (
        lambda _: Reply([GOOD]),
        at("hub.flow.batches.commit_split"),
        "batch failed",
    ),
    "merge": (
        lambda _: Reply([GOOD]),
        at("hub.flow.batches.merge_batch"),
        "batch failed",
    ),
    "link": (lambda _: Reply([GOOD]), at("hub.flow.city_run.link"), "batch merged"),
    "release": (
        lambda _: Reply([GOOD]),
        at("hub.flow.release.entries_of"),
        "batch merged",
    ),
}


def run(folder: Path, answer: Answer, broken: Break) -> Written:
    """Everything that one run writes, up to its failure."""
    text = partner(
        cases(
            'path = "/cases"',
            more=EXPECT,
            reporter_name='"上报人"',
            reporter_phone='"电话"',
        ),
        source=SOURCE,
    )
    with serve(answer) as server, logging_to() as told:
        house = opened(
            folder, text, CANARY_TOKEN=canaries.TOKEN, PARTNER_URL=server.url
        )
        with broken():
            try:
                ask_partner(house, "district", [], (None, None))
                finish_run(house)
            except HubError:
                pass  # the command words it; here only lines count
        house.control.close()
    return told


@pytest.mark.parametrize("stage", STAGES)
def test_a_failure_is_told_without_anything_planted(stage: str, tmp_path: Path) -> None:
    answer, broken, ended = STAGES[stage]

    told = run(tmp_path, answer, broken)

    assert ended in {name for name, *_ in told.events()}, told.text
    ends = [one for one in told.lines if one["event"] == ended]
    assert all(one["partner"] == "district" for one in ends)
    assert all(one["batch"].startswith("b0") for one in ends)
    assert found_in(told.text, PLANTED) == set()


def test_a_run_that_goes_well_is_told_step_by_step(tmp_path: Path) -> None:
    told = run(tmp_path, lambda _: Reply([GOOD]), nullcontext)

    of_batch = [
        (one["event"], one.get("stage"))
        for one in told.lines
        if one.get("batch") == "b00000001"
    ]
    assert of_batch == [
        ("batch opened", None), ("batch fetched", None), ("stage done", "fetch"),
        ("batch validated", None), ("stage done", "split"), ("dataset merged", None),
        ("stage done", "merge"), ("batch merged", None),
    ]  # fmt: skip
    assert told.events()[0] == ("feed asked",)
    assert ("release published", "r000001") in told.events("release")
    assert found_in(told.text, PLANTED) == set()
