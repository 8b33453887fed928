"""A world for decisions: two districts, drawn classes and masks, policies and asks.

What lives here: the city's places and rows, and drawing policies and asks from a source
of chance, so that most asks are for something that is granted. What does not: the rules
(`sharing_reference`), the comparison (the test).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any, TypeVar

import polars as pl
from support.consumers import AT, consumer, grant
from support.sharing_reference import Question, World

from hub.sharing.decision import Rulebook
from hub.sharing.subjects import PUBLIC_LEVELS, Asked, Subject
from hub.sharing.territory import Territory
from hub.storage.consumer_keys import ConsumerKey
from hub.storage.consumers import Consumer
from hub.storage.grants import Grant, RowRule

EAST, WEST = "420102", "420104"
STREETS = ("420102001", "420102002", "420104001")
PARENTS = {
    EAST: "420100",
    WEST: "420100",
    "420102001": EAST,
    "420102002": EAST,
    "420104001": WEST,
    "420102001001": "420102001",
    "420104001001": "420104001",
}
LEVELS = {6: "DISTRICT", 9: "STREET", 12: "COMMUNITY"}
OVER = {"AU-S": "AU-E"}
MEMBERS = [
    ("AU-E", "DIVISION", "420102001"),
    ("AU-S", "AREA", "area-2"),
    ("AU-W", "DIVISION", "420104001"),
    ("AU-W", "AREA", "area-3"),
]
# Ended before the day of every ask: it must reach nothing.
GONE = ("AU-W", "DIVISION", "420102002")
CLASSES = {
    "issue": "CONDITIONAL",
    "handling": "CONDITIONAL",
    "org": "OPEN",
    "figure": "OPEN",
    "work_calendar": "OPEN",
}
COLUMNS = {
    "issue": ("issue_id", "district_code", "street_code", "area_id", "note"),
    "handling": ("handling_id", "issue_id", "opinion"),
    "org": ("org_name", "division_code", "unit_code"),
    "figure": ("level", "unit_code", "numerator"),
    "work_calendar": ("day_on", "note"),
}
ROWS: dict[str, list[dict[str, Any]]] = {
    "issue": [
        {
            "issue_id": f"i{n}",
            "district_code": district,
            "street_code": street,
            "area_id": area,
            "note": "",
        }
        for n, (district, street, area) in enumerate(
            [
                (EAST, "420102001", None),
                (EAST, "420102002", "area-2"),
                (WEST, "420104001", "area-3"),
                (EAST, "420104001", None),
                (None, "420102001", None),
                (WEST, None, "area-2"),
                (None, None, None),
            ]
        )
    ],
    "handling": [
        {"handling_id": f"h{n}", "issue_id": of, "opinion": ""}
        for n, of in enumerate(["i0", "i1", "i2", "i3", "i6", "i9", None, "i5"])
    ],
    "org": [
        {"org_name": "", "division_code": division, "unit_code": unit}
        for division, unit in [
            ("420102001001", None), ("420102002", None), (WEST, "AU-W"),
            ("420100", None), (None, "AU-S"), (None, None),
        ]
    ],
    "figure": [
        {"level": level, "unit_code": code, "numerator": 1}
        for level, code in [
            ("city", None), ("district", EAST), ("street", "420104001"),
            ("unit", "AU-E"), ("chief", "p1"),
        ]
    ],
    "work_calendar": [{"day_on": "2026-11-30", "note": ""}],
}  # fmt: skip


def frame(dataset: str) -> pl.DataFrame:
    """The rows of a dataset, numbered in `place`."""
    kinds = dict.fromkeys(COLUMNS[dataset], pl.String())
    if dataset == "figure":
        kinds["numerator"] = pl.Int64()  # type: ignore[assignment]
    return pl.DataFrame(ROWS[dataset], schema=kinds).with_row_index("place")


def territory() -> Territory:
    """The places as the hub holds them."""
    begin, end = AT.date() - timedelta(days=400), AT.date() - timedelta(days=9)
    return Territory(
        pl.DataFrame(
            {
                "division_code": list(PARENTS),
                "parent_code": list(PARENTS.values()),
                "level_code": [LEVELS[len(code)] for code in PARENTS],
            }
        ),
        pl.DataFrame(
            {
                "unit_code": ["AU-E", "AU-S", "AU-W"],
                "parent_unit_code": [None, "AU-E", None],
                "valid_from_on": [begin] * 3,
                "valid_to_on": pl.Series([None] * 3, dtype=pl.Date),
            }
        ),
        pl.DataFrame(
            [(*one, begin, end if one == GONE else None) for one in [*MEMBERS, GONE]],
            schema={
                "unit_code": pl.String,
                "member_kind_code": pl.String,
                "member_id": pl.String,
                "valid_from_on": pl.Date,
                "valid_to_on": pl.Date,
            },
            orient="row",
        ),
        "Asia/Shanghai",
    )


TERRITORY = territory()
MASKS = ("name", "phone", "owner_name", "pseudonym", "drop", "idno", "idno_strict")
RULES = (
    RowRule("all"),
    RowRule("own"),
    RowRule("districts", (EAST,)),
    RowRule("districts", (WEST, EAST)),
    RowRule("streets", ("420102001",)),
    RowRule("streets", ("420102002", "420104001")),
)
T = TypeVar("T")


def _some(chance: Random, names: Sequence[T], most: int) -> tuple[T, ...]:
    return tuple(chance.sample(names, chance.randint(0, min(most, len(names)))))


def _hour(chance: Random, *, one_in: int) -> datetime | None:
    """Mostly nothing; else an instant near the asks, with some of them the very one."""
    if chance.randrange(one_in):
        return None
    return AT + timedelta(hours=chance.randint(-1, 2))


def _begin(chance: Random) -> datetime:
    return AT - timedelta(hours=0 if chance.randrange(12) == 0 else 2)


def _purpose(chance: Random) -> str:
    return chance.choice(("考核", "考核", "考核", "研究"))


def world(chance: Random) -> World:
    """The city with a class and a mask drawn for every column."""
    shares = ("OPEN", "OPEN", "CONDITIONAL", "CONDITIONAL", "CLOSED")
    columns = {
        name: {
            one: (chance.choice(shares), chance.choice(("", "", "", *MASKS)))
            for one in found
        }
        for name, found in COLUMNS.items()
    }
    levels = {code: LEVELS[len(code)] for code in PARENTS}
    return World(CLASSES, columns, ROWS, PARENTS, levels, OVER, MEMBERS)


def rulebook(world: World) -> Rulebook:
    """The same world as the hub's own values."""
    found = {
        name: Subject(
            name,
            CLASSES[name],  # type: ignore[arg-type]
            MappingProxyType(
                {
                    one: Asked(share, mask or None)  # type: ignore[arg-type]
                    for one, (share, mask) in columns.items()
                }
            ),
            open_rows=("level", PUBLIC_LEVELS) if name == "figure" else None,
            is_statistic=name == "figure",
        )
        for name, columns in world.columns.items()
    }
    return Rulebook(subjects=found, territory=TERRITORY)


