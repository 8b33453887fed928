"""What is public of datasets that are not open: one view of each, declared here.

What lives here: the columns of cases and their trail that anybody may see (sharing §3:
standard code, stage, times and point), as subjects of their own that a decision treats
like every other. What does not: what is made of them (`open311`), classes and masks
(`hub.schemas`).

A view has a name of its own, so that a grant of the dataset never widens it, the
dataset itself stays as closed as it was, and the audit tells which of them was read.
Its columns are those that somebody signed; whatever the schema has since closed, masked
or called personal is left out, whoever wrote it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from hub.schemas import dataset
from hub.schemas.columns import Column
from hub.sharing.subjects import Asked, Subject

PREFIX = "public_"
PUBLIC: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "issue": (
            "issue_id",
            # Standard code.
            "std_category_kind_code", "std_category_code",
            # Stage; how it ended and that it is another one told again are part of it.
            "stage_code", "close_type_code", "duplicate_of_id",
            # Times.
            "reported_at", "accepted_at", "verified_at", "registered_at",
            "dispatched_at", "received_at", "handled_at", "checked_at", "closed_at",
            "cancelled_at", "fed_back_at", "deadline_at",
            # Point.
            "lon", "lat",
        ),
        "issue_event": (
            "event_id", "issue_id", "event_seq", "stage_code", "action_code",
            "happened_at",
        ),
        # Both only tell what a stage is called in public (dialects §6).
        "handling": ("issue_id", "measure_code", "finished_at"),
        "review": ("issue_id", "review_kind_code", "result_code", "done_at"),
    }
)  # fmt: skip


def public_name(name: str) -> str:
    """What the public view of a dataset is called where it is asked for."""
    return PREFIX + name


@cache
def public_views() -> Mapping[str, Subject]:
    """Every public view by its name."""
    return MappingProxyType(
        {
            public_name(name): Subject(
                public_name(name), "OPEN", MappingProxyType(_columns(name, columns))
            )
            for name, columns in PUBLIC.items()
        }
    )


def _columns(name: str, wanted: tuple[str, ...]) -> dict[str, Asked]:
    found = {one.name: one for one in dataset(name).all_columns}
    return {
        column: Asked("OPEN", None, found[column].type == "str")
        for column in wanted
        if may_be_public(found[column])
    }


def may_be_public(column: Column) -> bool:
    """Whether a column tells nothing that a schema protects."""
    return column.share != "CLOSED" and column.mask is None and column.personal is None
