"""What a case and a step of it are called in GeoReport (dialects §6).

What lives here: open or closed, the finer status of an update, the Chinese words beside
them, service codes. The stages' own statuses stand in `codes/stage.csv`; only what a
step adds to its stage stands here. Assumed: needs the city's sign-off. What does not:
which rows there are (`listing`), bytes (`form`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import polars as pl

from hub.pipeline.stage_chain import ACTION_STAGE
from hub.schemas.code_lists import code_list, stages

LETTERS: Mapping[str, str] = MappingProxyType({"M": "MATTER", "C": "COMPONENT"})
OVER = ("CLOSED", "FED_BACK")
# Actions that lay a state over the stage, and leave it as it was.
OVERLAYS: Mapping[str, str] = MappingProxyType(
    {"SUSPEND": "SUSPENDED", "EXTEND": "EXTENDED", "SUPERVISE": "ESCALATED"}
)
REACHED: Mapping[str, str] = MappingProxyType(
    {
        **ACTION_STAGE,
        "ACCEPT": "ACCEPTED",
        "CHECK_FAIL": "REWORK",
        "REWORK": "REWORK",
        "CANCEL": "CANCELLED",
    }
)


@cache
def _statuses(column: str, *kinds: str) -> Mapping[str, str]:
    told = stages().filter(pl.col("kind").is_in(kinds))
    return MappingProxyType(dict(told.select("code", column).rows()))


def ended() -> tuple[str, ...]:
    """Stages that no work follows and that were not reached by the loop."""
    return tuple(_statuses("open311_status", "END"))


def stages_of(status: str) -> tuple[str, ...]:
    """Stages that GeoReport calls open, or closed; none for any other word."""
    told = _statuses("open311_status", "MAIN", "END")
    return tuple(code for code, one in told.items() if one == status)


def status() -> pl.Expr:
    """A case's `open` or `closed`, by its stage."""
    told = _statuses("open311_status", "MAIN", "END")
    return pl.col("stage_code").replace_strict(
        dict(told), default=None, return_dtype=pl.String
    )


def stage_words(column: str = "stage_code") -> pl.Expr:
    """A stage in Chinese."""
    told = code_list("STAGE")
    return pl.col(column).replace_strict(
        {code: told.label_zh(code) for code in told.ordered},
        default=None,
        return_dtype=pl.String,
    )


def action_words() -> pl.Expr:
    """A step in Chinese."""
    told = code_list("ACTION")
    return pl.col("action_code").replace_strict(
        {code: told.label_zh(code) for code in told.ordered},
        default=None,
        return_dtype=pl.String,
    )


def service_code(kind: str, code: str) -> pl.Expr:
    """A category as GeoReport writes it here, e.g. `M-06010`."""
    letters = {name: letter for letter, name in LETTERS.items()}
    letter = pl.col(kind).replace_strict(letters, default=None, return_dtype=pl.String)
    return pl.format("{}-{}", letter, code)


def reached() -> pl.Expr:
    """The stage that a step reached; null where it only says something.

    A case that was cancelled says itself which of the ends it was.
    """
    end = pl.col("case_stage").is_in(list(ended()))
    action = pl.col("action_code").replace_strict(
        dict(REACHED), default=None, return_dtype=pl.String
    )
    cancelled = pl.col("action_code").eq("CANCEL") & end
    by_action = pl.when(cancelled).then("case_stage").otherwise(action)
    return pl.coalesce("stage_code", by_action)


def update_status() -> pl.Expr:
    """The status of an update.

    Over the columns action_code, `stage` (of `reached`), `stage_before` (of the last
    step that reached one), is_last (of its case), duplicate_of_id, close_type_code, and
    of what there was by then `check` (last result) and `measure` (last handling).
    """
    stage, action = pl.col("stage"), pl.col("action_code")
    finer = _statuses("open311_extended_status", "MAIN", "END", "OVERLAY")
    own = stage.replace_strict(dict(finer), default=None, return_dtype=pl.String)
    over = action.replace_strict(
        {name: finer[overlay] for name, overlay in OVERLAYS.items()},
        default=None,
        return_dtype=pl.String,
    )
    forced = action.eq("FORCE_CLOSE") | pl.col("close_type_code").eq_missing("FORCED")
    is_over = stage.is_in([*OVER, *ended()])
    was_over = pl.col("stage_before").is_in([*OVER, *ended()])
    return (
        pl.when(pl.col("is_last") & pl.col("duplicate_of_id").is_not_null())
        .then(pl.lit("duplicate"))
        .when(over.is_not_null())
        .then(over)
        .when(stage.is_not_null() & ~is_over & was_over)
        .then(pl.lit("reopen"))
        .when(stage.is_in(OVER) & forced)
        .then(pl.lit("no_further_action"))
        .when(stage.is_in(OVER) & pl.col("check").ne_missing("PASS"))
        .then(pl.lit("closed"))
        .when(stage.eq("HANDLED") & pl.col("measure").eq("TRANSFER"))
        .then(pl.lit("internal_referral"))
        .otherwise(pl.coalesce(own, pl.lit("unchanged")))
    )
