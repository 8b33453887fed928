"""`hub request` and `hub retention` from outside: who asks, until when, what went."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.erasable_city import PHONE, case, deliver, erasable_house, key_of
from support.small_city import small_house

from hub.cli.program import main
from hub.storage.control import read
from hub.storage.request_tables import REQUEST, REQUEST_STEP

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
BY = ("--author", "甲")
CONSUMER = (
    "consumer", "add", "east", "--org", "东区城管局", "--role", "数据专员",
    "--purpose", "月度考核", "--unit", "AU-E", *BY,
)  # fmt: skip
GRANT = (
    "consumer", "grant", "east", "--dataset", "issue", "--class", "CONDITIONAL",
    "--rows", "own", "--purpose", "月度考核", *BY,
)  # fmt: skip
CORRECTION = (
    "request", "add", "correction", "--consumer", "east", "--dataset", "issue",
    "--column", "category_code", "--reason", "类别有误，请联系138-1234-8000", *BY,
)  # fmt: skip
ACCESS = (
    "request", "add", "access", "--consumer", "east", "--dataset", "patrol",
    "--purpose", "月度考核", "--columns", "person_id,started_at", "--reason", "办法",
    *BY,
)  # fmt: skip
CALENDAR = '\n[calendar]\nholidays = "CN"\nshifts = ["08:00-12:00", "14:00-18:00"]\n'


@dataclass(frozen=True)
class Desk:
    """A hub in this process, and what its commands print."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *args: str, at: datetime = NOW, code: int = 0) -> str:
        """What a command prints."""
        self.monkeypatch.setenv("HUB_NOW", at.isoformat())
        city = self.folder / "city"
        where = ("--home", str(self.folder / "home"), "--city", str(city))
        ended = main([*args, *where])
        told = self.capsys.readouterr()
        assert ended == code, told.err
        return told.out or told.err

    def json(self, *args: str, at: datetime = NOW, code: int = 0) -> Any:
        """The one value that a command answers with."""
        return json.loads(self(*args, "--json", at=at, code=code))


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with one closed case. For copying only."""
    folder = tmp_path_factory.mktemp("told")
    house = erasable_house(folder)
    deliver(house, [case("1")])
    house.control.close()
    about = folder / "city" / "city.toml"
    about.write_text(about.read_text("utf-8") + CALENDAR, "utf-8")
    return folder


@pytest.fixture
def desk(
    told: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    for name in [name for name in os.environ if name.startswith("HUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "120")
    shutil.copytree(told, tmp_path / "copy")
    made = Desk(tmp_path / "copy", capsys, monkeypatch)
    made(*CONSUMER)
    return made


def test_a_correction_goes_to_its_source_and_keeps_its_history(desk: Desk) -> None:
    desk(*GRANT)
    key = key_of("1")

    made = desk.json(*CORRECTION, "--row", key, "--value", "0111")

    assert (made["partner"], made["state"], made["proposed"]) == (
        "platform", "waiting", "0111",
    )  # fmt: skip
    assert made["reason"] == "类别有误，请联系[电话]"
    assert made["due"]["on"] == "2026-12-14"
    (listed,) = desk.json("request", "list", "--partner", "platform")
    assert listed["request"] == 1
    assert desk.json("request", "list", "--partner", "roster") == []
    late = datetime(2026, 12, 15, 1, tzinfo=UTC)
    (overdue,) = desk.json("request", "list", "--state", "overdue", at=late)
    assert overdue["request"] == 1
    assert "逾期" in desk("request", "list", at=late)
    desk("request", "answer", "1", "--accept", "--author", "乙")
    done = desk.json("request", "close", "1", "--reason", "已更正", "--author", "丙")
    assert [one["step"] for one in done["history"]] == ["accepted", "closed"]
    assert [one["author"] for one in done["history"]] == ["乙", "丙"]
    assert desk.json("request", "list") == []
    assert len(desk.json("request", "list", "--all")) == 1


def test_a_person_is_not_told_about_in_a_request(desk: Desk) -> None:
    desk(*GRANT)
    given = list(CORRECTION)
    given[given.index("category_code")] = "description"

    refused = desk(*given, "--row", key_of("1"), "--value", PHONE, code=2)

    assert "not written down" in refused
    desk(*given, "--row", key_of("1"))
    house = small_house(desk.folder, NOW)
    with read(house.control.engine) as connection:
        kept = [
            str(tuple(row))
            for table in (REQUEST, REQUEST_STEP)
            for row in connection.execute(sa.select(table))
        ]
    assert kept
    assert not any(PHONE in one or "138-1234-8000" in one for one in kept)


@pytest.mark.parametrize(
    ("args", "seen"),
    [
        ((*CORRECTION, "--row", "0" * 32), "was never shared"),
        ((*CORRECTION,), "names no row"),
        ((*ACCESS, "--row", "x"), "says nothing about it"),
        (("request", "show", "9"), "none of that number"),
        (("request", "answer", "9", *BY), "neither --accept nor --reject"),
    ],
)
def test_what_makes_no_sense_is_refused(
    desk: Desk, args: tuple[str, ...], seen: str
) -> None:
    assert seen in " ".join(desk(*args, code=2).split())
    assert desk.json("request", "list", "--all") == []


def test_access_is_delivered_by_the_grant_that_was_asked_for(desk: Desk) -> None:
    desk(*GRANT)
    desk(*ACCESS)
    assert "no reason" in desk("request", "answer", "1", "--reject", *BY, code=2)
    desk("request", "answer", "1", "--accept", *BY)
    assert "accepted already" in desk("request", "answer", "1", "--accept", *BY, code=2)
    assert "no grant fulfils" in desk("request", "deliver", "1", *BY, code=2)
    wrong = desk("request", "deliver", "1", "--grant", "1", *BY, code=2)
    assert "another dataset" in wrong

    given = list(GRANT)
    given[given.index("issue")] = "patrol"
    given[given.index("own")] = "all"
    number = desk.json(*given)["grant"]
    done = desk.json("request", "deliver", "1", "--grant", str(number), *BY)

    assert (done["state"], done["grant"], done["due"]) == ("delivered", number, None)


def test_retention_tells_before_it_erases_and_what_it_did(desk: Desk) -> None:
    later = datetime(2027, 1, 15, tzinfo=UTC)
    (planned,) = desk.json("retention", "plan", at=later)
    assert (planned["rows"], planned["values"]) == (
        1, {"reporter_name": 1, "reporter_phone": 1},
    )  # fmt: skip
    assert (
        desk.json("retention", "plan", at=datetime(2026, 11, 1, tzinfo=UTC))[0]["rows"]
        == 0
    )

    (done,) = desk.json("retention", "run", *BY, at=later)

    assert (done["state"], done["rule"]) == ("done", "reporters")
    assert done["counts"]["tombstones"] == 2
    assert desk.json("retention", "run", *BY, at=later) == []
    (kept,) = desk.json("retention", "list")
    assert (kept["author"], kept["reason"]) == ("甲", "结案满两个月")
    verified = desk.json("release", "verify", "r000001", at=later)
    assert verified["ok"]
    told = {one["dataset"]: one["erased"] for one in verified["datasets"]}
    assert told["issue"] == [1]
    row = ("retention", "erase", "issue", key_of("1"), "--reason", "误报", *BY)
    (gone,) = desk.json(*row, at=later)
    assert (gone["columns"], gone["state"]) == ([], "done")
    assert "no rule nothing" in desk("retention", "plan", "--rule", "nothing", code=2)
