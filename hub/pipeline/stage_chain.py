"""The order of the stages, and which step of a case speaks for which stage.

What lives here: the MAIN chain with its numbers, read from the reference list,
and the three tables that the derivation (codes §6) walks: times, actions and
inferred actions. What does not: the derivation itself (`stage`, `stage_evidence`,
`stage_times`). The numbers come from data; the tables name codes only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

INSTANT = pl.Datetime("us", "UTC")

# Step 2: the time column that reaches each stage.
TIME_STAGE: Mapping[str, str] = {
    "reported_at": "DISCOVERED",
    "accepted_at": "ACCEPTED",
    "verified_at": "VERIFIED",
    "registered_at": "REGISTERED",
    "dispatched_at": "DISPATCHED",
    "received_at": "HANDLING",
    "handled_at": "HANDLED",
    "checked_at": "CHECKED",
    "closed_at": "CLOSED",
    "fed_back_at": "FED_BACK",
}
# Step 2: the actions that reach a stage. ACCEPT depends on the dispatch.
ACTION_STAGE: Mapping[str, str] = {
    "SUBMIT": "DISCOVERED",
    "REGISTER": "REGISTERED",
    "DISPATCH": "DISPATCHED",
    "HANDLE": "HANDLED",
    "CHECK_PASS": "CHECKED",
    "CLOSE": "CLOSED",
    "FORCE_CLOSE": "CLOSED",
    "FEEDBACK": "FED_BACK",
}
# Step 3: the action that an observed state stands for; VERIFIED has none.
STAGE_ACTION: Mapping[str, str] = {
    "DISCOVERED": "SUBMIT",
    "ACCEPTED": "ACCEPT",
    "REGISTERED": "REGISTER",
    "DISPATCHED": "DISPATCH",
    "HANDLING": "ACCEPT",
    "HANDLED": "HANDLE",
    "CHECKED": "CHECK_PASS",
    "CLOSED": "CLOSE",
    "FED_BACK": "FEEDBACK",
}
FAILED_CHECK = ("CHECK_FAIL", "REWORK")
CHECKS = ("CHECK", "RECHECK")


@dataclass(frozen=True)
class Chain:
    """MAIN stages and their numbers; REWORK, a stage of events, reads as HANDLING."""

    numbers: Mapping[str, int]

    @classmethod
    def of(cls, stages: pl.DataFrame) -> Chain:
        """Read the chain from the reference list (columns code, stage_no, kind)."""
        main = stages.filter(pl.col("kind") == "MAIN").select(
            pl.col("code"), pl.col("stage_no").cast(pl.Int64)
        )
        return cls(dict(main.rows()))

    def no(self, code: str) -> int:
        """The number of one MAIN stage."""
        return self.numbers["HANDLING" if code == "REWORK" else code]

    def reading(self) -> dict[str, int]:
        """Code → number for every MAIN code that a row may carry."""
        return {code: self.no(code) for code in self.numbers}

    def number_of(self, codes: pl.Expr) -> pl.Expr:
        """Stage numbers of a column of codes; null for what is not a MAIN stage."""
        return codes.replace_strict(self.reading(), default=None, return_dtype=pl.Int64)

    def numbers_of(self, codes: pl.Expr) -> pl.Expr:
        """Stage numbers of a list column M; null reads as the empty list.

        A code that is no MAIN stage raises: the value table was not checked.
        """
        return codes.fill_null(pl.lit([], dtype=pl.List(pl.String))).list.eval(
            pl.element().replace_strict(self.reading(), return_dtype=pl.Int64)
        )

    def code_of(self, numbers: pl.Expr) -> pl.Expr:
        """The MAIN code of a column of numbers; never REWORK."""
        names = {no: code for code, no in self.numbers.items() if code != "REWORK"}
        return numbers.replace_strict(names, return_dtype=pl.String)
