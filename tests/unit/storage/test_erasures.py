"""Tombstones and requests in the control database, on both dialects."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from support.consumers import consumer

from hub.errors import MisuseError
from hub.storage.consumers import Consumers
from hub.storage.control import ControlDatabase
from hub.storage.erasures import Erasure, Erasures, Replaced
from hub.storage.requests import Request, Requests, Taken

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)


def erasure(**other: object) -> Erasure:
    told: dict[str, object] = {
        "rule": "tracks",
        "dataset": "patrol",
        "columns": ("track",),
        "reason": "六个月",
        "author": "甲",
        "counts": {},
        "made_at": AT,
    }
    return Erasure(**told | other)  # type: ignore[arg-type]


def tombstones(*keys: str, column: str = "track") -> pl.DataFrame:
    return pl.DataFrame({"key": keys}).select(
        "key",
        dataset=pl.lit("patrol"),
        column=pl.lit(column),
        partner=pl.lit("lzz"),
    )


def test_tombstones_are_found_by_key_and_dataset(control: ControlDatabase) -> None:
    desk = Erasures(control.engine)
    assert desk.datasets(["patrol"]) == frozenset()
    made = desk.open(erasure(), tombstones("a", "b"))

    wanted = pl.Series(["a", "x", None, "a"])
    assert desk.lookup("patrol", wanted).rows() == [("a", "track")]
    assert desk.lookup("issue", wanted).is_empty()
    assert desk.datasets(["issue", "patrol"]) == {"patrol"}
    assert sorted(desk.tombstones(made.number)["key"]) == ["a", "b"]


def test_the_first_tombstone_of_a_value_stays(control: ControlDatabase) -> None:
    desk = Erasures(control.engine)
    first = desk.open(erasure(), tombstones("a"))
    second = desk.open(erasure(rule=None), tombstones("a", "b"))

    assert desk.tombstones(first.number)["key"].to_list() == ["a"]
    assert desk.tombstones(second.number)["key"].to_list() == ["b"]


def test_an_erasure_ends_once(control: ControlDatabase) -> None:
    desk = Erasures(control.engine)
    made = desk.open(erasure(), tombstones("a"))
    assert [one.number for one in desk.all("erasing")] == [made.number]

    done = desk.close(made.number, {"raw": 2}, AT + timedelta(hours=1))
    again = desk.close(made.number, {"raw": 0}, AT + timedelta(hours=2))

    assert (done.state, done.counts) == ("done", {"raw": 2})
    assert again == done
    assert desk.all("erasing") == []


def test_a_replaced_file_is_told_of_once(control: ControlDatabase) -> None:
    desk = Erasures(control.engine)
    made = desk.open(erasure(), tombstones("a"))
    told = [Replaced("p", "q", 1)]

    desk.record_files(made.number, "core/patrol", told, version=4)
    desk.record_files(made.number, "core/patrol", told, version=5)

    assert desk.files_of("core/patrol").rows() == [("p", "q", made.number, 1, 4)]
    assert desk.files_of("core/issue").is_empty()


def asked(control: ControlDatabase) -> Request:
    Consumers(control.engine).add(consumer())
    return Requests(control.engine).add(
        Request(
            kind="correction",
            consumer="qiaokou",
            dataset="issue",
            columns=("category_code",),
            row_key="k",
            partner="platform",
            reason="x",
            made_at=AT,
            made_by="甲",
        )
    )


def test_a_request_takes_each_step_once_and_in_order(control: ControlDatabase) -> None:
    desk, made = Requests(control.engine), asked(control)

    def take(step: str, hours: int) -> Request:
        at = AT + timedelta(hours=hours)
        return desk.take(made.number, Taken(step=step, at=at, author="乙"))  # type: ignore[arg-type]

    with pytest.raises(MisuseError, match="not answered yet"):
        take("delivered", 1)
    take("accepted", 2)
    for step in ("accepted", "rejected"):
        with pytest.raises(MisuseError, match="accepted already"):
            take(step, 3)
    take("closed", 4)
    with pytest.raises(MisuseError, match="closed"):
        take("delivered", 5)

    kept = desk.find(made.number)
    assert [one.step for one in kept.steps] == ["accepted", "closed"]
    assert desk.all(partner="platform") == [kept]
    assert desk.all(partner="roster") == []
