"""A home with a handful of cases in every state, as the Open311 view meets them.

What lives here: cases, their trail, checks and handlings, written straight into core,
a release of them, an application over it and two consumers. What does not: what the
view says of them (the tests).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import polars as pl
from starlette.types import ASGIApp
from support.consumers import consumer, grant
from support.small_city import PLATFORM, ROSTER, small_house

from hub.flow import tables
from hub.flow.house import House
from hub.flow.reference_data import publish_reference_data
from hub.flow.release import make_release
from hub.schemas import dataset
from hub.sharing.api.app import make_app
from hub.sharing.api.service import Options, Service
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumers
from hub.storage.grants import Grants, RowRule

NOW = datetime(2026, 10, 2, 2, tzinfo=UTC)
DAY = datetime(2026, 9, 10, tzinfo=UTC)
EAST, WEST = "420102", "420103"
SECRET = {
    "description": "张三报：请联系13812348000",
    "address": "民族街12号某小区3栋2单元501室",
    "reporter_name": "李四光",
    "reporter_phone": "13987654321",
    "case_no": "XQ-2026-0042",
}
STEPS = (
    ("SUBMIT", "DISCOVERED", "reported_at"),
    ("ACCEPT", "ACCEPTED", "accepted_at"),
    ("REGISTER", "REGISTERED", "registered_at"),
    ("DISPATCH", "DISPATCHED", "dispatched_at"),
    ("HANDLE", "HANDLED", "handled_at"),
    ("CLOSE", "CLOSED", "closed_at"),
)


def case(number: int, reached: int, **told: Any) -> dict[str, Any]:
    """A case that came `reached` steps far, an hour each."""
    at = {
        name: DAY + timedelta(days=number, hours=n)
        for n, (_, _, name) in enumerate(STEPS[:reached])
    }
    return {
        "issue_id": f"{number:032x}",
        "std_category_kind_code": "MATTER",
        "std_category_code": "06010",
        "stage_code": STEPS[reached - 1][1],
        "deadline_at": DAY + timedelta(days=number + 3),
        "lon": 114.3501,
        "lat": 30.5531,
        "district_code": EAST,
        "handling_org_id": "o1",
        "category_system_code": "GBT47678.5-2026",
        **SECRET,
        **at,
        **told,
    }


PATHS = (
    "discovery", "services", "services/M-06010", "requests", f"requests/{4:032x}",
    "servicerequestupdates",
)  # fmt: skip
CASES = [
    case(1, 1, district_code=WEST),
    case(2, 4),
    case(3, 5),
    case(4, 6),
    case(5, 6, close_type_code="FORCED"),
    case(6, 1, std_category_kind_code="COMPONENT", std_category_code="01001"),
    case(7, 1, std_category_code=None, std_category_kind_code=None, lon=None, lat=None),
    case(8, 2, stage_code="NOT_REGISTERED", cancelled_at=DAY + timedelta(days=9)),
    case(9, 1, duplicate_of_id=f"{2:032x}"),
    case(10, 6),
]
OLD = case(0, 6, reported_at=DAY - timedelta(days=200), closed_at=DAY)
# Said beside the steps that every case has: case, place in its trail, action, hours.
OTHERS = [
    (2, 5, "SUSPEND", 5), (2, 6, "RESUME", 6), (4, 7, "REWORK", 7),
    (8, 3, "CANCEL", 3), (10, 7, "SUPERVISE", 7), (10, 8, "FEEDBACK", 8),
]  # fmt: skip


def events() -> list[dict[str, Any]]:
    """The trail of the cases; stages are told by actions alone."""
    found = []
    for number, one in enumerate([OLD, *CASES]):
        for n, (action, _, at) in enumerate(STEPS):
            if one.get(at) is not None:
                found.append((number, n + 1, action, one[at]))
    found += [
        (number, seq, action, DAY + timedelta(days=number, hours=hours))
        for number, seq, action, hours in OTHERS
    ]
    return [
        {
            "event_id": f"e{number:02}{seq:02}",
            "issue_id": f"{number:032x}",
            "event_seq": seq,
            "action_code": action,
            "happened_at": at,
            "opinion": "办理人13812348000已到场",
        }
        for number, seq, action, at in found
    ]


REVIEWS = [
    {
        "review_id": f"r{number}",
        "issue_id": f"{number:032x}",
        "review_kind_code": "CHECK",
        "result_code": result,
        "done_at": DAY + timedelta(days=number, hours=4, minutes=30),
    }
    for number, result in [(4, "PASS"), (5, "PASS"), (10, "UNABLE")]
]
HANDLINGS = [
    {
        "handling_id": "h3",
        "issue_id": f"{3:032x}",
        "measure_code": "TRANSFER",
        "finished_at": DAY + timedelta(days=3, hours=4),
    }
]
ORGS = [
    {"org_id": "o1", "org_name": name, "valid_from_on": date(year, 1, 1)}
    for name, year in [("旧城管所", 2020), ("新城管所", 2024)]
]


def fill(house: House, **more: list[dict[str, Any]]) -> None:
    """Write rows into core and release them."""
    rows = {
        "issue": [OLD, *CASES],
        "issue_event": events(),
        "review": REVIEWS,
        "handling": HANDLINGS,
        "org": ORGS,
        **more,
    }
    for name, told in rows.items():
        columns = tables.core_columns(dataset(name))
        table = tables.core_table(house.lake, dataset(name))
        partition = dict.fromkeys(tables.core_partitions(dataset(name)), "2026-09")
        partition["partner"] = "platform"
        frame = pl.DataFrame(
            [{**one, **partition} for one in told], infer_schema_length=None
        ).select(
            (
                pl.col(column)
                if column in {*told[0], *partition, *_keys(told)}
                else pl.lit(None)
            )
            .cast(kind)
            .alias(column)
            for column, kind in columns.items()
        )
        table.commit(
            "test", table.number("test") + 1, add=table.write(frame, partition)
        )
    publish_reference_data(house)
    make_release(house)


def _keys(rows: list[dict[str, Any]]) -> set[str]:
    return {name for one in rows for name in one}


@dataclass(frozen=True)
class View:
    """The view, as its readers meet it."""

    house: House
    service: Service
    app: ASGIApp
    key: str
    runner: asyncio.Runner

    def get(self, path: str, *, key: bool = False, **params: Any) -> httpx.Response:
        """Ask for something of the view, with the key or without."""
        headers = {"Authorization": f"Bearer {self.key}"} if key else {}
        return self.send("GET", path, params=params, headers=headers)

    def send(self, method: str, path: str, **told: Any) -> httpx.Response:
        """Send any request; the application runs in this process."""

        async def sent() -> httpx.Response:
            carrier = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            base = "http://127.0.0.1/open311/v2/"
            async with httpx.AsyncClient(transport=carrier, base_url=base) as client:
                return await client.request(method, path, **told)

        return self.runner.run(sent())

    def entries(self) -> list[dict[str, Any]]:
        """All entries of the audit log, in their order."""
        import sqlalchemy as sa

        from hub.storage.audit_tables import ENTRY

        with self.house.control.engine.connect() as connection:
            found = connection.execute(sa.select(ENTRY).order_by(ENTRY.c.number))
            return [dict(row) for row in found.mappings()]


def district(house: House, **told: Any) -> str:
    """A consumer that may have what was told of the east; its key."""
    Consumers(house.control.engine).add(consumer(valid_from=DAY, made_at=DAY))
    given = {
        "columns": (), "clear": (), "masks": {}, "basis": "", "valid_from": DAY,
        "row_rule": RowRule("districts", (EAST,)), "made_at": DAY,
    }  # fmt: skip
    for name in ("issue", "issue_event"):
        Grants(house.control.engine).add(grant(dataset=name, **{**given, **told}))
    return ConsumerKeys(house.control.engine).make("qiaokou", by="甲", at=DAY)[0]


@contextmanager
def viewed(folder: Path, **options: Any) -> Iterator[View]:
    """The view over a home made here."""
    house = small_house(folder, NOW, platform=PLATFORM, roster=ROSTER)
    fill(house)
    key = district(house)
    service = Service(house, Options(**{"per_minute": 1_000_000, **options}))
    service.hand.prepare(service.hand.all()[0])
    with asyncio.Runner() as runner:
        yield View(house, service, make_app(service), key, runner)
    service.close()
    house.control.close()
