"""What a city owes to those it shares with, and how long it may keep what it has.

What lives here: the tables `[sharing]` and `[[retention]]` of `city.toml`, and what is
wrong with them beyond keys and types. What does not: requests (`hub.sharing.requests`),
carrying retention out (`hub.flow.erasure`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from hub.partners.base import Name, Strict
from hub.partners.problems import Problem, not_allowed, path_of
from hub.schemas import DATASETS

Days = Annotated[int, Field(ge=1, le=250)]
DATED = ("ts", "date")


class Sharing(Strict):
    """Table `[sharing]`: within how many working days a request is dealt with.

    As 政务数据共享条例 has it (likely: check its text); a city may be quicker.
    """

    correction_answer_days: Days = 10
    """Until a correction (校核) is answered."""
    access_answer_days: Days = 10
    """Until a request for conditional data is answered."""
    delivery_days: Days = 20
    """From a positive answer until the data are delivered."""
    catalogue_days: Days = 10
    """Until a change of the catalogue is published."""


class Retention(Strict):
    """Table `[[retention]]`: which values go when; each needs the city's sign-off."""

    rule: Name
    """Short name of the rule, as tombstones tell it."""
    dataset: str
    """The dataset whose values it erases."""
    columns: tuple[str, ...] = Field(min_length=1)
    """Columns whose values go; the row stays."""
    since: tuple[str, ...] = Field(min_length=1)
    """Columns, instants or days, of which the first known one starts the time; where
    none is (a case that is not closed) nothing goes."""
    months: int = Field(default=0, ge=0, le=1200)
    """Months that values are kept after it."""
    days: int = Field(default=0, ge=0, le=36500)
    """Days on top of the months, for example until an appeal is out of time."""
    basis: Annotated[str, StringConstraints(min_length=1)]
    """What the rule rests on; tombstones keep it as their reason."""


def duty_problems(rules: tuple[Retention, ...]) -> Iterator[Problem]:
    """What is wrong with the rules of retention."""
    seen: set[str] = set()
    for one in rules:
        where = path_of("retention", one.rule)
        if one.rule in seen:
            yield Problem(where, "stands there twice", "give each rule its own name")
        seen.add(one.rule)
        ds = DATASETS.get(one.dataset)
        if ds is None or ds.id_column is None:
            known = {name for name, d in DATASETS.items() if d.id_column is not None}
            yield not_allowed(where, kind="dataset", given=one.dataset, allowed=known)
            continue
        own = {column.name: column for column in ds.columns}
        erasable = set(erasable_columns(one.dataset))
        for name in one.columns:
            if name not in erasable:
                yield not_allowed(
                    where, kind="column to erase", given=name, allowed=erasable
                )
        dated = {name for name, column in own.items() if column.type in DATED}
        for name in one.since:
            if name not in dated:
                yield not_allowed(
                    where, kind="column with a time", given=name, allowed=dated
                )
        if not one.months and not one.days:
            yield Problem(where, "keeps nothing at all", "state months, days or both")


def erasable_columns(dataset: str) -> tuple[str, ...]:
    """Columns of a dataset that may be emptied: no key, nothing required or derived."""
    ds = DATASETS[dataset]
    return tuple(
        column.name
        for column in ds.columns
        if column.required == "no" and not column.derived
    )
