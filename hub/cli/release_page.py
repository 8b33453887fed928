"""Releases as a person reads them: how they stand, and what checking them found.

What lives here: the tables and sentences of `hub release`. What does not: the
commands (`release`, `release_ends`) and their JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING

from hub.flow.sources import missing_sources

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.difference import Difference, UnitDifference
    from hub.flow.verify import Verdict
    from hub.sharing.release_check import Checked
    from hub.storage.releases import Release

DIGEST, SHORT = 16, 8
MOVED = ("added", "changed", "gone")


def state_of(release: Release) -> str:
    """How a release stands, in both languages."""
    if release.recalled is not None:
        return "recalled 已召回"
    return "published 已发布" if release.expired is None else "expired 已过期"


def show_releases(page: Page, found: Sequence[Release]) -> None:
    """Releases as a table; what is missing or has ended only where something is."""
    lacking = any(missing_sources(one.sources) for one in found)
    ended = any(one.has_ended for one in found)
    digits = SHORT if ended else DIGEST
    page.table(
        (
            *("release", "published"),
            # Room for the state: a whole row still fits 80 columns.
            *([] if ended else ["datasets"]),
            *("rows", "digest"),
            *(["missing 缺报"] if lacking else []),
            *(["state 状态"] if ended else []),
        ),
        (
            (
                one.id,
                one.published_at,
                *([] if ended else [len(one.datasets)]),
                sum(each.rows for each in one.datasets),
                one.digest[:digits],
                *([len(missing_sources(one.sources))] if lacking else []),
                *([state_of(one)] if ended else []),
            )
            for one in found
        ),
        empty="No release yet: `hub run` makes the first.",
    )


def show_standing(page: Page, release: Release) -> None:
    """Who signed a release, and why it ended if it did."""
    facts: list[tuple[str, object]] = [
        ("published", release.published_at),
        ("digest", release.digest),
    ]
    if release.seal is None:
        facts.append(("signed", f"no: `hub release sign {release.id}` signs it"))
    else:
        facts.append(("signed", release.seal.signed_at))
        facts.append(("manifest", release.seal.digest))
        facts.append(("key", release.seal.key_id))
    if release.recalled is not None:
        end = release.recalled
        facts += [("recalled 已召回", end.at), ("reason", end.reason)]
        facts.append(("author", end.author))
    if release.expired is not None:
        facts.append(("expired 已过期", release.expired.at))
    page.facts(facts)


def show_checked(page: Page, checked: Checked) -> None:
    """Every dataset with its rows, then the bad entries, the first one first."""
    page.table(
        ("dataset", "", "rows", "found", "problem"),
        (
            (
                one.pinned.dataset,
                "ok" if one.ok else "problem",
                one.pinned.rows,
                one.rows,
                one.problem or _erased(one) or ("" if one.ok else "other content"),
            )
            for one in checked.verdicts
        ),
    )
    release = checked.release
    for problem in checked.problems:
        page.line(f"bad entry: {problem.entry}: {problem.seen}", style="red")
    if not checked.ok:
        page.line(f"{release.id} is damaged: restore its files from a backup.")
        return
    page.line(f"{release.id} is what it was.")
    if release.seal is None:
        page.line(f"It has no signature: `hub release sign {release.id}` signs it.")
    else:
        page.line(f"Signed with the key {release.seal.key_id}.")


def _erased(one: Verdict) -> str:
    """By which erasures a dataset holds less than was published."""
    if not one.erased:
        return ""
    numbers = ", ".join(map(str, one.erased))
    rows = f", {one.rows_gone} rows" if one.rows_gone else ""
    return f"erased 已删除 ({numbers}{rows})" if one.ok else "other rows than are left"


def show_difference(page: Page, found: Mapping[str, Difference]) -> None:
    """Datasets in which rows differ."""
    page.table(
        ("dataset", *MOVED),
        (
            (name, one.added, one.changed, one.gone)
            for name, one in found.items()
            if any(astuple(one))
        ),
        empty="No row differs.",
    )


def show_units(page: Page, found: Mapping[str, Sequence[UnitDifference]]) -> None:
    """Datasets with a place and their units, where rows differ."""
    page.title("By assessment unit 考核单位")
    page.table(
        ("dataset", "unit", *MOVED),
        (
            (name, one.unit_code or "none 无归属", one.added, one.changed, one.gone)
            for name, units in found.items()
            for one in units
        ),
        empty="No row with a place differs.",
    )
