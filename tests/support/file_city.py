"""A hub as somebody outside meets it: a city of files, and its commands.

What lives here: a city with one partner who drops CSV and JSON Lines, the files of
its days, and running `hub` with nothing of this process's surroundings, as a process
or in this one (`called_here`). What does not: looking inside; these tests see exit
codes, output and files.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.called_here import call
from support.small_city import CITY, write_city

DISTRICT = """
[partner]
id = "district"
title = "东区 案件系统"
timezone = "Asia/Shanghai"
coordinates = "wgs84"

[source]
connector = "files"
folder = "env:DISTRICT_DROP"

[[feed]]
name = "cases"
dataset = "issue"
key = ["编号"]
changed = "更新时间"
category_system = "GBT30428.2-2013"
read = { files = "cases_*.csv" }
expect = { min_rows = 2 }   # a delivery of one row is a broken export

[feed.columns]
case_no = "编号"
reported_at = "上报时间"
dispatched_at = "派遣时间"
handled_at = "处置时间"
source_deadline_at = "时限"
source_stage_id = { field = "状态", codes = "stage" }
district_code = "区"
street_code = "街道"
lon = "经度"
lat = "纬度"
reporter_name = "上报人"
source_channel_code = { value = "LZZ" }
category_kind_code = { value = "MATTER" }
category_code = { value = "0110" }
media_count = { value = 0 }

[feed.codes.stage]
"待派遣" = "REGISTERED"
"已处置" = "HANDLED"

[[feed]]
name = "notes"
dataset = "review"
key = ["id"]
changed = "at"
read = { files = "notes_*.jsonl" }

[feed.columns]
issue_id = { field = "case", ref = "issue" }
attempt_seq = { value = 1 }
review_kind_code = { field = "kind", codes = "kind" }
result_code = { field = "verdict", codes = "verdict" }
done_at = "at"
media_count = { value = 0 }

[feed.codes.kind]
"核查" = "CHECK"

[feed.codes.verdict]
"通过" = "PASS"
"不通过" = "FAIL"
"""

HEAD = "编号,更新时间,上报时间,派遣时间,处置时间,时限,状态,区,街道,经度,纬度,上报人"
NAME = "王小二"  # a reporter; no output may show it unasked
NOW = "2026-10-03T08:00:00+08:00"


def case(
    key: str,
    state: str = "待派遣",
    *,
    street: str = "420102001",
    reported: str = "2026-10-01 08:00:00",
    handled: str = "",
    changed: str = "2026-10-01 12:00:00",
) -> str:
    """One line of a delivery of cases."""
    place = f"{street[:6]},{street},114.3051,30.5931"
    times = f"{reported},2026-10-01 08:30:00,{handled},2026-10-02 08:00:00"
    return f"{key},{changed},{times},{state},{place},{NAME}"


def note(key: str, about: str, verdict: str = "通过") -> str:
    """One line of a delivery of notes."""
    told = {
        "id": key,
        "case": about,
        "kind": "核查",
        "verdict": verdict,
        "at": "2026-10-02 09:00:00",
    }
    return json.dumps(told, ensure_ascii=False)


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one value on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str | None]:
        """The error object, exactly as promised."""
        assert set(self.json) == {"error"}
        error = self.json["error"]
        assert set(error) == {"code", "message", "partner", "feed", "next"}
        assert isinstance(error, dict)
        return error


@dataclass(frozen=True)
class FileCity:
    """A city folder, its partner's drop folder and a home, all temporary."""

    folder: Path

    @classmethod
    def made_in(cls, folder: Path) -> FileCity:
        """A new city; nothing was delivered yet."""
        city = write_city(folder / "city", district=DISTRICT)
        (city / "city.toml").write_text(CITY.partition("[lead]")[0])
        (folder / "drop").mkdir()
        return cls(folder)

    @property
    def home(self) -> Path:
        """The hub's home."""
        return self.folder / "home"

    @property
    def partner_file(self) -> Path:
        """The declaration of the one partner."""
        return self.folder / "city" / "partners" / "district.toml"

    def drop(self, name: str, *lines: str) -> None:
        """Deliver a file; a CSV gets its header."""
        rows = [HEAD, *lines] if name.endswith(".csv") else list(lines)
        text = "\n".join(rows) + "\n"
        (self.folder / "drop" / name).write_text(text, encoding="utf-8")

    def drop_first_day(self) -> None:
        """Deliver good, odd and repeated rows."""
        self.drop(
            "cases_1.csv",
            case("A1"),
            case("A2", "已处置", handled="2026-10-01 11:00:00"),
            case("A3", "没听过"),
            case("A1"),
            case("A5", street="420199001"),
        )
        self.drop("notes_1.jsonl", note("n1", "A2"), note("n2", "A9"))

    def hub(self, *args: str, **surroundings: str) -> Done:
        """Run one command in this process: what most tests are about."""
        given = self._surroundings | surroundings
        return Done(*call(args, cwd=self.folder, surroundings=_plain() | given))

    def program(self, *args: str, **surroundings: str) -> Done:
        """Run one command as a process of its own, with all that belongs to it."""
        return run_hub(*args, cwd=self.folder, **(self._surroundings | surroundings))

    @property
    def _surroundings(self) -> dict[str, str]:
        return {
            "HUB_HOME": str(self.home),
            "HUB_CITY": str(self.folder / "city"),
            "HUB_NOW": NOW,
            "DISTRICT_DROP": str(self.folder / "drop"),
            # A handful of rows: more threads would only wake those of other tests.
            "POLARS_MAX_THREADS": "1",
        }


def run_hub(*args: str, cwd: Path, **surroundings: str) -> Done:
    """Run `hub` without any HUB_ variable of this process."""
    done = subprocess.run(
        [sys.executable, "-m", "hub.cli", *args],
        cwd=cwd,
        env=_plain() | surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _plain() -> dict[str, str]:
    """Variables of this process without those that change what `hub` says."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HUB_") and name not in ("COLUMNS", "DAGSTER_HOME")
    }
