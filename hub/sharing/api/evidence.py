"""The cases behind a figure, as far as the asker may see them.

What lives here: explaining a figure of a release and leaving out what is not granted.
What does not: judging cases (`hub.metrics`), who asks (`metrics`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
import polars as pl

from hub.flow.figures import explain
from hub.flow.house import House
from hub.metrics.evidence import evidence_of, with_reason
from hub.sharing.api.service import Service
from hub.sharing.asks import Allowed
from hub.sharing.seen_rows import Among, keys_wanted
from hub.sharing.shelf import Shelf
from hub.storage.releases import Release, Releases

MANY = 100_000  # ids of one list


def cases_behind(
    service: Service,
    allowed: Allowed,
    release: Release,
    code: str,
    period: str,
    *,
    level: str,
    unit_code: str | None,
) -> dict[str, Any]:
    """Ids that counted, that were left out and that missed, each with its reason.

    Raises:
        MisuseError: the month had not begun when the release was made.
    """
    every = _rows(service.house, release.number, code, period)
    rows = evidence_of(every, level, unit_code)
    if not allowed.rows.is_all:
        seen = _seen(allowed, service.hand.shelves(release))
        rows = rows.join(seen, left_on="subject_id", right_on="issue_id", how="semi")
    counted = rows.filter("is_numerator")["subject_id"]
    out = with_reason(rows, "left_out_reason")
    missed = with_reason(
        rows.filter(pl.col("left_out_reason").is_null()), "missed_reason"
    )
    return {
        "metric": code,
        "period": period,
        "level": level,
        "unit_code": unit_code,
        "only_granted": not allowed.rows.is_all,
        "counts": {
            "numerator": len(counted),
            "left_out": len(out),
            "missed": len(missed),
        },
        "numerator_ids": counted.head(MANY).to_list(),
        "left_out": orjson.Fragment(out.head(MANY).write_json()),
        "missed": orjson.Fragment(missed.head(MANY).write_json()),
    }


@lru_cache(maxsize=8)
def _rows(house: House, number: int, code: str, period: str) -> pl.DataFrame:
    release = Releases(house.control.engine).find(f"r{number:06d}")
    return explain(house, code, period, release=release).evidence


def _seen(allowed: Allowed, shelves: dict[str, Shelf]) -> pl.DataFrame:
    """Ids of the cases that may be seen."""
    keys = {one: _keys(one, shelves) for one in allowed.rows.lookups}
    holds = allowed.rows.predicate(keys)
    wanted = list(dict.fromkeys(["issue_id", *allowed.rows.reads]))
    frames = shelves["issue"].spans(wanted)
    none = shelves["issue"].take([], ["issue_id"])
    return pl.concat([none, *(one.filter(holds).select("issue_id") for one in frames)])


def _keys(lookup: Among, shelves: dict[str, Shelf]) -> pl.Series:
    shelf = shelves[lookup.dataset]
    wanted = list(dict.fromkeys([lookup.key, *(one.column for one in lookup.rows)]))
    found = [one.filter(keys_wanted(lookup))[lookup.key] for one in shelf.spans(wanted)]
    return pl.concat(
        [pl.Series(lookup.key, [], dtype=shelf.schema[lookup.key]), *found]
    )
