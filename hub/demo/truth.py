"""What a run over some days must end in, said by whoever made the city.

What lives here: the expected content of core after the deliveries of some days,
from the generator alone: its own steps, its own defects, its own reading of the
domain (`paths`). No code of the pipeline takes part. What does not: counting what
was found (`tally`).

Where the order of the days, the order of the partners or a repeated row could
matter, whole keys are counted instead of rows: `left_out` counts the keys that
some rule kept out of core for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from hub.demo.days import ZONE_NAME, span_of, told_at
from hub.demo.district import RULES as DISTRICT_RULES
from hub.demo.district import District
from hub.demo.lives import described
from hub.demo.paths import PATHS
from hub.demo.places import HANYANG
from hub.demo.roster import (
    CHANGE_DAY,
    REPLACED,
    SUM_LINE,
    UNKNOWN_TITLE,
    VACANT,
    orgs,
    posts,
    staff,
)
from hub.demo.world import RULES as PLATFORM_RULES
from hub.demo.world import World

# Property of a case that is being checked: whatever leaves it is a review (site file).
CHECKING = 11
Counts = dict[str, int]
Expected = Mapping[str, int | Counts | dict[str, Counts]]
# How far the district's and the exchange's windows reach back (their partner files).
OVERLAP = timedelta(hours=2)


@dataclass(frozen=True)
class Truth:
    """The makers' knowledge of one city."""

    streets: pl.DataFrame
    world: World
    district: District
    operations: pl.DataFrame

    def expected(self, days: Sequence[int]) -> Expected:
        """The content of core after the deliveries of these days, in any order.

        Returns:
            issues, issues_by_stage (by partner), issues_by_month,
            issues_by_area_method, issues_with_chief, issues_joined, issue_events,
            reviews, handlings, areas, persons (living), orgs, assignments,
            road_chiefs_in_post (on the last day), left_out (by partner and rule:
            keys that never entered).
        """
        known = self.world.known(told_at(max(days)))
        sound = known.filter(
            pl.col("defect").is_null() | (pl.col("defect") == "swapped")
        )
        own = self._district_cases(days)
        own_sound = own.filter(pl.col("defect").is_null())
        trail = self._trail(days, sound)
        placed = self._placed(days, sound, own_sound)
        results, waiting = self._handlings(days, sound)
        posted, out = self._posts(days)
        odd = self._odd_results(days)
        return {
            "issues": {"platform": len(sound), "jianghan": len(own_sound)},
            "issues_by_stage": {
                "platform": _tally(sound["stage"]),
                "jianghan": _tally(own_sound["stage"]),
            },
            "issues_by_month": _tally(_months(sound, own_sound)),
            "issues_by_area_method": _tally(placed["method"]),
            "issues_with_chief": int(placed["has_chief"].sum()),
            "issues_joined": len(own_sound.drop_nulls("twin")),
            "issue_events": len(trail),
            "reviews": len(trail.filter(pl.col("left") == CHECKING)),
            "handlings": results,
            "areas": len(self._areas(days)),
            "persons": len(staff(self.streets, max(days))),
            "orgs": len(orgs(self.streets)),
            "assignments": posted,
            "road_chiefs_in_post": len(self._areas(days)) - 1,
            "left_out": {
                "platform": _by_rule(known, PLATFORM_RULES),
                "jianghan": _by_rule(own, DISTRICT_RULES),
                "qiaokou": _without_zeros({"F01": waiting, "P06": odd}),
                "roster": out,
            },
        }

    def _district_cases(self, days: Sequence[int]) -> pl.DataFrame:
        """The last state in which each case of the district was delivered.

        A row comes with the delivery in whose window its last change lies.
        """
        told = []
        for day in sorted(days):
            span = span_of(day)
            changed = pl.col("changed_at")
            known = self.district.known(span.until)
            told.append(
                known.filter((changed >= span.since - OVERLAP) & (changed < span.until))
            )
        return pl.concat(told).unique("case", keep="last", maintain_order=True)

    def _knows_late_areas(self, days: Sequence[int]) -> bool:
        return max(days) >= CHANGE_DAY

    def _areas(self, days: Sequence[int]) -> pl.DataFrame:
        if self._knows_late_areas(days):
            return self.streets
        return self.streets.filter(pl.col("district_code") != HANYANG)

    def _placed(
        self, days: Sequence[int], platform: pl.DataFrame, own: pl.DataFrame
    ) -> pl.DataFrame:
        """How each case finds its area, and whether a road chief is in post there."""
        method = (
            pl.when("area_told")
            .then(pl.lit("SOURCE"))
            .when(pl.col("community").is_not_null())
            .then(pl.lit("CODE"))
            .otherwise(pl.lit("POINT"))
        )
        told = pl.concat(
            [
                platform.select("place", "day", method=method),
                own.select("place", "day", method=pl.lit("POINT")),
            ]
        )
        known = self._areas(days)["place"]
        has_area = pl.col("place").is_in(known.implode())
        is_new = (pl.col("day") >= CHANGE_DAY) & (max(days) >= CHANGE_DAY)
        # Of two chiefs the first is known from the first day's sheet alone.
        chief_known = is_new | pl.lit(min(days) < CHANGE_DAY)
        return told.select(
            method=pl.when(has_area).then("method").otherwise(pl.lit("NONE")),
            has_chief=has_area
            & (pl.col("place") != VACANT)
            & ((pl.col("place") != REPLACED) | chief_known),
        )

    def _trail(self, days: Sequence[int], sound: pl.DataFrame) -> pl.DataFrame:
        """Lines of the trails of all cases that entered."""
        before = self.world.steps.filter(
            (pl.col("at") < told_at(max(days)))
            & pl.col("case").is_in(sound["case"].implode())
        )
        return described(before, PATHS).drop_nulls("item")

    def _operations(self, days: Sequence[int]) -> pl.DataFrame:
        at = pl.col("at")
        spans = [span_of(day) for day in days]
        inside = pl.any_horizontal(
            [(at >= span.since) & (at < span.until) for span in spans]
        )
        return self.operations.filter(inside)

    def _handlings(self, days: Sequence[int], sound: pl.DataFrame) -> tuple[int, int]:
        """Results that live in core, and results whose case never came."""
        told = self._operations(days).filter(~pl.col("is_odd"))
        results = (
            told.sort("at")
            .group_by("result_id", maintain_order=True)
            .agg(
                pl.col("case").first(),
                pl.col("op_type").last(),
                is_told=(pl.col("op_type") != "D").any(),
            )
        )
        live = results.filter((pl.col("op_type") != "D") & pl.col("is_told"))
        entered = live["case"].is_in(sound["case"].implode())
        return int(entered.sum()), len(live) - int(entered.sum())

    def _odd_results(self, days: Sequence[int]) -> int:
        odd = self._operations(days).filter("is_odd")
        return odd["result_id"].n_unique()

    def _posts(self, days: Sequence[int]) -> tuple[int, Counts]:
        """Posts in core, those that ended included, and posts left out by rule."""
        listed = pl.concat([posts(self.streets, day) for day in days])
        keys = listed.unique("任职编号")
        is_sum = pl.col("任职编号") == SUM_LINE
        is_odd = pl.col("职务") == UNKNOWN_TITLE
        plain = keys.filter(~is_sum & ~is_odd.fill_null(value=False))
        lost = 0
        if not self._knows_late_areas(days):
            late = self.streets.filter(pl.col("district_code") == HANYANG)["area_no"]
            lost = len(plain.filter(pl.col("对象编号").is_in(late.implode())))
        rules = {
            "F03": lost,
            "P01": len(keys.filter(is_sum)),
            "P06": len(keys.filter(is_odd)),
        }
        return len(plain) - lost, _without_zeros(rules)


def _tally(values: pl.Series) -> Counts:
    return dict(sorted(values.value_counts().rows()))


def _months(*frames: pl.DataFrame) -> pl.Series:
    """Local months of report."""
    created = pl.concat([frame.select("created_at") for frame in frames])
    local = pl.col("created_at").dt.convert_time_zone(ZONE_NAME)
    return created.select(local.dt.strftime("%Y-%m")).to_series()


def _by_rule(cases: pl.DataFrame, rules: Mapping[str, str]) -> Counts:
    """Cases left out, by the rule that their defect meets."""
    names = cases.filter(pl.col("defect").is_in(list(rules)))["defect"]
    return _tally(names.replace_strict(dict(rules), return_dtype=pl.String))


def _without_zeros(counts: Counts) -> Counts:
    return {name: count for name, count in counts.items() if count}
