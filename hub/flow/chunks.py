"""One chunk of rows as sent → facts with findings, accepted or not.

What lives here: normalise, settle, validate and the checks against reference
data, joined for one chunk; a row is taken whole or not at all. What does not:
references between deliveries (`hub.flow.references`) and any writing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from hub.connectors.decode import Rows
from hub.flow.erased_facts import without_erased
from hub.flow.outcome import FOUND
from hub.flow.prints import Prints
from hub.partners.city import City
from hub.pipeline.category_rules import category_findings
from hub.pipeline.columns import Context
from hub.pipeline.digest import TOMBSTONE, sha256
from hub.pipeline.normalise import FINDING, ROW, Facts, read_facts
from hub.pipeline.references import division_findings, find_missing
from hub.pipeline.validate import find_failures
from hub.schemas import Dataset
from hub.schemas.rules import RULES

# Division codes of other datasets than issues: column, rule, severity (model §5).
DIVISIONS = {
    "area": (("street_code", "F04", "reject"), ("community_codes", "F05", "warn")),
    "service_object": (
        ("street_code", "F24", "reject"),
        ("community_code", "F24", "warn"),
    ),
    "org": (("division_code", "F24", "warn"),),
}


class Judged(NamedTuple):
    """A chunk after judgement.

    Attributes:
        facts: dataset → frames of facts of every row that is not a duplicate.
        findings: `FOUND`, of every row.
        duplicates: rows as sent that repeat an earlier one of the batch.
        rows: every row of the chunk.
    """

    facts: dict[str, pl.DataFrame]
    findings: pl.DataFrame
    duplicates: pl.Series
    rows: pl.Series

    @property
    def rejected(self) -> pl.Series:
        """Rows with a finding that keeps them out."""
        return self.findings.filter(pl.col("severity") == "reject")["row"].unique()


@dataclass
class Seen:
    """Fingerprints of the rows as sent that a batch has shown so far."""

    prints: Prints = field(default_factory=Prints)

    def settle(self, frame: pl.DataFrame) -> pl.Series:
        """Rows that repeat an earlier one; the others are remembered."""
        fields = sorted(name for name in frame.columns if name != ROW)
        texts = [
            pl.concat_str(pl.lit(name + "="), _as_text(name, frame.schema[name]))
            for name in fields
        ]
        made = sha256(pl.concat_str(texts, separator="\x1f", ignore_nulls=True))
        halves = [
            made.str.slice(at, 16).str.to_integer(base=16, dtype=pl.UInt64).alias(name)
            for name, at in (("first", 0), ("second", 16))
        ]
        printed = frame.select(ROW, *halves)
        once = printed.unique(["first", "second"], keep="first", maintain_order=True)
        first, second = (once[name].to_numpy() for name in ("first", "second"))
        is_new = ~self.prints.holds(first, second)
        self.prints.add(first[is_new], second[is_new])
        fresh = once.filter(pl.Series(is_new, dtype=pl.Boolean))[ROW]
        return frame.filter(~pl.col(ROW).is_in(fresh.implode()))[ROW]


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        return pl.col(name)
    return pl.struct(name).struct.json_encode()


def judge(city: City, rows: Rows, ctx: Context, seen: Seen) -> Judged:
    """Judge one chunk; `rows.frame` is numbered over the whole batch.

    Nothing is read or written but the city's reference data.
    """
    duplicates = seen.settle(rows.frame)
    frame = rows.frame.filter(~pl.col(ROW).is_in(duplicates.implode()))
    facts: dict[str, list[pl.DataFrame]] = {}
    found = [_as_rows(rows.broken), _as_rows(rows.told)]
    for emit in ctx.feed.emits:
        read = without_erased(read_facts(frame, emit, ctx), emit, ctx)
        live = read.frame.filter(pl.col("row_digest") != TOMBSTONE)
        found.append(_named(read.findings.rename({ROW: "row"}), read))
        broken = find_failures(read.dataset, live, row=ROW, norms=city.norms)
        broken = _unless_unreadable(broken, read)
        found.append(
            _named(broken.with_columns(dataset=pl.lit(read.dataset.name)), read)
        )
        found.append(
            _named(
                _reference_data(city, read.dataset, live, ctx).rename({ROW: "row"}),
                read,
            )
        )
        facts.setdefault(read.dataset.name, []).append(read.frame.rename({ROW: "row"}))
    return Judged(
        facts={name: pl.concat(frames) for name, frames in facts.items()},
        findings=pl.concat(found).unique(maintain_order=True),
        duplicates=duplicates,
        rows=pl.concat([rows.frame[ROW], rows.broken[ROW]]),
    )


def _as_rows(told: pl.DataFrame) -> pl.DataFrame:
    """Findings about whole rows: no layout, no data, hidden in its sheet."""
    return told.select(
        row=pl.col(ROW),
        key=pl.lit(None, pl.String),
        dataset=pl.lit(None, pl.String),
        column=pl.lit(None, pl.String),
        rule=pl.col("rule"),
        severity=pl.col("rule").replace_strict(
            list(RULES), [rule.severity for rule in RULES.values()]
        ),
    ).cast(pl.Schema(FOUND))


def _unless_unreadable(broken: pl.DataFrame, read: Facts) -> pl.DataFrame:
    """A cell or key that could not be read is not also reported as missing."""
    cells = read.findings.select(row=ROW, column="column")
    keys = cells.filter(pl.col("column") == "source_id").with_columns(
        column=pl.lit(read.dataset.id_column)
    )
    unread = pl.concat([cells, keys]).unique()
    missing = broken.filter(pl.col("rule") == "P01")
    rest = broken.filter(pl.col("rule") != "P01")
    return pl.concat([missing.join(unread, on=["row", "column"], how="anti"), rest])


def _named(found: pl.DataFrame, read: Facts) -> pl.DataFrame:
    """Findings with the fact's key and their severity, the rule's if they have none."""
    keys = read.frame.select("key", row=ROW).unique("row", keep="first")
    own = pl.col("rule").replace_strict(
        list(RULES), [rule.severity for rule in RULES.values()]
    )
    given = ["severity"] if "severity" in found.columns else []
    found = found.with_columns(severity=pl.coalesce(*given, own))
    return found.join(keys, on="row", how="left").select(*FOUND).cast(pl.Schema(FOUND))


def _reference_data(
    city: City, ds: Dataset, frame: pl.DataFrame, ctx: Context
) -> pl.DataFrame:
    """Codes that reference data must know: divisions, categories, units."""
    divisions = city.reference("division")
    found: list[pl.DataFrame] = []
    if ds.name == "issue":
        found.append(division_findings(frame, divisions, zone=ctx.city_zone))
        lost = category_findings(frame, city.reference("category"))
        found.append(lost.with_columns(column=pl.lit("category_code")))
    else:
        for column, rule, severity in DIVISIONS.get(ds.name, ()):
            lost = find_missing(frame, column, divisions["division_code"])
            found.append(_with_rule(lost, rule, severity))
    if ds.name == "institution_doc":
        units = city.reference("assessment_unit")["unit_code"]
        found.append(
            _with_rule(find_missing(frame, "unit_code", units), "F16", "reject")
        )
    if ds.name == "assessment_unit_member":
        streets = frame.filter(pl.col("member_kind_code") == "DIVISION")
        lost = find_missing(streets, "member_id", divisions["division_code"])
        found.append(_with_rule(lost, "F17", "reject"))
    empty = pl.DataFrame(schema=FINDING).drop("dataset")
    columns = empty.columns
    return pl.concat([empty, *(one.select(columns) for one in found)]).with_columns(
        dataset=pl.lit(ds.name)
    )


def _with_rule(lost: pl.DataFrame, rule: str, severity: str) -> pl.DataFrame:
    return lost.with_columns(rule=pl.lit(rule), severity=pl.lit(severity))
