"""洪山区's own cases: nested JSON Lines, three files a day that overlap.

What lives here: what each file holds, its marker, and half a file without one. From
the third day on there is a field more; the very first file comes again under another
name. What does not: what happens (`hub.demo.ground.cases`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta
from hashlib import md5
from pathlib import Path

import polars as pl

from hub.demo.days import ZONE, Span, day_of
from hub.demo.ground.coordinates import degrees_text
from hub.demo.systems.base import (
    Line,
    Surroundings,
    as_sent,
    as_told,
    local,
    nested,
    words,
)
from hub.demo.systems.defects import mark
from hub.demo.systems.dropping import drop
from hub.demo.systems.own import (
    DUE,
    FIVE,
    TAIL,
    TIMES,
    UNIT,
    derived_lines,
    mended_later,
    surrounded,
)
from hub.demo.systems.roster.lists import ref
from hub.demo.told.expected import Keyless, Told, hub_key, refused

PARTNER = "hongshan"
WRITTEN_AT = (time(10), time(16), time(23, 59))
REACH = timedelta(hours=15)
NEW_FIELD_DAY, AGAIN_DAY = 3, 2
TRAPS = {
    "T16": "销案, a word that the value table does not know; corrected next day",
    "T22": "a file sent again under another name",
    "T23": "files of fifteen hours, three times a day",
    "T35": "points at 0,0 and points of two decimals",
    "T40": "rare characters and signs of private use",
    "T42": "damaged characters in texts, and in one name",
    "T56": "cases that are the platform's too",
    "T67": "a field more from the third day on",
}
RULES = {"name": "P21", "status_once": "P06"}
DAMAGED, PRIVATE, ZERO, COARSE = "damaged", "private", "zero", "coarse"
# The first file of a day is short: what only warns comes first.
KINDS = (DAMAGED, PRIVATE, ZERO, COARSE, *RULES)
FAULT = pl.col("defect")
STATUS = {
    "DISCOVERED": "新建",
    "ACCEPTED": "受理",
    "REGISTERED": "立案",
    "DISPATCHED": "派单",
    "HANDLING": "处理",
    "HANDLED": "办结待查",
    "CHECKED": "核查",
    "CLOSED": "结案",
    "NOT_ACCEPTED": "终止",
    "CANCELLED": "终止",
}
SOURCES = {"LZZ": "luzhang", "XC": "wangge", "WX": "weixin", "SP": "ai"}
STATE = words(pl.col("stage"), STATUS)
HAS_POINT = FAULT.ne_missing(ZERO)
IS_SURE = HAS_POINT & FAULT.ne_missing(COARSE)
IS_PUBLIC = pl.col("channel") == "WX"
PHONE = pl.when(IS_PUBLIC).then(pl.format("199{}", TAIL))
CONTENT = (
    pl.when(FAULT == DAMAGED)  # T42: a warning in a free text
    .then(pl.format("{}锟斤拷{}", "street_name", "category_name"))
    .otherwise(pl.format("{}有{}", "street_name", "category_name"))
)
PLACE = (
    pl.when(FAULT == PRIVATE)  # T40: a warning
    .then(pl.format("{}\ue5e5里", "community_name"))
    .when(pl.col("pick") % 9 == 5)
    .then(pl.format("{}㛃𬭳里", "community_name"))
    .otherwise(pl.format("{}{}栋", "community_name", pl.col("pick") % 40 + 1))
)
CASE_NO = pl.format("洪山-{}-{}", "stamp", FIVE)
W3C = "%Y-%m-%dT%H:%M:%S+08:00"


def degrees(text: str, column: str) -> tuple[pl.Expr, pl.Expr]:
    """A degree as sent and as told; 0 and two decimals are defects (T35)."""
    rough = pl.col(column).round(2)
    sent = (
        pl.when(~HAS_POINT)
        .then(pl.lit("0"))
        .when(FAULT == COARSE)
        .then(rough.cast(pl.String))
        .otherwise(text)
    )
    told = pl.when(IS_SURE).then(column).otherwise(rough)
    return sent, pl.when(HAS_POINT).then(told)


LINES = (
    Line("case.id", pl.col("case_id")),
    Line("case.no", CASE_NO, "case_no", CASE_NO),
    Line(
        "case.status",
        pl.when(FAULT == "status_once").then(pl.lit("销案")).otherwise(STATE),
        "source_stage_id",
        STATE,
    ),
    Line(
        "case.channel",
        words(pl.col("channel"), SOURCES),
        "source_channel_code",
        pl.col("channel"),
    ),
    Line(
        "city.caseNo",
        pl.col("city_no"),
        "duplicate_of_id",
        hub_key("issue", "platform", pl.col("city_id")),
    ),
    Line("what.text", CONTENT, "description", CONTENT),
    Line("what.code", pl.col("category_code")),
    Line(
        "what.name",
        pl.when(FAULT == "name")
        .then(pl.format("{}�", "category_name"))
        .otherwise("category_name"),
    ),
    Line("who.phone", PHONE, "reporter_phone", PHONE),
    Line("where.text", PLACE, "address", PLACE),
    Line(
        "where.point.lng", degrees("east", "lon")[0], "lon", degrees("east", "lon")[1]
    ),
    Line(
        "where.point.lat",
        degrees("northern", "lat")[0],
        "lat",
        degrees("northern", "lat")[1],
    ),
    Line(None, None, "coord_sys_code", pl.when(HAS_POINT).then(pl.lit("CGCS2000"))),
    Line(
        None,
        None,
        "coord_quality_code",
        pl.when(~HAS_POINT)
        .then(pl.lit("MISSING"))
        .when(IS_SURE)
        .then(pl.lit("OK"))
        .otherwise(pl.lit("UNSURE")),
    ),
    Line("where.street", pl.col("street_code"), "street_code", pl.col("street_code")),
    Line(
        "times.createTime",
        local("created_at", W3C),
        "reported_at",
        pl.col("created_at"),
    ),
    *(
        Line(f"times.{name}", local(name, W3C), column, pl.col(name))
        for name, column in TIMES.items()
    ),
    Line("times.deadline", local(DUE, W3C)),
    Line("unit.code", UNIT, "handling_org_id", ref("org", UNIT)),
    Line("photos", pl.col("pick") % 4, "media_count", pl.col("pick") % 4),
    Line("updatedAt", local("changed_at", W3C)),
    *derived_lines(
        pl.when(IS_SURE).then(pl.lit("POINT")).otherwise(pl.lit("NONE")), None
    ),
)


class Hongshan:
    """The simulated folder of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._folder = Path()
        self._made = mark(around.cases(PARTNER), KINDS)

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Nothing runs here: files are dropped into the folder."""
        del opening
        self._folder = folder
        return {"HUB_DEMO_HONGSHAN_DIR": str(folder.absolute())}

    def deliver(self, day: int) -> None:
        """Write the files of a day, each with its marker, and half of one without."""
        stamp = f"{day_of(day):%Y%m%d}"
        for at in WRITTEN_AT:
            self._write(f"cases_{stamp}_{at:%H%M}.jsonl", self._content(day, at))
        half = self._content(day, WRITTEN_AT[-1])
        drop(self._folder / f"cases_{stamp}_2400.jsonl", half[: len(half) // 2])
        if day == AGAIN_DAY:  # T22
            first = f"{day_of(1):%Y%m%d}"
            again = self._content(1, WRITTEN_AT[0])
            self._write(f"cases_{first}_1000_again.jsonl", again)

    def window(self, day: int) -> Span | None:
        """Whatever was dropped and not yet taken."""
        del day
        return None

    def told(self) -> Iterable[Told]:
        """Its cases after all days."""
        known = self._known(self._around.days, WRITTEN_AT[-1])
        out = FAULT.is_in(list(RULES)).fill_null(value=False)
        yield Told(
            "issue",
            PARTNER,
            [as_told(known.filter(~out), pl.col("case_id"), LINES)],
            refused(known, "case_id", RULES),
        )

    def keyless(self) -> Iterable[Keyless]:
        """Every row has its key."""
        return ()

    def _write(self, name: str, content: bytes) -> None:
        drop(self._folder / name, content)
        digest = md5(content, usedforsecurity=False).hexdigest()
        drop(self._folder / f"{name}.ok", f"{digest}  {name}\n".encode())

    def _content(self, day: int, at: time) -> bytes:
        known = self._known(day, at).filter(
            pl.col("changed_at") >= _instant(day, at) - REACH
        )
        flat = as_sent(known, LINES)
        if day >= NEW_FIELD_DAY:
            flat = flat.with_columns(pl.lit("晴").alias("weather"))  # T67
        return nested(flat).write_ndjson().encode()

    def _known(self, day: int, at: time) -> pl.DataFrame:
        """Cases as they stood when a file was written."""
        instant = _instant(day, at)
        known = mended_later(self._made.known(instant), instant, ["status_once"])
        known = known.with_columns(
            east=degrees_text(known["lon"].to_numpy()),
            northern=degrees_text(known["lat"].to_numpy()),
        )
        return surrounded(known, self._around, "new").with_columns(
            case_id=pl.concat_str(pl.lit("HS"), "stamp", FIVE)
        )


def _instant(day: int, at: time) -> datetime:
    return datetime.combine(day_of(day), at, ZONE).astimezone(UTC)
