"""A folder that a partner drops files into."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from support.declared import feed, partner

from hub.connectors.base import Delivery, Part
from hub.connectors.decode import Wanted, decode
from hub.connectors.files import FilesConnector
from hub.partners.spec import Feed
from hub.settings import Settings

DATED = {"file": r"_(\d{8})", "format": "%Y%m%d"}
PLAIN = feed(read={"files": "*"})
NEVER = feed(read={"files": "*"}, never_land=["密码", "gone"])


def connector(folder: Path | str, one: Feed, **source: Any) -> FilesConnector:
    given = {"connector": "files", "folder": str(folder)} | source
    return FilesConnector(partner(given, one), Settings(environment={}))


def find(
    folder: Path,
    one: Feed,
    *,
    seen: set[tuple[str, str | None]] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Delivery]:
    known = seen or set()
    with connector(folder, one) as open_connector:
        return list(
            open_connector.deliveries(
                one, since=since, until=until, seen=lambda n, c: (n, c) in known
            )
        )


def take(folder: Path, one: Feed, **source: Any) -> tuple[Part, bytes]:
    """The first delivery's part, and its body while the connector is open."""
    with connector(folder, one, **source) as open_connector:
        delivery = next(
            open_connector.deliveries(
                one, since=None, until=None, seen=lambda *_: False
            )
        )
        (part,) = open_connector.read(one, delivery, sweep_keys=None)
        body = part.body if isinstance(part.body, bytes) else part.body.read_bytes()
        return part, body


def columns(part: Part, body: bytes, *names: str) -> list[tuple[str | None, ...]]:
    wanted = Wanted(frozenset(names), {})
    chunks = decode(io.BytesIO(body), part.meta, wanted)
    return [row for chunk in chunks for row in chunk.frame.select(names).rows()]


ROSTER: list[list[object]] = [
    ["XX街道"],
    ["id", "no", "密码"],
    [1, "甲", "c4nary"],
    [],
    [2, "乙", None],
]


def workbook(path: Path, rows: list[list[object]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("花名册")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
