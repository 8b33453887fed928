"""十佳路长: persons ranked by shares, with every step of the way (metrics §9).

What lives here: `best_chiefs`, which asks of each person, in this order, whether he
was in post long enough, is not disqualified, has enough cases and a figure for every
criterion, and ranks the rest. What does not: figures, posts and entries themselves.

It concerns persons: nobody is named here but by a pseudonymous id, and each has a
sheet that tells every test and every share that his rank rests on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from hub.scoring.chief_spec import BestChiefs
from hub.scoring.inputs import Entries, entries_of
from hub.scoring.periods import refuse_early
from hub.scoring.rules.base import Measure, rounded, shown
from hub.scoring.values import NOTHING, Value, Values, figure_values
from hub.scoring.vocabulary import Vocabulary

TOO_SHORT = "IN_POST_TOO_SHORT"
DISQUALIFIED = "DISQUALIFIED"
TOO_FEW = "TOO_FEW_CASES"
NO_DENOMINATOR = "NO_DENOMINATOR"
REASONS = {
    TOO_SHORT: ("在岗时间不足", "in post for too short a time"),
    DISQUALIFIED: ("有一票否决情形", "disqualified"),
    TOO_FEW: ("案件数不足", "too few cases"),
    NO_DENOMINATOR: ("无数据", "no data"),
}
CHIEF = "chief"
RANKING = pl.Schema(
    [
        ("period", pl.String()),
        ("person_id", pl.String()),
        ("points", pl.Decimal(12, 3)),
        ("case_count", pl.Int64()),
        ("rank", pl.Int64()),
        ("is_named", pl.Boolean()),
        ("not_ranked_reason", pl.String()),
    ]
)
STEPS = pl.Schema(
    [
        ("period", pl.String()),
        ("person_id", pl.String()),
        ("step", pl.String()),
        ("kind", pl.String()),
        ("numerator", pl.Int64()),
        ("denominator", pl.Int64()),
        ("value", pl.Decimal(18, 6)),
        ("points", pl.Decimal(12, 3)),
        ("is_passed", pl.Boolean()),
        ("note_zh", pl.String()),
        ("note_en", pl.String()),
    ]
)


class Best(NamedTuple):
    """What a ranking of persons says.

    `ranking`: `RANKING`, one row per person of `posts`; points are null without a
    figure for every criterion; rank is null with a reason: IN_POST_TOO_SHORT,
    DISQUALIFIED:<inputs>, TOO_FEW_CASES or NO_DENOMINATOR:<criteria>.

    `steps`: `STEPS`, what each rank rests on, row by row: the tests (in_post,
    disqualifiers, cases; is_passed) and the criteria (points).
    """

    ranking: pl.DataFrame
    steps: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class _Sources:
    figures: Mapping[Measure, Values]
    entries: Entries
    period: str


class _Step(NamedTuple):
    """A row of `STEPS` behind its person."""

    step: str
    kind: str
    numerator: int | None
    denominator: int | None
    value: Decimal | None
    points: Decimal | None
    is_passed: bool
    note_zh: str
    note_en: str


class _Person(NamedTuple):
    person_id: str
    points: Decimal | None
    cases: int
    order: tuple[Fraction, ...]
    reason: str | None


def best_chiefs(
    figures: pl.DataFrame,
    inputs: pl.DataFrame,
    posts: pl.DataFrame,
    policy: BestChiefs,
    period: str,
    *,
    vocabulary: Vocabulary | None = None,
) -> Best:
    """The road chiefs of a month under a policy for persons.

    Args:
        figures: as for `hub.scoring.score`; those of level "chief" are looked at.
        inputs: `hub.scoring.inputs.INPUTS`; entries of `person_id`.
        posts: person_id, days_in_post, days_in_period (whole numbers); everybody who
            was a road chief on any day of the period.
        policy: of level PERSON.
        period: month `YYYY-MM`.
        vocabulary: as for `score`.

    Raises:
        MisuseError: as `score`.
    """
    refuse_early(policy, period)
    people = posts.sort("person_id")
    known = people["person_id"].to_list()
    of_chiefs = figures.filter(pl.col("level") == CHIEF, pl.col("period") == period)
    if "by" in of_chiefs.columns:
        of_chiefs = of_chiefs.filter(pl.col("by").is_null())
    if "value_number" not in of_chiefs.columns:
        of_chiefs = of_chiefs.with_columns(
            value_number=pl.lit(None, dtype=pl.Decimal(18, 3))
        )
    sources = _Sources(
        figures={
            one.value: figure_values(
                one.value,
                of_chiefs,
                vocabulary=vocabulary,
                about=f'criterion "{one.id}" of {policy.id}',
            )
            for one in policy.criteria
        },
        entries=entries_of(
            inputs,
            subject="person_id",
            subjects=known,
            items=[one.input for one in policy.disqualifiers],
            period=period,
            policy=policy.id,
        ),
        period=period,
    )
    judged, steps = [], []
    for person, days, of in people.select(
        "person_id", "days_in_post", "days_in_period"
    ).iter_rows():
        one, rows = _judge(policy, sources, person, Fraction(days, of))
        judged.append(one)
        steps += [(period, person, *row) for row in rows]
    return Best(
        pl.DataFrame(
            list(_ranked(policy, period, judged)), schema=RANKING, orient="row"
        ),
        pl.DataFrame(steps, schema=STEPS, orient="row"),
    )


def _judge(
    policy: BestChiefs, sources: _Sources, person: str, in_post: Fraction
) -> tuple[_Person, list[_Step]]:
    """One person: the reason not to rank him is the first test that he fails."""
    values = {
        one.id: sources.figures[one.value].get((sources.period, person), NOTHING)
        for one in policy.criteria
    }
    cases = values[policy.cases_of].denominator or 0
    marks = list(_marks(policy, values))
    lacking = [mark.step for mark in marks if mark.points is None]
    tests = [
        _post_step(policy, in_post),
        *_disqualifier_steps(policy, sources.entries, person),
        _case_step(policy, cases),
    ]
    failed = [one for one in tests if not one.is_passed]
    reason = f"{NO_DENOMINATOR}:{','.join(lacking)}" if lacking else None
    if failed:
        struck = [one.step for one in failed if one.kind == "disqualifier"]
        codes = {"in_post": TOO_SHORT, "cases": TOO_FEW}
        code = codes.get(failed[0].step)
        reason = code or f"{DISQUALIFIED}:{','.join(struck)}"
    points = None
    if not lacking:
        points = sum((mark.points or Decimal(0) for mark in marks), Decimal(0))
    parting = [values[name].amount for name in policy.tie_breakers]
    order = tuple(Fraction(-1) if one is None else one for one in parting)
    return _Person(person, points, cases, order, reason), [*tests, *marks]


def _post_step(policy: BestChiefs, share: Fraction) -> _Step:
    value, least = rounded(share, 6), shown(policy.min_in_post)
    return _Step(
        "in_post", "test", None, None, value, None,
        share >= Fraction(policy.min_in_post),
        f"在岗天数占比 {shown(share)},不得少于 {least}",
        f"share of days in post {shown(share)}, at least {least}",
    )  # fmt: skip


def _disqualifier_steps(
    policy: BestChiefs, entries: Entries, person: str
) -> Iterator[_Step]:
    for one in policy.disqualifiers:
        held = entries.get((one.input, person), ())
        zh = ";".join(entry.note_zh for entry in held) or "无"
        en = "; ".join(entry.note_en for entry in held) or "none"
        yield _Step(
            one.input, "disqualifier", len(held), None, None, None, not held,
            f"{one.title_zh}:{zh}", f"{one.title_en}: {en}",
        )  # fmt: skip


def _case_step(policy: BestChiefs, cases: int) -> _Step:
    return _Step(
        "cases", "test", cases, None, None, None, cases >= policy.min_cases,
        f"案件 {cases} 件,不得少于 {policy.min_cases} 件",
        f"{cases} cases, at least {policy.min_cases}",
    )  # fmt: skip


def _marks(policy: BestChiefs, values: Mapping[str, Value]) -> Iterator[_Step]:
    for one in policy.criteria:
        numerator, denominator, amount = values[one.id]
        if amount is None:
            yield _Step(
                one.id, "criterion", numerator, denominator, None, None, False,
                f"{one.title_zh}:无数据", f"{one.title_en}: no data",
            )  # fmt: skip
            continue
        points = rounded(amount * Fraction(one.weight), policy.decimals)
        note = f"{shown(amount)} × {shown(one.weight)}"
        yield _Step(
            one.id, "criterion", numerator, denominator, rounded(amount, 6),
            points.quantize(Decimal("0.001")), True,
            f"{one.title_zh}:{note}", f"{one.title_en}: {note}",
        )  # fmt: skip


def _ranked(
    policy: BestChiefs, period: str, people: list[_Person]
) -> Iterator[tuple[object, ...]]:
    """Ranked persons first, then the others by id; equals share a rank."""
    ranked = sorted(
        (one for one in people if one.reason is None),
        key=lambda one: (*_standing(one, sign=-1), one.person_id),
    )
    standing: tuple[Fraction, ...] | None = None
    rank = 0
    for place, one in enumerate(ranked, start=1):
        if _standing(one) != standing:
            rank, standing = place, _standing(one)
        named = rank <= policy.size
        yield (period, one.person_id, one.points, one.cases, rank, named, None)
    for one in people:
        if one.reason is not None:
            told = (one.points, one.cases, None, False, one.reason)
            yield (period, one.person_id, *told)


def _standing(one: _Person, sign: int = 1) -> tuple[Fraction, ...]:
    """What decides: points, the tie breakers exactly, the number of cases."""
    points = Fraction(one.points or 0)
    return tuple(sign * part for part in (points, *one.order, Fraction(one.cases)))