def policy(
    chance: Random,
) -> tuple[Consumer | None, ConsumerKey | None, tuple[Grant, ...]]:
    """Nobody, or a consumer with or without a key, and three grants."""
    if chance.randrange(8) == 0:
        return None, None, ()
    one = consumer(
        purposes=chance.choice((("考核",), ("考核", "研究"))),
        units=chance.choice(((), ("AU-E",), ("AU-W",), ("AU-S", "AU-W"))),
        valid_from=_begin(chance),
        valid_until=_hour(chance, one_in=10),
        revoked_at=_hour(chance, one_in=15),
    )
    key = ConsumerKey(
        number=1,
        consumer="qiaokou",
        prefix="0" * 12,
        salt="",
        digest="",
        made_at=_begin(chance),
        made_by="甲",
        valid_until=_hour(chance, one_in=10),
        revoked_at=_hour(chance, one_in=15),
    )
    grants = tuple(_grant(chance, number) for number in (1, 2, 3))
    return one, chance.choice((None, key)), grants


def _grant(chance: Random, number: int) -> Grant:
    """A grant, sensible or not: a kept one may have become odd since."""
    dataset = chance.choice(("issue", *COLUMNS))
    names = COLUMNS[dataset]
    overrides = dict.fromkeys(_some(chance, names, 1), chance.choice(MASKS))
    return grant(
        number=number,
        dataset=dataset,
        columns=_some(chance, names, 5),
        column_class=chance.choice((None, "OPEN", "CONDITIONAL", "CONDITIONAL")),
        row_rule=chance.choice(RULES),
        purpose=_purpose(chance),
        basis=chance.choice(("", " ", "办法第八条", "办法第八条")),
        clear=_some(chance, names, 3),
        masks=chance.choice(({}, {}, overrides)),
        forms=chance.choice(((), (), ("api",), ("file", "warehouse"))),
        valid_from=_begin(chance),
        valid_until=_hour(chance, one_in=5),
        revoked_at=_hour(chance, one_in=8),
    )


def question(chance: Random, grants: Sequence[Grant]) -> Question:
    """An ask, mostly for something that was granted."""
    datasets = [one.dataset for one in grants] * 2
    dataset = chance.choice((*datasets, *COLUMNS, "person"))
    known = COLUMNS.get(dataset, ("person_id",))
    names = (*known, "nothing") if chance.randrange(12) == 0 else known
    return Question(
        dataset=dataset,
        at=AT + timedelta(hours=chance.choice((0, 0, 0, 1, -1, 2))),
        form=chance.choice(("api", "api", "file", "portal")),
        columns=None if chance.randrange(2) else list(_some(chance, names, 3)),
        filters=list(_some(chance, names, chance.choice((0, 0, 1)))),
        sorts=list(_some(chance, names, chance.choice((0, 0, 0, 1)))),
        purpose=chance.choice((None, _purpose(chance))),
        grant=chance.choice((None, None, None, None, 1, 2)),
    )
