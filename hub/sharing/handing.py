"""Rows on their way to a recipient: chosen and masked, some at a time.

What lives here: carrying out what a decision allows, for files and for the warehouse:
the keys of rows looked up elsewhere, the condition, the masks with the recipient's join
key; and what the audit is told of it. What does not: deciding (`decision`), single
masks (`masks`), writing files or tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from hub.errors import HubError
from hub.flow.house import House
from hub.flow.published import METRICS, table_of
from hub.flow.warehouse_datasets import files_by_part, live_rows, pinned_version
from hub.metrics.counting import FIGURE
from hub.schemas import DATASETS
from hub.sharing.asks import Allowed, Ask, Refused, Who
from hub.sharing.decision import Rulebook, decide
from hub.sharing.join_keys import JoinKey, join_key, master
from hub.sharing.masks.apply import apply_masks, mask_named, reads
from hub.sharing.protected_figures import as_allowed, hide_small_cells
from hub.sharing.seen_rows import Among, SeenRows, keys_wanted
from hub.sharing.small_cells import NOTES
from hub.sharing.subjects import FIGURES
from hub.storage.audit_entries import HandOver, Means, ToldCondition
from hub.storage.parts import DataFile
from hub.storage.releases import Release


class NotGranted(HubError):
    """The recipient may not have what was asked for it; nothing was handed over."""

    code = "not_granted"


@dataclass(frozen=True, kw_only=True)
class Handing:
    """One hand-over that a decision allows.

    Attributes:
        who: the recipient.
        allowed: what it may have.
        release: of which release.
        key: for pseudonyms; None where no mask needs one.
    """

    who: Who
    allowed: Allowed
    release: Release
    key: JoinKey | None

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Column → type of the rows that go out, in their order."""
        kinds = subject_schema(self.allowed.dataset)
        notes = () if self.allowed.small_cells is None else NOTES
        shown = {one.name: kinds[one.name] for one in self.allowed.columns}
        return shown | dict.fromkeys(notes, pl.String())

    def told(self, means: Means, conditions: Sequence[ToldCondition] = ()) -> HandOver:
        """What the audit is told of it."""
        consumer, allowed = self.who.consumer, self.allowed
        return HandOver(
            system=consumer.id,
            org=consumer.org,
            grant_id=",".join(map(str, allowed.grants)) or None,
            purpose=allowed.purpose,
            valid_until=allowed.valid_until,
            dataset=allowed.dataset,
            version=self.release.id,
            columns=tuple(one.name for one in allowed.columns),
            conditions=tuple(conditions),
            means=means,
            mask_profile=",".join(f"{n}:{m}" for n, m in allowed.masks.items()) or None,
            pseudonym_key_id=self.key.id if self.key else None,
        )


def decided(who: Who, ask: Ask, book: Rulebook) -> Allowed | Refused:
    """What `decide` says to an ask of a file or a view.

    Statistics that are open to everybody come with small cells hidden. Where grants
    cover the ask, theirs are what is wanted, and whole if they show single counts.
    """
    told = decide(who, ask, book)
    if isinstance(told, Refused) or told.small_cells is None:
        return told
    granted = decide(who, replace(ask, granted_only=True), book)
    return told if isinstance(granted, Refused) else granted


def handing(house: House, who: Who, allowed: Allowed, release: Release) -> Handing:
    """Make ready to hand over.

    Raises:
        MisuseError: a pseudonym is to be made for no purpose.
    """
    is_keyed = any(mask_named(one).keyed for one in allowed.masks.values())
    key = None
    if is_keyed:
        purpose = allowed.purpose or ""
        key = join_key(master(house.settings.home), who.consumer.id, purpose)
    return Handing(who=who, allowed=allowed, release=release, key=key)


def refusal(who: Who, ask: Ask, refused: Refused) -> NotGranted:
    """The failure for an ask that was refused; the operator may know why."""
    named = f" ({', '.join(refused.columns)})" if refused.columns else ""
    return NotGranted(
        f"hand {ask.dataset} to {who.consumer.id}",
        seen=f"{refused.kind}: {refused.reason}{named}",
        next_step=f"`hub consumer show {who.consumer.id}` tells its grants.",
    )


