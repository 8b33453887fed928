"""What a run has ended in, counted in the same words as the truth.

What lives here: counting core and findings, handed over as plain frames, and the
comparison, check by check. What does not: reading tables, the truth (`truth`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from hub.demo.days import ZONE_NAME
from hub.demo.truth import Counts, Expected

# Partner → the datasets whose keys `left_out` speaks of.
KEYS = {
    "platform": ("issue",),
    "jianghan": ("issue",),
    "qiaokou": ("handling",),
    "roster": ("area", "person", "assignment", "org"),
}


@dataclass(frozen=True)
class Check:
    """One comparison; `found` is null where nothing was found to compare."""

    check: str
    expected: int
    found: int | None

    @property
    def ok(self) -> bool:
        """Whether the run agrees with the truth."""
        return self.expected == self.found

    def as_dict(self) -> dict[str, str | int | bool | None]:
        """The entry of `truth` in the answer of `hub demo`."""
        return {
            "check": self.check,
            "expected": self.expected,
            "found": self.found,
            "ok": self.ok,
        }


def count_core(
    core: Mapping[str, pl.DataFrame], findings: pl.DataFrame, *, last_day: date
) -> Expected:
    """Count what a run has made, under the names of `Truth.expected`.

    Args:
        core: dataset → its core rows, deleted ones included: issue, issue_event,
            handling, area, person, org, assignment; review if it is to be counted.
        findings: partner, dataset, key (hub id), rule, severity: every finding of
            every batch, retries and replays included.
        last_day: the local day on which posts and versions are counted.
    """
    live = {
        name: frame.filter(pl.col("deleted_at").is_null())
        for name, frame in core.items()
    }
    issue = live["issue"]
    local = pl.col("reported_at").dt.convert_time_zone(ZONE_NAME)
    chiefs = live["assignment"].filter(
        (pl.col("role_code") == "ROAD_CHIEF")
        & (pl.col("start_on") <= last_day)
        & (pl.col("end_on").is_null() | (pl.col("end_on") > last_day))
    )
    counted: dict[str, int | Counts | dict[str, Counts]] = {
        "issues": _counts(issue["partner"]),
        "issues_by_stage": {
            str(partner): _counts(rows["stage_code"])
            for (partner,), rows in issue.group_by("partner")
        },
        "issues_by_month": _counts(
            issue.select(local.dt.strftime("%Y-%m")).to_series()
        ),
        "issues_by_area_method": _counts(issue["area_method_code"]),
        "issues_with_chief": issue["chief_assignment_id"].count(),
        "issues_joined": issue["duplicate_of_id"].count(),
        "issue_events": live["issue_event"]["event_id"].n_unique(),
        "handlings": len(live["handling"]),
        "areas": _in_force(live["area"], "area_id", last_day),
        "persons": _in_force(live["person"], "person_id", last_day),
        "orgs": _in_force(live["org"], "org_id", last_day),
        "assignments": len(live["assignment"]),
        "road_chiefs_in_post": len(chiefs),
        "left_out": {
            partner: _left_out(findings, core, partner, names)
            for partner, names in KEYS.items()
        },
    }
    if "review" in live:
        counted["reviews"] = len(live["review"])
    return counted


def _counts(values: pl.Series) -> Counts:
    return dict(sorted(values.drop_nulls().value_counts().rows()))


def _in_force(versions: pl.DataFrame, key: str, day: date) -> int:
    """Keys with a version that holds on a day."""
    until = pl.col("valid_to_on")
    holds = (pl.col("valid_from_on") <= day) & (until.is_null() | (until > day))
    return versions.filter(holds)[key].n_unique()


def _left_out(
    findings: pl.DataFrame,
    core: Mapping[str, pl.DataFrame],
    partner: str,
    names: tuple[str, ...],
) -> Counts:
    """Keys that a rule rejected and that never entered, by rule.

    What entered and was withdrawn afterwards has entered.
    """
    ids = pl.concat([core[name].select(key=f"{name}_id").unique() for name in names])
    kept_out = (
        findings.filter(
            (pl.col("partner") == partner)
            & pl.col("dataset").is_in(names)
            & (pl.col("severity") == "reject")
        )
        .select("rule", "key")
        .unique()
        .join(ids, on="key", how="anti")
    )
    return _counts(kept_out["rule"])


def compare(expected: Expected, found: Expected) -> list[Check]:
    """Every expected number beside the one found, and whatever was found besides.

    What nobody counted at all (reviews, where their table was not handed over) is
    not compared.
    """
    asked = {name: counts for name, counts in expected.items() if name in found}
    wanted, seen = dict(_flat("", asked)), dict(_flat("", found))
    names = sorted(wanted.keys() | seen.keys())
    return [
        Check(name, wanted.get(name, 0), seen.get(name, 0 if name in wanted else None))
        for name in names
    ]


def _flat(path: str, value: object) -> Iterator[tuple[str, int]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(f"{path}/{name}" if path else str(name), inner)
    elif isinstance(value, int):
        yield path, value
