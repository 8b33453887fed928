"""`hub consumer` from outside: a key is shown once, and nothing is deleted."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.small_city import small_house

from hub.cli.program import main
from hub.sharing.asks import Allowed, Ask, Refused, Who
from hub.sharing.callers import Callers
from hub.sharing.decision import Rulebook, decide
from hub.storage.control import ControlDatabase, read
from hub.storage.tables import METADATA

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
KEY = re.compile(r"hub_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")
ADD = (
    "add", "east", "--org", "东区城管局", "--role", "数据专员", "--purpose", "月度考核",
    "--unit", "AU-E", "--author", "甲",
)  # fmt: skip
GRANT = (
    "grant", "east", "--dataset", "issue", "--class", "CONDITIONAL", "--rows", "own",
    "--purpose", "月度考核", "--author", "甲",
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """A hub in this process, and what its commands print."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *args: str, at: datetime = NOW, code: int = 0) -> str:
        """What a command prints on standard output."""
        self.monkeypatch.setenv("HUB_NOW", at.isoformat())
        where = ("--home", str(self.folder / "home"), "--city", str(self.city))
        ended = main(["consumer", *args, *where])
        told = self.capsys.readouterr()
        assert ended == code, told.err
        return told.out or told.err

    def json(self, *args: str, at: datetime = NOW, code: int = 0) -> Any:
        """The one value that a command answers with."""
        return json.loads(self(*args, "--json", at=at, code=code))

    @property
    def city(self) -> Path:
        return self.folder / "city"


@pytest.fixture
def desk(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    for name in [name for name in os.environ if name.startswith("HUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    small_house(tmp_path, NOW).control.close()
    return Desk(tmp_path, capsys, monkeypatch)


def _decided(desk: Desk, key: str, at: datetime) -> Allowed | Refused:
    """What a server that has just started would decide."""
    house = small_house(desk.folder, NOW)
    who = Callers(house.control.engine).recognise(key)
    house.control.close()
    assert isinstance(who, Who)
    ask = Ask(dataset="issue", at=at, form="api")
    return decide(who, ask, Rulebook.of(house.city))


def test_a_consumer_goes_its_way(desk: Desk) -> None:
    added = desk.json(*ADD)
    assert added["consumer"]["state"] == "active"
    assert added["kept"]["prefix"] in added["key"]

    granted = desk.json(*GRANT)
    assert (granted["grant"], granted["rows"]) == (1, "own")
    answer = _decided(desk, added["key"], NOW)
    assert isinstance(answer, Allowed)
    streets = answer.rows.as_data()["any"][0]
    assert streets == {"column": "street_code", "in": ["420102001", "420102002"]}

    later = NOW.replace(day=1, month=12)
    rotated = desk.json("rotate", "east", "--author", "乙", at=later)
    week = NOW.replace(day=9, month=12)
    shown = desk.json("show", "east", at=week)
    assert [one["state"] for one in shown["keys"]] == ["expired", "active"]
    expired = _decided(desk, added["key"], week)
    assert isinstance(expired, Refused)
    assert expired.kind == "expired"
    assert isinstance(_decided(desk, rotated["key"], week), Allowed)

    why = ("--reason", "到期", "--author", "乙")
    assert desk.json("revoke", "east", "--grant", "1", *why)["state"] == "revoked"
    gone = _decided(desk, rotated["key"], week)
    assert isinstance(gone, Refused)
    assert gone.kind == "unknown"
    assert desk.json("revoke", "east", *why)["revoked_reason"] == "到期"
    assert desk.json("list") == []
    (kept,) = desk.json("list", "--all")
    assert (kept["consumer"], kept["keys"], kept["grants"]) == ("east", 0, 0)


def test_a_key_is_printed_once_and_kept_nowhere(desk: Desk) -> None:
    (key,) = KEY.findall(desk(*ADD))
    desk(*GRANT)
    (other,) = KEY.findall(desk("rotate", "east", "--author", "甲"))

    assert key != other
    for args in (("list",), ("show", "east"), ("list", "--json"),
                 ("show", "east", "--json")):  # fmt: skip
        printed = desk(*args)
        assert not KEY.search(printed)
        assert "digest" not in printed
        assert "salt" not in printed
    control = ControlDatabase(f"sqlite:///{desk.folder / 'home' / 'control.db'}")
    with read(control.engine) as connection:
        stored = " ".join(
            str(tuple(row))
            for table in METADATA.sorted_tables
            for row in connection.execute(sa.select(table))
        )
    control.close()
    assert key[4:16] in stored
    assert key[17:] not in stored
    assert other[17:] not in stored


def test_pages_fit_a_terminal_and_speak_chinese(desk: Desk) -> None:
    from rich.cells import cell_len

    desk(*ADD)
    desk(*GRANT, "--mask", "description=drop", "--form", "api", "--until", "2027-01-01")

    pages = [desk("list"), desk("show", "east")]

    assert all(cell_len(line) <= 80 for page in pages for line in page.splitlines())
    assert "东区城管局" in pages[0]
    for word in (
        "有效",
        "用途",
        "授权",
        "密钥",
        "description=drop",
        "class CONDITIONAL",
    ):
        assert word in pages[1]


def test_misuse_is_told_and_nothing_is_kept(desk: Desk) -> None:
    desk(*ADD)
    wrong = {
        ("show", "nobody"): "there is none of that name",
        ("revoke", "nobody", "--reason", "x", "--author", "甲"): "none of that name",
        ("add", "2", *ADD[2:]): "name is not usable",
        (*GRANT, "--mask", "address"): "COL=MASK",
        (*GRANT, "--columns", "fax"): "no column fax",
        (*GRANT, "--columns", "reporter_name"): "no legal basis",
        ADD: "is there, or was",
    }

    for args, seen in wrong.items():
        error = desk.json(*args, code=2)["error"]
        assert error["code"] == "misuse"
        assert seen in error["message"]

    assert desk.json("show", "east")["grants"] == []
    assert len(desk.json("list", "--all")) == 1


def test_a_key_or_a_grant_is_revoked_not_both(desk: Desk) -> None:
    prefix = desk.json(*ADD)["kept"]["prefix"]
    desk(*GRANT)
    why = ("--reason", "泄露", "--author", "甲")

    desk("revoke", "east", "--grant", "1", "--key", prefix, *why, code=2)
    told = desk.json("revoke", "east", "--key", prefix, *why)

    assert (told["prefix"], told["state"]) == (prefix, "revoked")
    shown = desk.json("show", "east")
    assert [one["state"] for one in shown["grants"]] == ["active"]
    assert shown["state"] == "active"


def test_a_consumer_that_has_ended_gets_no_key(desk: Desk) -> None:
    desk(*ADD, "--until", "2026-12-02")
    after = NOW.replace(day=3, month=12)

    error = desk.json("rotate", "east", "--author", "甲", at=after, code=2)["error"]

    assert "has ended" in error["message"]
