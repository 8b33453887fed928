"""Sources of a release on their way out: who delivered, and what is missing.

What lives here: their JSON shape, and the lines and the table that name what a
release lacks. What does not: the judgement (`hub.flow.sources`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hub.flow.sources import REASONS, missing_sources
from hub.storage.batches import batch_id

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.storage.releases import Release, Source

Shape = dict[str, object]
# What a batch is while a step is under way: the last step that it has behind it.
BETWEEN = {"merging": "split", "landing": "landed"}


def source_shape(source: Source) -> Shape:
    """One feed as it stood when the release was made."""
    return {
        "partner": source.partner,
        "feed": source.feed or None,
        "datasets": list(source.datasets),
        "batch": None if source.good is None else batch_id(source.good),
        "as_of": source.as_of,
        "until": source.until,
        "attempt": None if source.attempt is None else batch_id(source.attempt),
        "state": BETWEEN.get(source.state, source.state),
        "error": source.error,
        "missing": source.is_missing,
        "reason": source.reason,
    }


def missing_shapes(release: Release | None, dataset: str) -> list[Shape]:
    """What a dataset lacks in a release: whose rows end when, and why."""
    return [
        {
            "partner": one.partner,
            "feed": one.feed or None,
            "since": one.as_of,
            "reason": one.reason,
            "error": one.error,
        }
        for one in (missing_sources(release.sources, dataset) if release else ())
    ]


def show_missing(page: Page, sources: tuple[Source, ...]) -> None:
    """What a release lacks, feed by feed; a sentence where nothing is."""
    page.title("Missing or late 缺报")
    if not sources:
        page.line("Not recorded: the release was made by an older hub.")
        return
    missing = missing_sources(sources)
    page.table(
        ("partner/feed", "datasets", "as of", "原因", "reason", "error"),
        (
            (
                source_name(one),
                list(one.datasets) or None,
                one.as_of,
                *REASONS.get(str(one.reason), (one.reason, one.reason)),
                one.error,
            )
            for one in missing
        ),
        empty=f"Nothing: all {len(sources)} feeds delivered.",
    )


def missing_lines(sources: Iterable[Source], *, most: int | None = None) -> list[str]:
    """One line per feed that is missing, for a person; one for all above `most`."""
    from hub.cli.printing import cell

    lines = []
    missing = missing_sources(tuple(sources))
    if most is not None and len(missing) > most:
        partners = len({one.partner for one in missing})
        return [
            f"missing 缺报: {len(missing)} feeds of {partners} partners;"
            " `hub release show` names them"
        ]
    for one in missing:
        zh, en = REASONS.get(str(one.reason), ("", str(one.reason)))
        since = f" since {cell(one.as_of)}" if one.as_of else ""
        lines.append(f"missing 缺报: {source_name(one)}{since}, {en} {zh}")
    return lines


def source_name(source: Source) -> str:
    """`partner/feed`, or the partner alone where its feeds are not known."""
    return f"{source.partner}/{source.feed}" if source.feed else source.partner
