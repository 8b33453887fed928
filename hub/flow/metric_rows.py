"""What figures are counted from: published facts, made into rows for the engine.

What lives here: reading the published datasets and the city's settings, once per
computation and only what the metrics asked for need. What does not: any definition
(`hub.metrics`), keeping figures (`figures`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import polars as pl

from hub.flow import roster_rows, tables
from hub.flow.house import House
from hub.flow.published import published
from hub.flow.roster_rows import CASES, CITY, RosterFacts, action_rules, places_of
from hub.metrics.flags import FlagRules, build_flags
from hub.metrics.metric import Subject
from hub.metrics.roster_rows.responses import RESPONSES, chief_case_flags
from hub.schemas import dataset
from hub.schemas.code_lists import source_channels, stages

__all__ = ["DELIVERED", "INPUTS", "Facts", "places_of"]

# Datasets that a metric rests on, by what it counts: delivered ones, and all.
DELIVERED: Mapping[Subject, tuple[str, ...]] = {"issue": CASES, **roster_rows.DELIVERED}
INPUTS: Mapping[Subject, tuple[str, ...]] = {
    "issue": (*CASES, "assignment", *CITY),
    **roster_rows.INPUTS,
}
ISSUE = (
    "issue_id",
    "area_id",
    "district_code",
    "street_code",
    "chief_assignment_id",
    "source_channel_code",
    "handling_mode_code",
    "stage_code",
    "std_category_kind_code",
    "std_category_code",
    "duplicate_of_id",
    "reported_at",
    *RESPONSES,
    "registered_at",
    "dispatched_at",
    "handled_at",
    "checked_at",
    "closed_at",
    "fed_back_at",
    "deadline_at",
    "bundle_deadline_at",
    "is_suspended",
    "has_appeal_exemption",
    "close_type_code",
)
HANDLING = ("issue_id", "attempt_seq", "started_at")


class Facts:
    """The published facts of one computation."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.issues = published(house, dataset("issue"), columns=list(ISSUE))
        self.reviews = published(house, dataset("review"))
        self.handlings = published(house, dataset("handling"), columns=list(HANDLING))
        self.rosters = RosterFacts(house)

    def rows(
        self, subjects: Collection[Subject], periods: Sequence[str], as_of: datetime
    ) -> Mapping[Subject, pl.DataFrame]:
        """Rows of these subjects, as the engine takes them."""
        found: dict[Subject, pl.DataFrame] = {}
        if "issue" in subjects:
            found["issue"] = self._flags()
        return found | self.rosters.rows(subjects, periods, as_of)

    def _flags(self) -> pl.DataFrame:
        posts = self.rosters.read("assignment").select(
            chief_assignment_id="assignment_id", chief_person_id="person_id"
        )
        of_chiefs = chief_case_flags(
            self.issues, self.handlings, action_rules(self._house.city).response_minutes
        )
        flags = build_flags(
            self.issues.join(
                posts, on="chief_assignment_id", how="left", maintain_order="left"
            ),
            self.reviews,
            self.handlings,
            stages=stages(),
            channels=source_channels(),
            rules=FlagRules(population=self._house.city.population),
            closed_at_source=_closed_at_source(self._house),
        )
        return flags.join(of_chiefs, on="issue_id", how="left", maintain_order="left")


def _closed_at_source(house: House) -> list[str]:
    """Cases that the source calls closed without saying when (K16)."""
    table = tables.core_table(house.lake, dataset("issue"))
    said = pl.col("evidence").struct.field("main").list.contains("CLOSED")
    found = []
    for frame in table.scan(columns=["issue_id", "evidence", "closed_at"]):
        found += frame.filter(said & pl.col("closed_at").is_null())[
            "issue_id"
        ].to_list()
    return found
