"""Cases and trails as the platform writes them, field by field.

What lives here: eGova's spelling of a case and of a step (dialect 1): ids as text,
naive local times, surrogate ids beside codes, empty texts for nothing, and the
defects of `world` put into words. Only the rows of one page are ever written at
once. What does not: which rows are asked for (`platform`).
"""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate

import polars as pl

from hub.demo.days import FORM, ZONE, written
from hub.demo.paths import TIME_FIELDS, Step
from hub.demo.surroundings import Surroundings

CENTRE_ORG = "C4201"
OPERATORS = 12
TO_UNIT = (7, 8)
IMPOSSIBLE = "2026-09-31 08:15:00"
LIMIT_HOURS = (4, 24, 48, 72)
STATES = {
    "1": "待受理",
    "2": "",
    "3": "立案派遣",
    "4": "处理中",
    "5": "核查结案",
    "6": "结案",
    "7": "作废",
    "8": "挂账",
    "9": "督查",
}
CHANNELS = {
    "1": "监督员上报",
    "2": "12319热线",
    "3": "12345热线",
    "4": "视频抓拍",
    "5": "路长上报",
    "6": "随手拍",
    "7": "领导批示",
    "8": "部门转办",
}
ITEMS = {
    "610": "批转",
    "800": "结案",
    "810": "挂账",
    "811": "解除挂账",
    "814": "作废",
    "820": "督办",
    "830": "延期",
}
SURNAMES = "赵钱孙李周吴郑王冯陈"
PHRASES = ("影响市容", "影响通行", "居民多次反映", "范围较大", "请尽快处置")


def words(column: pl.Expr, table: dict[str, str]) -> pl.Expr:
    """A label for each code."""
    return column.replace_strict(table, default="", return_dtype=pl.String)


