"""Is a frozen month still what it was? Computed again from what it pins.

What lives here: reading the frozen rows back against their digests, computing the
month once more from what the revision pins (release, instant, parameters, policies,
inputs), and naming the first table and row where the two part. What does not:
freezing (`freeze`), the release's own digests (`hub.flow.verify`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from hub.errors import DeclarationError, MisuseError, StorageDamaged
from hub.flow.assessment.draft import compute_draft, definitions
from hub.flow.assessment.frozen_rows import digest_of_rows, read_rows, row_digests
from hub.flow.assessment.policies import policies_of
from hub.flow.erased_files import erased_evidence
from hub.flow.house import House
from hub.flow.release import find_release
from hub.storage.assessments import FrozenTable, Revision

# What names a row to a reader, of the columns that a table has.
NAMES = (
    "policy",
    "metric",
    "calibers",
    "basis",
    "kind",
    "level",
    "unit_code",
    "by",
    "by_code",
    "dimension",
    "item",
    "reason",
    "subject",
    "subject_id",
    "issue_id",
    "area_id",
    "community_code",
    "chief_person_id",
    "day_on",
    "number",
)
SAID = 6  # name columns in a sentence


@dataclass(frozen=True)
class TableVerdict:
    """One table of a revision, as frozen and as it comes out now.

    Attributes:
        frozen: as the control database tells it; None where it knows no such table.
        rows: rows that come out now.
        digest: their digest.
        problem: what is wrong, in words; None where all is well.
        row: what names the first row that differs, where one can be named.
    """

    name: str
    frozen: FrozenTable | None
    rows: int | None
    digest: str | None
    problem: str | None = None
    row: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the table is what it was."""
        return self.problem is None


def verify_month(house: House, revision: Revision) -> list[TableVerdict]:
    """Every table of a revision in order of name, computed again."""
    kept, damaged = _kept_rows(house, revision)
    if damaged:
        return damaged
    changed = changed_definitions(revision)
    release = find_release(house, revision.release_id)
    try:
        draft = compute_draft(
            house,
            revision.period,
            release=release,
            as_of=revision.as_of,
            terms=revision.terms,
            policies=policies_of(revision),
            inputs=kept["input"],
        )
    except (MisuseError, DeclarationError) as error:
        # The policy that was kept cannot be followed by this hub any more.
        told = error.sentence + _since(changed)
        return [TableVerdict("score", revision.table("score"), None, None, told)]
    why = _since(changed) + erased_evidence(house, release)
    return list(_compare(revision, kept, dict(draft.tables), why))


def changed_definitions(revision: Revision) -> list[str]:
    """Metrics and calibers that this hub defines in another version."""
    now = definitions()
    return sorted(
        f"{kind} {name}"
        for kind, told in revision.definitions.items()
        for name, version in told.items()
        if now.get(kind, {}).get(name) != version
    )


def _kept_rows(
    house: House, revision: Revision
) -> tuple[dict[str, pl.DataFrame], list[TableVerdict]]:
    kept, damaged = {}, []
    for one in revision.tables:
        try:
            frame = read_rows(house, revision, one.name)
        except StorageDamaged as error:
            damaged.append(TableVerdict(one.name, one, None, None, error.sentence))
            continue
        digest = digest_of_rows(frame)
        if digest != one.digest:
            told = "the frozen rows are not those that were written"
            damaged.append(TableVerdict(one.name, one, len(frame), digest, told))
        kept[one.name] = frame
    return kept, damaged


def _compare(
    revision: Revision,
    kept: dict[str, pl.DataFrame],
    fresh: dict[str, pl.DataFrame],
    why: str,
) -> Iterator[TableVerdict]:
    for name in sorted({*kept, *fresh}):
        frozen, rows = revision.table(name), fresh.get(name)
        if frozen is None:
            # A table that hubs did not freeze then: nothing to hold it against.
            continue
        if rows is None:
            told = f"this hub makes no such table{why}"
            yield TableVerdict(name, frozen, None, None, told)
            continue
        digest = digest_of_rows(rows)
        if digest == frozen.digest:
            yield TableVerdict(name, frozen, len(rows), digest)
            continue
        told, row = _first_difference(kept[name], rows)
        yield TableVerdict(name, frozen, len(rows), digest, told + why, row)


def _since(changed: list[str]) -> str:
    return f"; changed since: {', '.join(changed)}" if changed else ""


def _first_difference(old: pl.DataFrame, new: pl.DataFrame) -> tuple[str, str]:
    """What differs first in the order of names: a word on it, and the row's name."""
    names = [name for name in NAMES if name in old.columns and name in new.columns]
    one, other = (
        frame.select(*(_text(frame, name) for name in names), digest=row_digests(frame))
        for frame in (old, new)
    )
    gone = one.join(other, on="digest", how="anti").with_columns(was=pl.lit(value=True))
    come = other.join(one, on="digest", how="anti").with_columns(
        was=pl.lit(value=False)
    )
    apart = pl.concat([gone, come]).sort(*names, "was", "digest")
    if not len(apart):  # only how often a row is there
        return "rows are there more or less often", ""
    first = apart.head(1)
    same = apart.join(first, on=names, how="semi", nulls_equal=True)
    told = [
        f"{name}={value}"
        for name, value in first.select(names).row(0, named=True).items()
        if value
    ]
    word = (
        "another value"
        if same["was"].n_unique() > 1
        else ("frozen, and not computed now" if first["was"].item() else "not frozen")
    )
    return f"{max(len(gone), len(come))} rows differ; the first: {word}", " ".join(
        told[:SAID]
    )


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    if isinstance(frame.schema[name], pl.List):
        return pl.col(name).list.join(" ").alias(name)
    return pl.col(name).cast(pl.String)
