"""Which columns somebody has classified, and the class of those that nobody has.

What lives here: the register of classified columns (`codes/column_class.csv`), and
how a column comes by its share class: a column that is added to a model is closed
until it stands in the register or states a class of its own. Without that, a new
column of an open dataset would be open on the day it was written. What does not:
masks, which stand in the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from hub.schemas.code_lists import read_table

EVERY = "*"


@cache
def classified() -> Mapping[tuple[str, str], str]:
    """(dataset, column) → class that was agreed; `*` is the provenance block.

    The register is what the city signs. A test keeps it equal to the models.
    """
    return MappingProxyType(
        {
            (row["dataset"], row["column"]): row["share_class"]
            for row in read_table("column_class")
        }
    )


def is_classified(dataset: str, column: str) -> bool:
    """Whether somebody decided on the class of that column."""
    known = classified()
    return (dataset, column) in known or (EVERY, column) in known
