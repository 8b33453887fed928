"""A miniature city on disk, and ways to put partner files into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hub.partners.city import City
from hub.partners.loader import load_city
from hub.partners.problems import FaultyDeclaration
from hub.partners.spec import Partner

CITY = """
[city]
id = "small"
name = "小城"
title = "小城数据中枢"
timezone = "Asia/Shanghai"
languages = ["zh-CN", "en"]
bbox = [113.0, 29.0, 116.0, 32.0]
calendar = "WUHAN"

[divisions]
code_lengths = [6, 9, 12]
[divisions.patterns]
DISTRICT = '^4201[0-9]{2}$'
STREET = '^4201[0-9]{5}$'

[categories]
national = true
standard_system = "GBT47678.5-2026"

[assessment]
street_units = true
"""
DIVISIONS = """\
division_code,division_name,level_code,kind_code,parent_code,valid_from_on
420100,武汉市,CITY,CITY,,2000-01-01
420104,硚口区,DISTRICT,DISTRICT,420100,2000-01-01
420104001,易家街道,STREET,STREET,420104,2000-01-01
420104002,韩家墩街道,STREET,STREET,420104,2000-01-01
420104001001,甲社区,COMMUNITY,RESIDENTS_COMMITTEE,420104001,2000-01-01
"""
UNITS = """unit_code,unit_name,level_code,group_code,valid_from_on,valid_to_on
AU-420104,硚口区,DISTRICT_UNIT,CENTRAL,2021-08-31,
"""
MEMBERS = """unit_code,member_kind_code,member_id,confidence,valid_from_on,valid_to_on
AU-420104,DIVISION,420104001,likely,2021-08-31,
AU-420104,DIVISION,420104002,likely,2021-08-31,2023-01-01
"""
HEAD = """
[partner]
id = "qiaokou"
title = "硚口区城管执法局 案件系统"
timezone = "Asia/Shanghai"
coordinates = "gcj02"

[source]
connector = "rest"
base_url = "env:QK_URL"
"""
FEED = """
[[feed]]
name = "cases"
dataset = "issue"
key = ["recId"]
category_system = "GBT30428.2-2013"

[feed.read]
path = "/api/cases"
records = "data.list"

[feed.columns]
reported_at = { field = "createTime", format = "%Y-%m-%d %H:%M:%S" }
source_channel_code = { value = "XC" }
category_kind_code = { value = "MATTER" }
category_code = "code"
media_count = { value = 0 }
"""


@pytest.fixture
def city_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    (folder / "partners").mkdir(parents=True)
    files = {
        "city.toml": CITY,
        "division.csv": DIVISIONS,
        "assessment_unit.csv": UNITS,
        "assessment_unit_member.csv": MEMBERS,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def add_partner(city_folder: Path) -> Callable[..., Path]:
    """Write `partners/<name>.toml`."""

    def write(text: str, name: str = "qiaokou") -> Path:
        path = city_folder / "partners" / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def load(city_folder: Path, add_partner: Callable[..., Path]) -> Callable[..., Partner]:
    """The partner as loaded; raises what is wrong with it."""

    def loaded(text: str, name: str = "qiaokou") -> Partner:
        add_partner(text, name)
        return load_city(city_folder, strict=True).partners[name]

    return loaded


@pytest.fixture
def problem_lines(
    city_folder: Path, add_partner: Callable[..., Path]
) -> Callable[..., list[str]]:
    """One line per problem of a partner file; empty if it is sound."""

    def lines(text: str, name: str = "qiaokou") -> list[str]:
        path = add_partner(text, name)
        error = load_city(city_folder).broken.get(path)
        if error is None:
            return []
        assert isinstance(error, FaultyDeclaration)
        return [problem.line for problem in error.problems]

    return lines


@pytest.fixture
def small_city(city_folder: Path) -> City:
    return load_city(city_folder)


@pytest.fixture
def head() -> str:
    """The tables [partner] and [source] of a sound file."""
    return HEAD


@pytest.fixture
def feed() -> str:
    """A sound feed of cases; its last table is [feed.columns]."""
    return FEED