def pick(choices: tuple[str, ...] | str, shift: int) -> pl.Expr:
    """One of several texts, by the case's number for whatever is left to chance."""
    at = (pl.col("pick") // shift) % len(choices)
    return at.replace_strict(
        list(range(len(choices))), list(choices), return_dtype=pl.String
    )


def case_rows(known: pl.DataFrame, around: Surroundings) -> pl.DataFrame:
    """Some cases as the listing shows them.

    Args:
        known: rows of `World.known`.
        around: streets and categories.
    """
    named = (
        known.join(around.streets, on="place", how="left", maintain_order="left")
        .join(around.categories, on="category", how="left", maintain_order="left")
        .with_columns(hours=pick(tuple(map(str, LIMIT_HOURS)), 3).cast(pl.Int64))
        .with_columns(
            due=pl.col("dispatchTime")
            + pl.duration(hours=pl.col("hours") + 24 * pl.col("postpone"))
        )
    )
    return named.select(
        id="case_id",
        recId="case_id",
        taskNum="task_no",
        **_what(),
        **_where(),
        **_who(),
        **_times(),
        **_counts(),
    )


def _what() -> dict[str, pl.Expr]:
    is_component = pl.col("kind_code") == "COMPONENT"
    phrase = pick(PHRASES, 7)
    state = pl.when(_has("state", "state_once")).then(pl.lit("2")).otherwise("state")
    return {
        "recTypeId": pl.lit("1"),
        "recTypeName": pl.lit("城市管理"),
        "eventSrcId": pl.col("channel"),
        "eventSrcName": words(pl.col("channel"), CHANNELS),
        "eventTypeId": pl.when(is_component)
        .then(pl.lit("80001"))
        .otherwise(pl.lit("80002")),
        "eventTypeName": pl.when(is_component)
        .then(pl.lit("部件"))
        .otherwise(pl.lit("事件")),
        "eventTypeCode": pl.col("category_code"),
        "mainTypeId": pl.format("801{}", "major_code"),
        "mainTypeName": pl.col("major_name"),
        "subTypeId": pl.format("8015{}", "category_code"),
        "subTypeName": pl.col("category_name"),
        "eventDesc": pl.format("{}{}，{}", "street_name", "category_name", phrase),
        "eventStateId": state,
        "eventStateName": words(state, STATES),
    }


def _where() -> dict[str, pl.Expr]:
    lost = _has("street")
    swapped = _has("swapped")
    community = pl.when(~lost).then("community").fill_null("")
    number = pl.col("pick") % 400 + 1
    return {
        "address": pl.format("{}{}{}号附近", "district_name", "street_name", number),
        "longitude": pl.when(swapped).then("lat").otherwise("lon"),
        "latitude": pl.when(swapped).then("lon").otherwise("lat"),
        "districtId": pl.format("31{}", pl.col("place") // 5),
        "districtName": pl.col("district_name"),
        "districtCode": pl.col("district_code"),
        "streetId": pl.format("32{}", "place"),
        "streetName": pl.col("street_name"),
        "streetCode": pl.when(lost)
        .then(pl.format("{}999", "district_code"))
        .otherwise("street_code"),
        "communityCode": community,
        "cellCode": pl.when(community != "")
        .then(pl.format("{}001", community))
        .otherwise(pl.lit("")),
        "dutyGridCode": pl.when("area_told").then("area_no").fill_null(""),
    }


def _who() -> dict[str, pl.Expr]:
    is_public = pl.col("channel").is_in(["2", "3", "6"])
    tail = (pl.col("pick") % 100_000_000).cast(pl.String).str.zfill(8)
    return {
        "reporterName": pl.when(is_public)
        .then(pl.format("{}先生", pick(SURNAMES, 11)))
        .otherwise(pl.lit("")),
        "contact": pl.when(is_public)
        .then(pl.format("199{}", tail))
        .otherwise(pl.lit("")),
        # No such number is ever given out: it names the month 00.
        "idCardNo": pl.when(is_public)
        .then(pl.format("42010019000000{}", tail.str.tail(4)))
        .otherwise(pl.lit("")),
        "disposeUnitId": pl.format("S{}", "street_code"),
        "firstUnitId": pl.format("D{}", "district_code"),
        "secondUnitId": pl.format("S{}", "street_code"),
    }


def _times() -> dict[str, pl.Expr]:
    times = {name: written(name) for name in TIME_FIELDS}
    human = pl.col("pick") % 5 == 0
    registered = times["instTime"]
    return {
        **times,
        "createTime": pl.when(_has("created"))
        .then(pl.lit(""))
        .otherwise(written("created_at")),
        "instTime": pl.when(_has("date"))
        .then(pl.lit(IMPOSSIBLE))
        .otherwise(registered),
        # Some cases are archived by a person, and the other field stays empty.
        "archiveTime": pl.when(human).then(pl.lit("")).otherwise(times["archiveTime"]),
        "humanArchiveTime": pl.when(human)
        .then(times["archiveTime"])
        .otherwise(pl.lit("")),
        "disposeDeadline": written("due"),
    }


def _counts() -> dict[str, pl.Expr]:
    is_held = pl.col("state") == "8"
    return {
        "reworkNum": pl.col("rework").clip(0, 1),
        "multiReworkNum": pl.col("rework"),
        "backNum": pl.col("back").clip(0, 1),
        "multiBackNum": pl.col("back"),
        "postponeNum": pl.col("postpone").clip(0, 1),
        "multiPostponeNum": pl.col("postpone"),
        "hangNum": is_held.cast(pl.Int8),
        "hisHangNum": pl.col("hang").clip(0, 1),
        "mediaNum": pl.col("pick") % 4,
    }


def _has(*defects: str) -> pl.Expr:
    return pl.col("defect").is_in(defects).fill_null(value=False)


def trail_lines(
    life: list[tuple[Step, int]], street: str
) -> list[dict[str, str | int]]:
    """The trail of one case; steps without an item leave no line.

    Args:
        life: its steps, each with its instant in seconds since 1970.
        street: code of the street whose unit handles the case.
    """
    handled = accumulate(step.sets == "disposeEndTime" for step, _ in life)
    return [
        _line(step, number, at, street) | {"roundNo": rounds}
        for number, ((step, at), rounds) in enumerate(
            zip(life, handled, strict=True), start=1
        )
        if step.item
    ]


def _line(step: Step, number: int, at: int, street: str) -> dict[str, str | int]:
    unit = f"S{street}"
    at_centre = step.actor == "centre"
    return {
        "stepId": str(number),
        "itemId": step.item or "",
        "itemName": ITEMS[step.item or ""],
        "fromProperty": step.left,
        "toProperty": step.entered,
        "happenTime": datetime.fromtimestamp(at, ZONE).strftime(FORM),
        "humanId": f"OP{at % OPERATORS + 1:03}" if at_centre else f"XG{street}",
        "unitId": CENTRE_ORG if at_centre else unit,
        "targetUnitId": unit if step.entered in TO_UNIT else "",
        "opinion": "同意" if at_centre else "已办理",
    }
