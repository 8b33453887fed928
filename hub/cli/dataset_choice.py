"""What the commands of `hub dataset` have in common: which dataset, columns and rows.

What lives here: their options, finding a dataset, and the word on what is left out.
What does not: the commands (`dataset`, `dataset_export`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.call import Call
    from hub.schemas import Dataset


def selection(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that choose columns, rows and release."""
    options = (
        click.option(
            "--columns", metavar="A,B", help="Only these columns, in this order."
        ),
        click.option(
            "--where",
            "wheres",
            multiple=True,
            metavar="COL=OP.VALUE",
            help="Only rows for which this holds; repeat it for more. Operators: "
            "eq neq gt gte lt lte in like is.",
        ),
        click.option(
            "--release", "release_id", metavar="R", help="Another than the newest."
        ),
        click.option(
            "--all-columns",
            "everything",
            is_flag=True,
            help="Closed and personal columns too; for the operator only.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def find_dataset(name: str) -> Dataset:
    """The dataset of that name.

    Raises:
        MisuseError: there is none.
    """
    from hub.schemas import DATASETS

    if name not in DATASETS:
        raise MisuseError(
            f"find the dataset {name}",
            seen="there is none of that name",
            next_step=f"There are {', '.join(DATASETS)}.",
        )
    return DATASETS[name]


def note_left_out(
    call: Call, ds: Dataset, left_out: tuple[str, ...], *, everything: bool
) -> None:
    """Say that closed columns are left out, or that they are not."""
    if everything:
        call.note(
            "Closed and personal columns are included: this is for the operator and "
            "must not be passed on."
        )
    elif left_out:
        call.note(
            f"{len(left_out)} closed or personal columns of {ds.name} are left out; "
            "--all-columns shows them to the operator."
        )
