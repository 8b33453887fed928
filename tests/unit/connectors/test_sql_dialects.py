"""The table of dialects: what sessions are told, and which extra brings a driver."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib.util import find_spec

import pytest
from sqlalchemy.engine import make_url
from support.declared import feed, partner

from hub.connectors.base import Place
from hub.connectors.sql import SqlConnector
from hub.connectors.sql_dialects import DIALECTS, filled, offset_at, written
from hub.connectors.sql_engine import make_engine
from hub.errors import DeclarationError
from hub.settings import Settings

SUMMER = datetime(2026, 7, 1, tzinfo=UTC)
WINTER = datetime(2026, 1, 1, tzinfo=UTC)
DRIVERS = [
    ("oracle+oracledb", "oracledb", "oracle"),
    ("mssql+pymssql", "pymssql", "mssql"),
    ("dm+dmPython", "dmPython", "dm"),
]


@pytest.mark.parametrize(("address", "module", "extra"), DRIVERS)
def test_a_missing_driver_is_named_with_the_extra_that_brings_it(
    address: str, module: str, extra: str
) -> None:
    if find_spec(module) is not None:
        pytest.skip(f"{module} is installed here")
    one = feed(read={"table": "cases"})
    declared = partner({"connector": "sql", "url": f"{address}://u:p@h/x"}, one)

    with pytest.raises(DeclarationError, match=rf"city-hub\[{extra}\]") as failed:
        SqlConnector(declared, Settings())

    assert "u:p" not in str(failed.value)


def test_an_unknown_database_is_named() -> None:
    with pytest.raises(DeclarationError, match=r"docs/databases\.md lists them"):
        make_engine(make_url("nonesuch+x://h/d"), Place("qiaokou"), timeout=1)


@pytest.mark.parametrize(
    ("zone", "now", "offset"),
    [
        ("Asia/Shanghai", WINTER, "+08:00"),
        ("America/New_York", WINTER, "-05:00"),
        ("America/New_York", SUMMER, "-04:00"),
        ("Asia/Kolkata", SUMMER, "+05:30"),
        ("UTC", SUMMER, "+00:00"),
    ],
)
def test_the_offset_of_a_session_is_that_of_its_moment(
    zone: str, now: datetime, offset: str
) -> None:
    assert written(offset_at(zone, now)) == offset


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_statements_are_filled_and_every_server_is_kept_from_writing(name: str) -> None:
    known = DIALECTS[name]
    offset = offset_at("Asia/Shanghai", WINTER)
    told = filled(
        known.session + known.reading + known.begin + known.marking,
        "Asia/Shanghai",
        offset,
    )

    assert not re.search(r"[{}]", " ".join(told))
    # SQL Server has no such statement: its login must be one that only reads.
    kept = re.search(r"READ ONLY|query_only", " ".join(told))
    assert bool(kept) is (name != "mssql")
