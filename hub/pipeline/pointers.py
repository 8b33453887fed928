"""Which columns point to rows that other deliveries bring, and how much it matters.

What lives here: the severities of model.md §5 for references between core
datasets, derived from the schemas' `ref` marks plus the exceptions. What does
not: the search for missing targets (`hub.flow.lost`), references to reference
data such as divisions and categories, which are checked with the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from hub.schemas import DATASETS, Dataset

# (dataset, column) → (rule, rejects). Everything else that points is a warning F24.
RULES: dict[tuple[str, str], tuple[str, bool]] = {
    ("issue_event", "issue_id"): ("F01", True),
    ("handling", "issue_id"): ("F01", True),
    ("review", "issue_id"): ("F01", True),
    ("assignment", "person_id"): ("F02", True),
    ("patrol", "person_id"): ("F02", True),
    ("road_section", "area_id"): ("F06", True),
    ("sign_board", "area_id"): ("F06", True),
    ("issue", "handling_org_id"): ("F12", False),
    ("issue", "first_org_id"): ("F12", False),
    ("issue", "second_org_id"): ("F12", False),
    ("issue", "third_org_id"): ("F12", False),
    ("service_object", "area_id"): ("F14", False),
    ("service_object", "road_section_id"): ("F14", False),
    ("service_object", "shop_chief_assignment_id"): ("F14", False),
    ("meeting_item", "issue_id"): ("F15", False),
    ("meeting_item", "host_org_id"): ("F15", False),
    ("meeting_item", "responsible_org_id"): ("F15", False),
    ("handling", "org_id"): ("F22", False),
    ("issue_event", "actor_org_id"): ("F22", False),
    ("issue_event", "target_org_id"): ("F22", False),
    ("person", "org_id"): ("F23", False),
    ("org", "parent_org_id"): ("F23", False),
}
# Judged when the case is linked, as rosters may come later (F10).
LINKED = {("issue", "area_id")}
# assignment.target_id points where target_kind_code says (F03).
TARGETS = {"AREA": "area", "ROAD_SECTION": "road_section", "ORG": "org"}


@dataclass(frozen=True)
class Pointer:
    """One pointing column."""

    dataset: str
    column: str
    target: str
    rule: str
    rejects: bool
    kind: str | None = None  # value of `kind_column` for which it holds
    kind_column: str = "target_kind_code"

    def pointed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Facts that point: row, key and target id, lists unfolded, nulls left out."""
        if self.kind is not None:
            frame = frame.filter(pl.col(self.kind_column) == self.kind)
        found = frame.select("row", "key", target=pl.col(self.column))
        if isinstance(found.schema["target"], pl.List):
            found = found.explode("target")
        return found.drop_nulls("target")


@cache
def pointers(name: str) -> tuple[Pointer, ...]:
    """The pointing columns of a dataset whose targets deliveries bring."""
    ds: Dataset = DATASETS[name]
    found = []
    for column in ds.columns:
        target = DATASETS.get(column.ref or "")
        own = column.name == ds.id_column
        if target is None or not target.core or column.derived or own:
            continue
        if (name, column.name) in LINKED:
            continue
        rule, rejects = RULES.get((name, column.name), ("F24", False))
        found.append(Pointer(name, column.name, target.name, rule, rejects))
    if name == "assignment":
        found += [
            Pointer(name, "target_id", target, "F03", rejects=True, kind=kind)
            for kind, target in TARGETS.items()
        ]
    if name == "assessment_unit_member":
        found.append(
            Pointer(
                *(name, "member_id", "area", "F17"),
                rejects=True,
                kind="AREA",
                kind_column="member_kind_code",
            )
        )
    return tuple(found)
