"""What a run leaves about its work: stages, their times, and what was asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.partner_server import Reply, serve
from support.trap_partner import CASE, HTTP, cases, opened, partner

from hub.flow.city_run import ask_partner, finish_run
from hub.flow.house import House
from hub.storage.stages import Stages

TEXT = partner(cases('path = "/cases"'), source=HTTP + "limits = { attempts = 1 }\n")


def told(house: House) -> dict[tuple[str, str], dict[str, Any]]:
    found = Stages(house.control.engine).all()
    return {(one["feed"], one["stage"]): one for one in found}


def ask(house: House) -> None:
    ask_partner(house, "district", [], (None, None))


def test_every_stage_of_a_run_is_summed_with_its_requests(tmp_path: Path) -> None:
    with serve(lambda _: Reply([CASE])) as server:
        house = opened(tmp_path, TEXT, PARTNER_URL=server.url)
        ask(house)
        finish_run(house)
        first = told(house)
        ask(house)

    assert set(first) == {
        ("", "link"), ("", "metric"), ("", "release"),
        ("cases", "fetch"), ("cases", "split"), ("cases", "merge"),
    }  # fmt: skip
    assert all(one["microseconds"] > 0 for one in first.values())
    assert (first["cases", "fetch"]["requests"], len(server.requests)) == (1, 2)
    again = told(house)["cases", "fetch"]
    assert (again["times"], again["requests"], again["retries"]) == (2, 2, 0)


def test_a_partner_that_is_down_was_asked_all_the_same(tmp_path: Path) -> None:
    with serve(lambda _: Reply(status=503)) as server:
        house = opened(tmp_path, TEXT, PARTNER_URL=server.url)
        ask(house)

    assert set(told(house)) == {("cases", "fetch")}
    assert told(house)["cases", "fetch"]["requests"] == 1


def test_figures_about_work_never_undo_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise sa.exc.OperationalError("", None, Exception())

    monkeypatch.setattr(Stages, "add", down)
    with serve(lambda _: Reply([CASE])) as server:
        house = opened(tmp_path, TEXT, PARTNER_URL=server.url)
        ask(house)

    (batch,) = house.ledger.batches()
    assert batch.state == "merged"
