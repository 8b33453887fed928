"""The catalogue as one frozen value; every look of it is made from this.

What lives here: the shapes. None means that nobody said so, and each such gap is named
in `Entry.gaps`. What does not: where the words come from (`build`), and any value of a
row: an item has a name, a class and a mask, and never an example.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from hub.flow.lineage import Lineage
from hub.schemas.columns import ColumnType, Personal, Required, ShareClass

Text = tuple[str, str]  # Chinese, English


@dataclass(frozen=True, kw_only=True)
class Item:
    """One column (信息项) with its class and mask.

    Attributes:
        name, label, rule: as in the schema; the rule is English.
        type: type of the canonical model.
        required: `yes`, `no`, or `cond`.
        share: class of the column, CLOSED until somebody classified it.
        mask: rule by which values are masked on the way out.
        personal: whether it tells something about a person.
        code_list: list of its codes.
        refers_to: dataset that it points to.
        is_provenance: part of the block that every dataset carries.
    """

    name: str
    label: str
    rule: str
    type: ColumnType
    required: Required
    share: ShareClass
    mask: str | None = None
    personal: Personal | None = None
    code_list: str | None = None
    refers_to: str | None = None
    is_provenance: bool = False


@dataclass(frozen=True, kw_only=True)
class MetricLine:
    """One metric of the metric dataset: names, definition, and what it rests on."""

    id: str
    version: int
    name: Text
    formula: Text
    numerator: Text
    denominator: Text
    value: str
    subject: str
    basis: str
    calibers: tuple[str, ...]
    levels: tuple[str, ...]
    inputs: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one feed that fills a dataset stood when the release was made."""

    partner: str
    title: str
    feed: str
    as_of: datetime | None
    landed_at: datetime | None
    is_missing: bool
    reason: Text | None


@dataclass(frozen=True)
class Freshness:
    """How new a dataset is; empty where no feed fills it (the city's own lists).

    Attributes:
        standings: its feeds by partner and name.
        newest_landing: when the newest merged delivery of these landed.
        reaches: from the feed that reaches least far to the one that reaches furthest.
    """

    standings: tuple[Standing, ...] = ()
    newest_landing: datetime | None = None
    reaches: tuple[datetime, datetime] | None = None

    @property
    def missing(self) -> tuple[Standing, ...]:
        """Feeds that the release lacks."""
        return tuple(one for one in self.standings if one.is_missing)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Rows of deliveries: received = accepted + quarantined + duplicate + refused."""

    deliveries: int = 0
    received: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicate: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Finding:
    """How often a rule was broken."""

    rule: str
    severity: str
    meaning: Text
    count: int


@dataclass(frozen=True)
class Quality:
    """What became of the rows of the feeds that fill a dataset.

    A feed that fills several datasets counts for each of them, so these sums are not
    to be added up over datasets.

    Attributes:
        total: all deliveries up to the release.
        latest: those since the release before; all of them for the first one.
        findings: of the latest, on this dataset or on whole rows of its feeds.
    """

    total: Counts = Counts()
    latest: Counts = Counts()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Lead:
    """A source department (数源): a partner whose rows enter the dataset."""

    partner: str
    title: str
    steward: str | None


GapField = Literal[
    "resource_class", "code", "provider", "provider_code", "abstract", "condition",
    "basis", "means", "open", "update_cycle", "published_on",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One dataset with the fields of the government catalogue and the hub's own.

    Attributes:
        name, title, description: as in the schema; `description` is English.
        kind: `core`, `reference` or `metric`.
        resource_class: digits and names of 类 / 项 / 目 / 细目.
        code: 信息资源代码.
        share: class of the dataset; `share_codes` its digit and padded code.
        condition: 共享条件; None for an open dataset, which has none.
        related: datasets that its items point to, with their codes where they have one.
        scope: which rows the class speaks of, where it is not all of them.
        schedules: cron lines of the feeds that fill it, as their partner files have it.
        rows: published rows; None without a release, or where the reader may not see
            all of them and so may not know how many there are.
        quality: None where the reader may not know how many rows there are.
        gaps: fields that nobody has filled in yet (未定).
    """

    name: str
    title: str
    description: str
    kind: Literal["core", "reference", "metric"]
    grain: str
    key: tuple[str, ...]
    history: str | None
    resource_class: tuple[tuple[str, ...], tuple[str, ...]] | None
    code: str | None
    provider: str | None
    provider_code: str | None
    abstract: str | None
    formats: tuple[str, ...]
    items: tuple[Item, ...]
    share: ShareClass
    share_codes: tuple[str, str]
    condition: str | None
    basis: str | None
    means: tuple[str, ...]
    open: str | None
    update_cycle: str | None
    published_on: str | None
    related: tuple[tuple[str, str | None], ...]
    scope: Text | None
    leads: tuple[Lead, ...]
    schedules: tuple[str, ...]
    rows: int | None
    freshness: Freshness
    quality: Quality | None
    gaps: tuple[GapField, ...]


@dataclass(frozen=True)
class CodeTable:
    """A code list that some item uses: codes in order, each with both labels."""

    name: str
    codes: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The catalogue of a city as of a release.

    Attributes:
        release, released_at: None where nothing was released yet.
        base: what identifiers of datasets begin with.
        metrics: metrics of the entry whose kind is `metric`.
        codes: the code lists that items name, by name.
    """

    city: str
    city_name: str
    title: str
    zone: str
    publisher: str
    contact: str | None
    approved_by: str | None
    base: str
    release: str | None
    released_at: datetime | None
    entries: tuple[Entry, ...]
    metrics: tuple[MetricLine, ...]
    codes: tuple[CodeTable, ...]
    lineage: Lineage

    def entry(self, name: str) -> Entry:
        """The entry of that name; KeyError lists the names there are."""
        for one in self.entries:
            if one.name == name:
                return one
        names = ", ".join(one.name for one in self.entries)
        raise KeyError(f"no entry {name!r}; there are {names}")

    def only(
        self, names: Collection[str], whole: Collection[str] | None = None
    ) -> Catalogue:
        """The same with these entries alone, and with what leads to and from them.

        Args:
            names: of the entries.
            whole: of those whose rows are all for the reader, so that it may know how
                many there are; None = of all.
        """
        lineage = self.lineage
        counted = names if whole is None else whole
        return replace(
            self,
            entries=tuple(
                one if one.name in counted else replace(one, rows=None, quality=None)
                for one in self.entries
                if one.name in names
            ),
            lineage=replace(
                lineage,
                feeds=tuple(one for one in lineage.feeds if one.dataset in names),
                own=tuple(one for one in lineage.own if one in names),
                metrics=tuple(one for one in lineage.metrics if one.dataset in names),
            ),
        )
