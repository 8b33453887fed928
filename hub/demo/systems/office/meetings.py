"""Joint meetings: what districts took up, and when it was done.

What lives here: the lines of the sheet and its rows. Every district meets every third
day; the sheet of a day holds the meetings of the last three, so that an item comes
three times, the last time with the day on which it was done. What does not: files
(`system`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.attempts import platform_id
from hub.demo.ground.cases import is_untroubled
from hub.demo.systems.base import Line, Surroundings
from hub.demo.systems.roster.lists import ref
from hub.demo.systems.roster.spelling import one_of, spelt, wide
from hub.demo.told.expected import hub_key

EVERY = 3  # days between two meetings of a district, and on how many sheets they stand
LEAST_ITEMS, ISSUES_PER_ITEM = 3, 2000
# Oddities of single items that a rule keeps out.
RULES = {
    "rounded": "P08",  # the key of the case as a number of 18 digits (T7)
    "level": "P06",  # 市 is no level of such a meeting (T65)
    "undated": "P01",  # 无 for the day of the meeting (T26)
}
SOUND = (
    "general",  # a topic without a case (T26)
    "stranger",  # a unit that is not on file (F15)
    "wide",  # full-width digits (T39)
    "damaged",  # 锟斤拷 in the topic, which is free text (T42)
)
NTH, IS = pl.col("nth_item"), pl.col("defect")
HELD_ON, DONE_ON = pl.col("held_on"), pl.col("done_on")
TOPIC = pl.format(
    "{}{}问题", "street_name", one_of(("占道经营", "暴露垃圾", "违建"), NTH)
)
SAID = pl.format("由{}综合执法中心牵头整改", "street_name")
IS_DAMAGED = (IS == "damaged").fill_null(value=False)
SHOWN_TOPIC = pl.when(IS_DAMAGED).then(pl.lit("锟斤拷路面问题")).otherwise(TOPIC)
CASE = pl.when(IS.ne_missing(pl.lit("general"))).then("case_id")
OWNER = (
    pl.when(IS == "stranger")
    .then(pl.lit("S420199999"))
    .otherwise(pl.format("S{}", "street_code"))
)

MEETINGS = (
    Line("议题编号", pl.col("item")),
    Line("会议编号", pl.col("meeting"), "meeting_id", pl.col("meeting")),
    Line(
        "会议层级",
        pl.when(IS == "level").then(pl.lit("市")).otherwise(pl.lit("区")),
        "meeting_level_code",
        pl.lit("DISTRICT"),
    ),
    Line(
        "召集单位",
        pl.format("D{}", "district_code"),
        "host_org_id",
        ref("org", pl.format("D{}", "district_code")),
    ),
    Line(
        "会议日期",
        pl.when(IS == "undated")
        .then(pl.lit("无"))
        .otherwise(spelt(HELD_ON, NTH)),  # T27
        "held_on",
        HELD_ON,
    ),
    Line(
        "参会单位",
        pl.format("D{}、S{}", "district_code", "street_code"),
        "attendee_org_ids",
        pl.concat_list(
            ref("org", pl.format("D{}", "district_code")),
            ref("org", pl.format("S{}", "street_code")),
        ),
    ),
    Line(
        "案件编号",
        pl.when(IS == "rounded")
        .then(pl.lit("4.20126070100012E+17"))
        .when(IS == "wide")
        .then(wide(CASE))
        .otherwise(CASE.fill_null("——")),
        "issue_id",
        hub_key("issue", "platform", CASE),
    ),
    Line("议题", SHOWN_TOPIC, "topic", SHOWN_TOPIC),
    Line("决议", SAID, "resolution", SAID),
    Line("责任单位", OWNER, "responsible_org_id", ref("org", OWNER)),
    Line(
        "完成时限",
        pl.col("due_on").dt.strftime("%Y-%m-%d"),
        "due_on",
        pl.col("due_on"),
    ),
    Line(
        "办结日期",
        pl.col("done_on").dt.strftime("%Y-%m-%d"),
        "done_on",
        pl.col("done_on"),
    ),
    Line(
        "纪要地址",
        pl.format("oa://minutes/{}", "meeting"),
        "minutes_uri",
        pl.format("oa://minutes/{}", "meeting"),
    ),
)


def items_until(around: Surroundings, day: int) -> pl.DataFrame:
    """Every item that was taken up until a day, as it stands on that day."""
    numbers = list(range(1, day + 1))
    dates = {number: day_of(number) for number in numbers}
    done = {number: day_of(number + EVERY - 2) for number in numbers}
    held = pl.col("day").replace_strict(dates, return_dtype=pl.Date)
    done_on = pl.col("day").replace_strict(done, return_dtype=pl.Date)
    is_done = pl.col("day") + EVERY - 1 <= day
    return _items(around, day).with_columns(
        held_on=held,
        due_on=held.dt.offset_by("7d"),
        done_on=pl.when(is_done & (NTH % 4 != 3)).then(done_on),
    )


def _items(around: Surroundings, day: int) -> pl.DataFrame:
    """The first cases of the day in each district that meets, one item each."""
    most = max(LEAST_ITEMS, around.happenings.issues // ISSUES_PER_ITEM)
    districts = around.plan.streets["district_code"].unique().sort()
    order = dict(zip(districts, range(len(districts)), strict=True))
    nth = pl.int_range(pl.len()).over("day", "district_code")
    kinds = (*RULES, *SOUND)
    # One oddity of each kind a day, in the order of the items.
    at = pl.int_range(pl.len()).over("day")
    every = pl.max_horizontal(1, pl.len().over("day") // len(kinds))
    kind = pl.when(at % every == 0).then(at // every)
    return (
        around.cases("platform")
        .cases.filter(is_untroubled() & (pl.col("day") <= day))
        .join(around.plan.places, on="place", how="left", maintain_order="left")
        .with_columns(
            turn=pl.col("district_code").replace_strict(order, return_dtype=pl.Int64)
            + pl.col("day")
        )
        .filter(pl.col("turn") % EVERY == 0)
        .with_columns(nth_item=nth, case_id=platform_id())
        .filter(most > NTH)
        .with_columns(
            defect=kind.replace_strict(
                list(range(len(kinds))),
                list(kinds),
                default=None,
                return_dtype=pl.String,
            ),
            meeting=pl.format(
                "LX{}-{}", "district_code", pl.col("day").cast(pl.String).str.zfill(2)
            ),
        )
        .with_columns(item=pl.format("{}-{}", "meeting", NTH + 1))
    )
