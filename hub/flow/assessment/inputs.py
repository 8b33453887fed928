"""Points given by hand for a month: discipline, surveys, adjustments.

What lives here: reading a file of inputs, checking each against what the hub knows,
and keeping them all or none. What does not: keeping (`hub.storage.assessment_inputs`),
what an item does with its points (`hub.scoring`).

Granted appeals are no inputs: the partner that grants them delivers them with its
cases, and the next revision counts them.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from hub.errors import MisuseError
from hub.flow.assessment.revisions import refuse_future
from hub.flow.house import House
from hub.flow.published import published
from hub.schemas import dataset
from hub.storage.assessment_inputs import AssessmentInputs, Input, KeptInput

NEEDED = ("item", "points", "reason", "author")
COLUMNS = ("unit_code", "person_id", *NEEDED, "approver")
PLACES = 3  # decimals of points
GREATEST = Decimal(10) ** 8
SHOWN = 5


def add_inputs(
    house: House, period: str, rows: Sequence[Mapping[str, Any]]
) -> list[KeptInput]:
    """Keep inputs of a month, all of them or none.

    Args:
        house: the hub.
        period: month `YYYY-MM` that has begun.
        rows: texts by COLUMNS; `unit_code` or `person_id`, not both.

    Raises:
        MisuseError: a row says too little or names what does not exist; each such
            row is told with its number and without its values.
    """
    refuse_future(house, period)
    if not rows:
        raise _faulty(["there is no row"])
    persons = _persons(house) if any(row.get("person_id") for row in rows) else set()
    found, faults = [], []
    for number, row in enumerate(rows, start=1):
        told = {name: str(row.get(name) or "").strip() or None for name in COLUMNS}
        wrong = [
            *_unknown(row),
            *_missing(told),
            *_place_faults(house, told, persons),
            *_points_faults(told["points"]),
        ]
        faults += [f"row {number}: {what}" for what in wrong]
        if not wrong:
            points = Decimal(told.pop("points") or 0)
            found.append(Input(period=period, points=points, **told))  # type: ignore[arg-type]
    if faults:
        raise _faulty(faults)
    return AssessmentInputs(house.control.engine).add(found, at=house.now())


def read_inputs(path: Path) -> list[dict[str, Any]]:
    """Rows of a file: CSV with a header, or TOML with tables `[[input]]`.

    Raises:
        MisuseError: it is neither, or not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".toml":
            rows = tomllib.loads(text, parse_float=Decimal).get("input", [])
            if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
                return rows
            raise ValueError
        return [dict(row) for row in csv.DictReader(io.StringIO(text), strict=True)]
    except (OSError, ValueError, csv.Error):
        raise MisuseError(
            f"read inputs from {path.name}",
            seen="it is no CSV with a header and no TOML with tables [[input]], in "
            "UTF-8",
            next_step=f"Its columns are: {', '.join(COLUMNS)}.",
        ) from None


def _persons(house: House) -> set[str]:
    people = published(house, dataset("person"), columns=["person_id"])
    return set(people["person_id"])


def _unknown(row: Mapping[str, Any]) -> list[str]:
    names = sorted(str(name) for name in row if name not in COLUMNS)
    return [f"there is no column {name}" for name in names]


def _missing(told: Mapping[str, str | None]) -> list[str]:
    return [f"{name} is empty" for name in NEEDED if told[name] is None]


def _place_faults(
    house: House, told: Mapping[str, str | None], persons: set[str]
) -> list[str]:
    unit, person = told["unit_code"], told["person_id"]
    if (unit is None) == (person is None):
        return ["it names a unit or a person, not both and not neither"]
    if unit is not None and unit not in house.city.unit_codes:
        return ["there is no assessment unit of that code"]
    if person is not None and person not in persons:
        return ["there is no person of that id"]
    return []


def _points_faults(text: str | None) -> list[str]:
    if text is None:
        return []
    try:
        points = Decimal(text)
    except InvalidOperation:
        return ["points are no number"]
    if not points.is_finite() or abs(points) >= GREATEST:
        return ["points are no number that fits"]
    if points != round(points, PLACES):
        return [f"points have more than {PLACES} decimals"]
    return []


def _faulty(faults: Sequence[str]) -> MisuseError:
    more = "" if len(faults) <= SHOWN else f"; and {len(faults) - SHOWN} more"
    return MisuseError(
        "keep inputs",
        seen="; ".join(faults[:SHOWN]) + more,
        next_step="Correct the rows; none was kept.",
    )
