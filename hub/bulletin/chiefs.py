"""The ranking of road chiefs 十佳路长 of a bulletin, with the steps that led to it.

What lives here: the rows of persons beside each other, ranked ones and why the others
are not. What does not: judging and ranking (`hub.scoring`). Persons appear by their
pseudonymous ids only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from hub.bulletin.policy_words import PolicyWords

SHOWN_ID = 12
CRITERION = "criterion"


class Step(NamedTuple):
    """One test or one criterion of one person."""

    step: str
    kind: str
    numerator: int | None
    denominator: int | None
    value: Decimal | None
    points: Decimal | None
    is_passed: bool
    note_zh: str
    note_en: str


@dataclass(frozen=True)
class Chief:
    """One person.

    Attributes:
        person_id: pseudonymous id.
        rank, points: None where he is not ranked, or has no data.
        is_named: whether he is among those that are named.
        reason: code of the reason why he is not ranked.
        steps: the tests, then the criteria.
    """

    person_id: str
    points: Decimal | None
    cases: int | None
    rank: int | None
    is_named: bool
    reason: str | None
    steps: Sequence[Step]

    @property
    def tests(self) -> Sequence[Step]:
        """What he had to pass."""
        return [one for one in self.steps if one.kind != CRITERION]

    def mark(self, criterion: str) -> Step | None:
        """What a criterion gave him."""
        return next((one for one in self.steps if one.step == criterion), None)


@dataclass(frozen=True)
class Chiefs:
    """The ranking.

    Attributes:
        policy: how its policy is called.
        persons: ranked ones in order, then the others.
    """

    policy: PolicyWords
    persons: Sequence[Chief]

    @property
    def named(self) -> Sequence[Chief]:
        """Those who are named."""
        return [one for one in self.persons if one.is_named]

    @property
    def ranked(self) -> int:
        """How many are ranked."""
        return sum(one.rank is not None for one in self.persons)

    @property
    def criteria(self) -> Sequence[str]:
        """The criteria in the order of the policy."""
        first = self.persons[0].steps if self.persons else ()
        return [one.step for one in first if one.kind == CRITERION]

    @property
    def reasons(self) -> Sequence[tuple[str, int]]:
        """Why the others are not ranked, the most frequent reason first."""
        told = Counter(one.reason for one in self.persons if one.reason)
        return sorted(told.items(), key=lambda pair: (-pair[1], pair[0]))


def chiefs_of(tables: Mapping[str, pl.DataFrame], policy: PolicyWords) -> Chiefs | None:
    """The ranking under a policy of persons; None where the month has no such rows.

    Args:
        tables: `chief` and `chief_step` as they are frozen.
        policy: the policy of persons.
    """
    if "chief" not in tables or "chief_step" not in tables:
        return None
    steps: dict[str, list[Step]] = {}
    own = pl.col("policy") == policy.id
    told = tables["chief_step"].filter(own).select("person_id", *Step._fields)
    for person, *values in told.iter_rows():
        steps.setdefault(person, []).append(Step(*values))
    persons = [
        Chief(
            person_id=row["person_id"],
            points=row["points"],
            cases=row["case_count"],
            rank=row["rank"],
            is_named=row["is_named"],
            reason=row["not_ranked_reason"],
            steps=steps.get(row["person_id"], ()),
        )
        for row in tables["chief"].filter(own).iter_rows(named=True)
    ]
    return Chiefs(policy, sorted(persons, key=_in_order))


def _in_order(one: Chief) -> tuple[bool, int, str, str]:
    return one.rank is None, one.rank or 0, one.reason or "", one.person_id
