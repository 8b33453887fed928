"""What figures are counted from: published facts, made into rows for the engine.

What lives here: reading the published datasets and the city's settings, once per
computation and only what the metrics asked for need, as they are now or as a release
pinned them. What does not: any definition (`hub.metrics`), which files a month needs
(`issue_facts`), rosters (`roster_rows`), keeping figures (`figures`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property

import polars as pl

from hub.flow import roster_columns, tables
from hub.flow.house import House
from hub.flow.issue_facts import Versions, read_loop_facts, read_table
from hub.flow.roster_columns import CASES, CITY
from hub.flow.roster_rows import RosterFacts, action_rules, places_of
from hub.metrics.flags import FlagRules, build_flags
from hub.metrics.issue_loop import LoopRules, issue_loop
from hub.metrics.issue_loop.spans import ENDS, ShiftMinutes
from hub.metrics.metric import Subject
from hub.metrics.roster_rows.responses import chief_case_flags
from hub.schemas import dataset
from hub.schemas.code_lists import source_channels, stages

__all__ = ["DELIVERED", "INPUTS", "Facts", "places_of"]

# Datasets that a metric rests on, by what it counts: delivered ones, and all.
DELIVERED: Mapping[Subject, tuple[str, ...]] = {
    "issue": CASES,
    **roster_columns.DELIVERED,
}
INPUTS: Mapping[Subject, tuple[str, ...]] = {
    "issue": (*CASES, "issue_event", "assignment", *CITY),
    **roster_columns.INPUTS,
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
    "accepted_at",
    "registered_at",
    "dispatched_at",
    "received_at",
    "first_contact_at",
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
    """The published facts of one computation, read when first asked for.

    Args:
        house: the hub.
        versions: table version by dataset, as a release pins them; None = the newest.
    """

    def __init__(self, house: House, versions: Versions | None = None) -> None:
        self._house = house
        self._versions = versions
        self.rosters = RosterFacts(house, versions)

    def _read(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        wanted = list(columns or dataset(name).polars_schema())
        return read_table(self._house, name, wanted, versions=self._versions)

    @cached_property
    def issues(self) -> pl.DataFrame:
        """Every case."""
        return self._read("issue", ISSUE)

    @cached_property
    def reviews(self) -> pl.DataFrame:
        """Every review."""
        return self._read("review")

    @cached_property
    def handlings(self) -> pl.DataFrame:
        """Every handling."""
        return self._read("handling", HANDLING)

    def loop(
        self,
        periods: Sequence[str],
        as_of: datetime,
        work: ShiftMinutes | None = None,
    ) -> pl.DataFrame:
        """`issue_loop` of some months; reads what these months need and no more.

        Args:
            periods: months `YYYY-MM`.
            as_of: instant of knowledge.
            work: shift minutes between two columns of instants.
        """
        city = self._house.city
        return issue_loop(
            read_loop_facts(self._house, periods, versions=self._versions),
            self.rosters.places,
            periods,
            as_of=as_of,
            rules=LoopRules(
                zone=city.timezone,
                population=city.population,
                response_minutes=city.action.response_minutes,
            ),
            work=work,
        )

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
        cases = self.issues.join(
            posts, on="chief_assignment_id", how="left", maintain_order="left"
        )
        flags = build_flags(
            cases,
            self.reviews,
            self.handlings,
            stages=stages(),
            channels=source_channels(),
            rules=FlagRules(population=self._house.city.population),
            closed_at_source=_closed_at_source(self._house),
        )
        begun = self.handlings.group_by("issue_id").agg(
            handling_started_at=pl.col("started_at").min()
        )
        minutes = action_rules(self._house.city).response_minutes
        of_chiefs = (
            cases.join(begun, on="issue_id", how="left", maintain_order="left")
            .with_columns(responded_at=ENDS["responded_at"])
            .select(
                flag.fill_null(value=False).alias(name)
                for name, flag in chief_case_flags(minutes).items()
            )
        )
        return flags.hstack(of_chiefs)


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
