"""Options of `hub metric`: which figures are wanted, and of which place.

What lives here: options that belong together, as one decorator each. What does not:
the commands that take them (`metric`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

LEVEL_NAMES = (
    "city", "unit", "street_unit", "district", "street", "community", "area", "org",
    "chief",
)  # fmt: skip
BASES = (
    "reported_in_period",
    "registered_in_period",
    "due_in_period",
    "closed_in_period",
)


def place(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that choose level and place."""
    level = click.option(
        "--level",
        type=click.Choice(LEVEL_NAMES),
        help="Only this level; a chief is named by his pseudonymous id.",
    )
    unit = click.option(
        "--unit",
        metavar="CODE",
        help="Only this place: a unit, division, area, organisation or chief.",
    )
    return level(unit(command))


def choice(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that choose calibers and the cohort."""
    caliber = click.option(
        "--caliber",
        "calibers",
        multiple=True,
        metavar="ID",
        help="In place of the default of its family; `hub metric calibers` lists them.",
    )
    basis = click.option(
        "--basis",
        type=click.Choice(BASES),
        help="What puts a case into the month; else the metric's own.",
    )
    return caliber(basis(command))


carried = click.option(
    "--carried-to",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=lambda _call, _option, given: given and given.date(),
    metavar="DAY",
    help="Communities that have ended by this day count for their one successor.",
)
