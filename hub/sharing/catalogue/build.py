"""The catalogue of a city, put together from what is declared and what was released.

What lives here: one entry per dataset of the schemas and one for the metrics. Nothing
is guessed: a word that the city has not given is a gap. What does not: words of the
city (`declared`), freshness and quality (`standing`), looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hub.flow.house import House
from hub.flow.lineage import CALENDAR, Lineage, lineage_of
from hub.flow.release import find_release
from hub.partners.city import City
from hub.schemas import DATASETS, Column, Dataset
from hub.schemas.code_lists import code_list, share_classes
from hub.schemas.columns import ShareClass
from hub.sharing.catalogue import metric_entry
from hub.sharing.catalogue.declared import (
    CatalogueFile,
    DatasetWords,
    read_words,
    resource_code,
)
from hub.sharing.catalogue.entry import (
    Catalogue,
    CodeTable,
    Entry,
    GapField,
    Item,
    Lead,
)
from hub.sharing.catalogue.standing import Told, freshness_of, quality_of, told_of
from hub.storage.delivery_counts import DeliveryCounts
from hub.storage.releases import Release, Releases

# What the hub can write of any dataset, and of figures.
FORMATS = ("CSV", "Parquet", "JSON Lines")
FIGURE_FORMATS = ("JSON",)
ALWAYS: tuple[GapField, ...] = (
    "resource_class", "code", "provider", "provider_code", "abstract", "means", "open",
    "update_cycle", "published_on",
)  # fmt: skip


def catalogue_of(house: House, release: str | None = None) -> Catalogue:
    """The catalogue as of a release, the newest one by default.

    Without any release it says what is declared, and nothing of rows.

    Raises:
        DeclarationError: the city's `catalogue.toml` cannot be followed.
        MisuseError: a release is named that there is not.
    """
    releases = Releases(house.control.engine)
    if release is None and releases.newest() is None:
        return declared_catalogue(house.city)
    found = find_release(house, release)
    told = told_of(releases, DeliveryCounts(house.control.engine), found)
    return declared_catalogue(house.city, found, told)


def declared_catalogue(
    city: City, release: Release | None = None, told: Told | None = None
) -> Catalogue:
    """The catalogue of a city without looking into any store.

    Args:
        city: with its partner files.
        release: what row counts are taken from.
        told: what is known of deliveries.

    Raises:
        DeclarationError: the city's `catalogue.toml` cannot be followed.
    """
    words = read_words(city, (*DATASETS, metric_entry.NAME))
    maker = _Maker(city, words, lineage_of(city), release, told or Told())
    about = words.catalogue
    entries = (*map(maker.dataset, DATASETS.values()), maker.figures())
    return Catalogue(
        city=city.id,
        city_name=city.name,
        title=city.title,
        zone=city.timezone,
        publisher=about.publisher or city.title,
        contact=about.contact,
        approved_by=about.approved_by,
        base=about.base or f"urn:hub:{city.id}:",
        release=release.id if release else None,
        released_at=release.published_at if release else None,
        entries=entries,
        metrics=metric_entry.metric_lines(),
        codes=tuple(_codes(entries)),
        lineage=maker.lineage,
    )


class _Maker:
    """Makes the entries of one city."""

    def __init__(
        self,
        city: City,
        words: CatalogueFile,
        lineage: Lineage,
        release: Release | None,
        told: Told,
    ) -> None:
        self.lineage = lineage
        self._city, self._words, self._told = city, words, told
        pinned = release.datasets if release else ()
        self._rows = {one.dataset: one.rows for one in pinned}
        self._titles = {one.id: one.title for one in city.partners.values()}
        self._codes = {
            row["code"]: (row["digit_code"] or "", row["padded_code"] or "")
            for row in share_classes().rows(named=True)
        }

    def dataset(self, ds: Dataset) -> Entry:
        """The entry of a dataset."""
        return self._entry(
            ds.name,
            title=ds.title,
            description=ds.description,
            kind="core" if ds.core else "reference",
            grain=ds.grain,
            key=ds.key,
            history=ds.history,
            items=tuple(_items(ds)),
            share=ds.share,
            related=tuple(
                name
                for name in dict.fromkeys(one.ref for one in ds.columns if one.ref)
                if name != ds.name
            ),
            scope=None,
            fed_by=(ds.name,),
        )

    def figures(self) -> Entry:
        """The entry of the metrics; its sources are those of everything they count."""
        inputs = metric_entry.metric_inputs()
        return self._entry(
            metric_entry.NAME,
            title=metric_entry.TITLE,
            description=metric_entry.DESCRIPTION,
            kind="metric",
            grain=metric_entry.GRAIN,
            key=metric_entry.KEY,
            history=None,
            items=metric_entry.figure_items(),
            share=metric_entry.SHARE,
            related=inputs,
            scope=metric_entry.SCOPE,
            fed_by=inputs,
        )

    def _entry(
        self,
        name: str,
        *,
        share: ShareClass,
        related: tuple[str, ...],
        fed_by: tuple[str, ...],
        **given: object,
    ) -> Entry:
        own = self._words.of(name)
        tree = own.resource_class
        return Entry(
            name=name,
            share=share,
            share_codes=self._codes[share],
            resource_class=(tree.digits, tree.names) if tree else None,
            code=resource_code(own),
            provider=own.provider,
            provider_code=own.provider_code,
            abstract=own.abstract,
            formats=FIGURE_FORMATS if name == metric_entry.NAME else FORMATS,
            condition=own.condition if share != "OPEN" else None,
            basis=own.basis,
            means=own.means,
            open=own.open,
            update_cycle=own.update_cycle,
            published_on=own.published_on,
            related=tuple((one, resource_code(self._words.of(one))) for one in related),
            leads=tuple(self._leads(fed_by)),
            schedules=tuple(self._schedules(fed_by)),
            rows=self._rows.get(name),
            freshness=freshness_of(self._told, self._titles, fed_by),
            quality=quality_of(self._told, self.lineage, fed_by),
            gaps=tuple(_gaps(own, share)),
            **given,  # type: ignore[arg-type]
        )

    def _leads(self, names: tuple[str, ...]) -> Iterator[Lead]:
        """Source departments: the lead sources, else whoever delivers."""
        partners: Mapping[str, None] = {
            one.partner: None
            for name in names
            for one in self.lineage.into(name)
            if one.enters
        }
        for partner in map(self._city.partners.__getitem__, sorted(partners)):
            yield Lead(partner.id, partner.title, partner.steward)
        if not {*self.lineage.own, CALENDAR}.isdisjoint(names):
            yield Lead("HUB", self._city.title, None)

    def _schedules(self, names: tuple[str, ...]) -> list[str]:
        """When the feeds that fill it are asked, each line once."""
        edges = {(e.partner, e.feed) for n in names for e in self.lineage.into(n)}
        found = {
            self._city.partners[partner].feed(feed).schedule for partner, feed in edges
        }
        return sorted(one for one in found if one is not None)


def _codes(entries: tuple[Entry, ...]) -> Iterator[CodeTable]:
    """The code lists that items of these entries name."""
    names = {i.code_list for one in entries for i in one.items if i.code_list}
    for name in sorted(names):
        found = code_list(name)
        yield CodeTable(
            name, tuple((code, found.labels[code]) for code in found.ordered)
        )


def _items(ds: Dataset) -> Iterator[Item]:
    provenance = {one.name for one in ds.provenance}
    for column in ds.all_columns:
        yield _item(column, is_provenance=column.name in provenance)


def _item(column: Column, *, is_provenance: bool) -> Item:
    return Item(
        name=column.name,
        label=column.label,
        rule=column.rule,
        type=column.type,
        required=column.required,
        share=column.share,
        mask=column.mask,
        personal=column.personal,
        code_list=column.code_list,
        refers_to=column.ref,
        is_provenance=is_provenance,
    )


def _gaps(words: DatasetWords, share: ShareClass) -> Iterator[GapField]:
    """What nobody said and somebody must; an open dataset needs no condition."""
    for field in ALWAYS:
        value = resource_code(words) if field == "code" else getattr(words, field)
        if not value:
            yield field
    if share == "CONDITIONAL" and not words.condition:
        yield "condition"
    if share != "OPEN" and not words.basis:
        yield "basis"
