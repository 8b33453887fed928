"""A world for decisions: two districts, drawn classes and masks, policies and asks.

What lives here: the city's places and rows, and what hypothesis may draw. What does
not: the rules (`sharing_reference`), the comparison (the test).
"""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import Any

import polars as pl
from hypothesis import strategies as st
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
SHARES = st.sampled_from(["OPEN", "OPEN", "CONDITIONAL", "CONDITIONAL", "CLOSED"])
MASKS = ("name", "phone", "owner_name", "pseudonym", "drop", "idno", "idno_strict")
HOURS = st.integers(-3, 3).map(lambda hours: AT + timedelta(hours=hours))
BEGINS = st.sampled_from([AT - timedelta(hours=2)] * 5 + [AT + timedelta(hours=1)])
ENDS = st.one_of(st.none(), st.none(), HOURS)
PURPOSES = st.sampled_from(["考核", "考核", "研究"])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """The city with a class and a mask drawn for every column."""
    masks = st.sampled_from(("", "", "", *MASKS))
    columns = {
        name: {one: (draw(SHARES), draw(masks)) for one in found}
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


@st.composite
def consumers(draw: st.DrawFn) -> Consumer:
    """A consumer, mostly in force, with one purpose or two."""
    return consumer(
        purposes=draw(st.sampled_from([("考核",), ("考核", "研究")])),
        units=draw(st.sampled_from([(), ("AU-E",), ("AU-W",), ("AU-S", "AU-W")])),
        valid_from=draw(BEGINS),
        valid_until=draw(ENDS),
        revoked_at=draw(st.one_of(*[st.none()] * 5, HOURS)),
    )


@st.composite
def keys(draw: st.DrawFn) -> ConsumerKey | None:
    """No key, or one that is mostly in force."""
    if draw(st.booleans()):
        return None
    return ConsumerKey(
        number=1,
        consumer="qiaokou",
        prefix="0" * 12,
        salt="",
        digest="",
        made_at=draw(BEGINS),
        made_by="甲",
        valid_until=draw(ENDS),
        revoked_at=draw(st.one_of(*[st.none()] * 5, HOURS)),
    )


@st.composite
def grants(draw: st.DrawFn, number: int) -> Grant:
    """A grant, sensible or not: a kept one may have become odd since."""
    dataset = draw(st.sampled_from(["issue", "issue", *COLUMNS]))
    some = st.lists(st.sampled_from(COLUMNS[dataset]), unique=True, max_size=4)
    rule = st.sampled_from(
        [
            RowRule("all"),
            RowRule("own"),
            RowRule("districts", (EAST,)),
            RowRule("districts", (WEST, EAST)),
            RowRule("streets", ("420102001",)),
            RowRule("streets", ("420102002", "420104001")),
        ]
    )
    overrides = st.dictionaries(
        st.sampled_from(COLUMNS[dataset]),
        st.sampled_from(MASKS),
        max_size=draw(st.sampled_from([0, 0, 1])),
    )
    return grant(
        number=number,
        dataset=dataset,
        columns=tuple(draw(some)),
        column_class=draw(st.sampled_from([None, "OPEN", "CONDITIONAL"])),
        row_rule=draw(rule),
        purpose=draw(PURPOSES),
        basis=draw(st.sampled_from(["", " ", "办法第八条", "办法第八条"])),
        clear=tuple(draw(some)),
        masks=draw(overrides),
        forms=draw(st.sampled_from([(), (), ("api",), ("file", "warehouse")])),
        valid_from=draw(BEGINS),
        valid_until=draw(ENDS),
        revoked_at=draw(st.one_of(*[st.none()] * 5, HOURS)),
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """An ask, mostly for something that is there."""
    dataset = draw(st.sampled_from(["issue", "issue", *COLUMNS, "person"]))
    known = COLUMNS.get(dataset, ("person_id",))
    names = st.sampled_from([*known, *known, *known, "nothing"])
    few = st.lists(names, max_size=draw(st.sampled_from([0, 0, 1])))
    return Question(
        dataset=dataset,
        at=AT + timedelta(hours=draw(st.sampled_from([0, 0, 0, 1, -1, 2]))),
        form=draw(st.sampled_from(["api", "api", "file", "portal"])),
        columns=draw(st.one_of(st.none(), st.lists(names, unique=True, max_size=3))),
        filters=draw(few),
        sorts=draw(few),
        purpose=draw(st.one_of(st.none(), PURPOSES)),
        grant=draw(st.sampled_from([None, None, None, 1, 2])),
    )
