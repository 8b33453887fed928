"""Draws that all rosters share: days at the edges of a month, and versions."""

from __future__ import annotations

import random
from datetime import date, timedelta

from support.slow.town import LONG_AGO, Row, Town


def turn(draw: random.Random, town: Town) -> date:
    """A day, mostly at an edge of the month."""
    return draw.choice(
        (
            town.first,
            town.last,
            town.after,
            town.last - timedelta(days=1),
            town.first + timedelta(days=draw.randrange(28)),
        )
    )


def versions(draw: random.Random, town: Town, first: Row, second: Row) -> list[Row]:
    """One version for ever, or two that follow each other, or one that ends."""
    day = turn(draw, town)
    since, until = {"valid_from_on": LONG_AGO}, {"valid_to_on": None}
    match draw.randrange(6):
        case 0:
            return [
                first | since | {"valid_to_on": day},
                second | {"valid_from_on": day} | until,
            ]
        case 1:
            return [first | since | {"valid_to_on": day}]
        case 2:
            return [first | {"valid_from_on": day} | until]
        case _:
            return [first | since | until]