def subject_schema(name: str) -> dict[str, pl.DataType]:
    """Column → type of a dataset, or of the figures."""
    return dict(FIGURE) if name in METRICS else DATASETS[name].polars_schema()


def subject_rows(
    house: House,
    release: Release,
    name: str,
    columns: Sequence[str],
    files: Sequence[DataFile] | None = None,
) -> Iterator[pl.DataFrame]:
    """Published rows of a dataset or of the figures, a file's piece at a time.

    Args:
        files: of the table at the release's version; all of them if None.
    """
    version = pinned_version(release, name)
    if version < 0:
        return
    table = table_of(house, name)
    chosen = table.files(version=version) if files is None else files
    if name in METRICS:
        yield from table.scan(files=chosen, columns=columns, version=version)
    else:
        yield from live_rows(table, chosen, version, columns)


def lookup_keys(
    house: House, release: Release, rows: SeenRows
) -> dict[Among, pl.Series]:
    """The keys that a condition looks up in other datasets of the release."""
    found = {}
    for one in rows.lookups:
        columns = list(dict.fromkeys([one.key, *SeenRows(one.rows).reads]))
        keys = [
            frame.filter(keys_wanted(one))[one.key]
            for frame in subject_rows(house, release, one.dataset, columns)
        ]
        none = pl.Series(one.key, [], dtype=pl.String)
        found[one] = pl.concat([none, *keys]).unique()
    return found


def handed_rows(
    house: House,
    given: Handing,
    *,
    where: pl.Expr | None = None,
    looks_at: Sequence[str] = (),
) -> Iterator[pl.DataFrame]:
    """The rows of a hand-over as they go out; memory holds one file's piece.

    Args:
        where: a further condition, over columns that `decide` let be filtered by.
        looks_at: the columns of that condition.
    """
    allowed = given.allowed
    if allowed.small_cells is not None:
        yield from _counts(house, given, allowed.small_cells, where)
        return
    seen = allowed.rows.predicate(lookup_keys(house, given.release, allowed.rows))
    masks = masks_of_answer(allowed)
    columns = list(dict.fromkeys([*reads(masks), *allowed.rows.reads, *looks_at]))
    known = subject_schema(allowed.dataset)
    columns = [name for name in columns if name in known]
    for frame in subject_rows(house, given.release, allowed.dataset, columns):
        kept = frame.filter(seen if where is None else seen & where)
        yield apply_masks(kept, masks, given.key).frame


def _counts(
    house: House, given: Handing, least: int, where: pl.Expr | None
) -> Iterator[pl.DataFrame]:
    """Figures with small cells hidden; a condition looks at what is shown of them."""
    release = given.release
    table = table_of(house, given.allowed.dataset)
    version = pinned_version(release, given.allowed.dataset)
    for _, files in files_by_part(table, version):
        for found in metric_by_metric(house, release, files):
            told = as_allowed(found, hide_small_cells(found, least), given.allowed)
            kept = told if where is None else told.filter(where)
            yield kept.select(list(given.schema))


def metric_by_metric(
    house: House, release: Release, files: Sequence[DataFile]
) -> Iterator[pl.DataFrame]:
    """All figures of one metric after another; memory holds those files' rows.

    Args:
        files: all of one month: what is hidden of a figure follows from the others.
    """
    frames = list(subject_rows(house, release, FIGURES, list(FIGURE), files))
    month = pl.concat(frames, rechunk=False) if frames else pl.DataFrame(schema=FIGURE)
    del frames
    for metric in month["metric"].unique().sort():
        yield month.filter(pl.col("metric") == metric)


def masks_of_answer(allowed: Allowed) -> dict[str, Any]:
    """Column → mask or None, of every column of an answer, in its order."""
    return {one.name: one.mask for one in allowed.columns}
