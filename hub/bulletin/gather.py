"""A bulletin's content from a month: the rows of a revision, or of a draft.

What lives here: reading the frozen tables and putting words beside them. What does
not: computing or freezing anything (`hub.flow.assessment`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from hub.bulletin.broken import broken_loops
from hub.bulletin.chiefs import chiefs_of
from hub.bulletin.content import (
    BESIDE_COLUMNS,
    BROKEN_COLUMNS,
    EXCEPTION_COLUMNS,
    FIGURE_COLUMNS,
    FIGURE_LEVELS,
    ITEM_COLUMNS,
    TOTAL_COLUMNS,
    BulletinContent,
    Head,
    nothing,
)
from hub.bulletin.policy_words import PolicyWords, policy_words
from hub.flow.assessment.draft import Draft
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.house import House
from hub.flow.metric_rows import DELIVERED
from hub.flow.quarantine import held_about
from hub.schemas.categories import CURRENT, categories
from hub.storage.assessments import Assessments, Revision

EARLIER_MONTHS = 11
PERSON, CITY_WIDE = "PERSON", "DISTRICT_UNIT"


@dataclass(frozen=True)
class Month:
    """A month's tables by name, and its policies by level."""

    head: Head
    tables: Mapping[str, pl.DataFrame]
    policy: PolicyWords


def of_revision(house: House, revision: Revision) -> list[BulletinContent]:
    """The bulletins of a frozen month, one per level of units that has a policy."""
    names = [one.name for one in revision.tables]
    tables = {name: read_rows(house, revision, name) for name in names if _known(name)}
    words = {one.level: policy_words(one.text) for one in revision.policies}
    found = [
        content_of(
            house,
            Month(
                _head(house, revision.period, level, policy, revision=revision),
                tables,
                policy,
            ),
        )
        for level, policy in words.items()
        if level in FIGURE_LEVELS
    ]
    return _with_chiefs(found, tables, words.get(PERSON))


def of_draft(house: House, draft: Draft) -> list[BulletinContent]:
    """The bulletins of a month that is not frozen, one per policy."""
    words = {one.level: policy_words(one.text) for one in draft.policies}
    found = []
    for level, policy in words.items():
        if level in FIGURE_LEVELS:
            head = _head(house, draft.period, level, policy, draft=draft)
            found.append(content_of(house, Month(head, draft.tables, policy)))
    return _with_chiefs(found, draft.tables, words.get(PERSON))


def _with_chiefs(
    contents: list[BulletinContent],
    tables: Mapping[str, pl.DataFrame],
    policy: PolicyWords | None,
) -> list[BulletinContent]:
    """The ranking of persons stands in one bulletin, that of districts if there is."""
    if policy is None or not contents:
        return contents
    levels = [one.head.level for one in contents]
    at = levels.index(CITY_WIDE) if CITY_WIDE in levels else 0
    told = contents[at]
    contents[at] = replace(
        told,
        chiefs=chiefs_of(tables, policy),
        labels={**policy.labels, **told.labels},
    )
    return contents


def content_of(house: House, month: Month) -> BulletinContent:
    """One bulletin: the month's rows of one level with their words."""
    head, level = month.head, month.head.level
    loops = month.tables.get("issue_loop")
    return BulletinContent(
        head=head,
        figures=_filled(month.tables.get("figure"), FIGURE_COLUMNS),
        items=_of_level(month.tables.get("score_item"), level, ITEM_COLUMNS),
        totals=_of_level(month.tables.get("score"), level, TOTAL_COLUMNS),
        beside=_filled(month.tables.get("beside"), BESIDE_COLUMNS),
        exceptions=_filled(month.tables.get("exception"), EXCEPTION_COLUMNS),
        broken=nothing(BROKEN_COLUMNS) if loops is None else broken_loops(loops),
        has_broken=loops is not None,
        has_exceptions="exception" in month.tables,
        earlier=_earlier(house, head.period, level, month.policy.id),
        quarantined={
            str(subject): held_about(house, datasets)
            for subject, datasets in DELIVERED.items()
        },
        names=_names(house),
        parents=_parents(house),
        labels={**_category_words(), **month.policy.labels},
    )


def _head(
    house: House,
    period: str,
    level: str,
    words: PolicyWords,
    *,
    revision: Revision | None = None,
    draft: Draft | None = None,
) -> Head:
    release = revision.release_id if revision else draft.release.id if draft else None
    as_of = revision.as_of if revision else draft.as_of if draft else None
    return Head(
        city_zh=house.city.name,
        city_en=house.city.id.capitalize(),
        period=period,
        level=level,
        revision=revision.number if revision else None,
        is_current=revision.is_current if revision else True,
        release=release,
        as_of=as_of,
        zone=house.city.timezone,
        made_at=revision.made_at if revision else None,
        author=revision.author if revision else None,
        approver=revision.approver if revision else None,
        reason=revision.reason if revision else None,
        policy_id=words.id,
        policy_version=words.version,
        policy_zh=words.title_zh,
        policy_en=words.title_en,
        approved_by=words.approved_by,
    )


def _known(name: str) -> bool:
    """Whether a bulletin tells anything of a frozen table; evidence may be long."""
    return name in {
        "figure",
        "beside",
        "issue_loop",
        "exception",
        "chief",
        "chief_step",
        "score",
        "score_item",
    }


def _filled(
    frame: pl.DataFrame | None, columns: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    """The frame's columns of these names; one that an older month has not is null."""
    if frame is None:
        return nothing(columns)
    return frame.select(
        pl.col(name) if name in frame.columns else pl.lit(None, dtype=kind).alias(name)
        for name, kind in columns.items()
    )


def _of_level(
    frame: pl.DataFrame | None, level: str, columns: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    return _filled(frame, columns).filter(pl.col("level") == level)


def _earlier(house: House, period: str, level: str, policy: str) -> pl.DataFrame:
    """Totals of the frozen months before, of the same policy, in current revisions."""
    found: Sequence[Revision] = [
        one
        for one in Assessments(house.control.engine).revisions()
        if one.is_current
        and one.period < period
        and policy in {kept.policy for kept in one.policies}
    ]
    frames = [
        _of_level(read_rows(house, one, "score"), level, TOTAL_COLUMNS)
        for one in found[-EARLIER_MONTHS:]
    ]
    return pl.concat([nothing(TOTAL_COLUMNS), *frames], how="vertical_relaxed")


def _names(house: House) -> dict[tuple[str, str | None], str]:
    """Units at either level of figures, streets and districts."""
    units = house.city.reference("assessment_unit").sort("valid_from_on")
    named: dict[tuple[str, str | None], str] = {}
    for code, name in units.select("unit_code", "unit_name").rows():
        named |= {(level, code): name for level in FIGURE_LEVELS.values()}
    divisions = house.city.reference("division").sort("valid_from_on")
    rows = divisions.select("division_code", "division_name", "level_code").rows()
    named |= {(level.lower(), code): name for code, name, level in rows}
    return named


def _parents(house: House) -> dict[str, str]:
    units = house.city.reference("assessment_unit").sort("valid_from_on")
    known = units.filter(pl.col("parent_unit_code").is_not_null())
    return dict(known.select("unit_code", "parent_unit_code").rows())


def _category_words() -> dict[tuple[str, str], tuple[str, str]]:
    """Categories of the standard list as `issue_loop` writes them, KIND:code."""
    listed = categories().filter(pl.col("system_code") == CURRENT)
    rows = listed.select("kind_code", "category_code", "category_name").rows()
    return {("category", f"{kind}:{code}"): (name, name) for kind, code, name in rows}
