"""Scores that the assessment system gave in the end, in the control database (R67).

What lives here: keeping them beside the revision that they answer, and listing them.
Nothing is changed or deleted: what comes later for the same unit and dimension counts.
What does not: reading files of them, comparing (`hub.flow.assessment.final_scores`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from hub.storage.assessment_tables import FINAL_SCORE
from hub.storage.desk import Desk


@dataclass(frozen=True, kw_only=True)
class FinalScore:
    """A score of one unit as the assessment system published it.

    Attributes:
        period, revision: month and revision that it answers.
        unit_code: the assessment unit.
        dimension: id of a dimension of the policy; None for the total.
        points, rank: as published; the rank may be missing.
        source, author: which system told it, and who entered it.
        made_at: when it was entered, UTC.
    """

    period: str
    revision: int
    unit_code: str
    dimension: str | None
    points: Decimal
    rank: int | None
    source: str
    author: str
    made_at: datetime


class FinalScores(Desk):
    """The final scores of one control database."""

    def add(self, scores: Sequence[FinalScore]) -> None:
        """Keep all of these scores, or none."""
        rows = [asdict(one) | {"points": str(one.points)} for one in scores]
        with self._writing(None) as connection:
            connection.execute(sa.insert(FINAL_SCORE), rows)

    def of(self, period: str, revision: int) -> list[FinalScore]:
        """Those that count for a revision: the last of each unit and dimension."""
        names = list(FinalScore.__dataclass_fields__)
        query = (
            sa.select(*(FINAL_SCORE.c[name] for name in names))
            .where(FINAL_SCORE.c.period == period, FINAL_SCORE.c.revision == revision)
            .order_by(FINAL_SCORE.c.number)
        )
        found: dict[tuple[str, str | None], FinalScore] = {}
        with self._reading(None) as connection:
            for row in connection.execute(query):
                told = dict(row._mapping)
                one = FinalScore(**told | {"points": Decimal(told["points"])})
                found[one.unit_code, one.dimension] = one
        return list(found.values())
