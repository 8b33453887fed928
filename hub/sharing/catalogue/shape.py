"""The catalogue as plain values for programs: `--json` and the HTTP interface.

What lives here: one JSON shape per thing, keys as in the entry; instants stay instants
and are written by whoever answers. What does not: DCAT (`dcat`), words for people.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hub.sharing.catalogue.entry import Catalogue, Entry
from hub.sharing.catalogue.words import words_of

Shape = dict[str, Any]


def catalogue_shape(catalogue: Catalogue) -> Shape:
    """The whole catalogue: heading, entries in short, lineage."""
    return {
        "city": catalogue.city,
        "title": catalogue.title,
        "publisher": catalogue.publisher,
        "approved_by": catalogue.approved_by,
        "release": catalogue.release,
        "released_at": catalogue.released_at,
        "datasets": [_short(one) for one in catalogue.entries],
        "metrics": [one.id for one in catalogue.metrics],
        "lineage": asdict(catalogue.lineage),
    }


def _short(one: Entry) -> Shape:
    return {
        "dataset": one.name,
        "title": one.title,
        "kind": one.kind,
        "share": one.share,
        "columns": len(one.items),
        "closed_columns": sum(item.share == "CLOSED" for item in one.items),
        "rows": one.rows,
        "as_of": one.freshness.reaches[0] if one.freshness.reaches else None,
        "missing": len(one.freshness.missing),
        "gaps": list(one.gaps),
    }


def entry_shape(catalogue: Catalogue, name: str) -> Shape:
    """One entry whole, with the government's fields under their Chinese names."""
    one = catalogue.entry(name)
    words = words_of("zh-CN", catalogue.zone)
    told = asdict(one)
    told["related"] = [
        {"dataset": related, "code": code} for related, code in one.related
    ]
    told["fields"] = {
        words(f"field_{key}"): text for key, text in words.fields(one).items()
    }
    told["lineage"] = {
        "feeds": [asdict(edge) for edge in catalogue.lineage.into(name)],
        "own": name in catalogue.lineage.own,
        "metrics": list(catalogue.lineage.out_of(name)),
    }
    if one.kind == "metric":
        told["metrics"] = [asdict(line) for line in catalogue.metrics]
    return told | {"release": catalogue.release, "released_at": catalogue.released_at}
