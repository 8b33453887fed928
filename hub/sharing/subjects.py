"""What can be asked for: the datasets and figures, each column with class and mask.

What lives here: the view that a decision has of a dataset, read off its schema and off
`classified.csv`, the register of columns that somebody has classified. A column counts
as strict as the stricter of the two says, and a column that stands in no register is
CLOSED: what is added to a model stays in until it was classified (sharing §3). What
does not: the schemas themselves (`hub.schemas`), who may see what (`decision`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import polars as pl

from hub.metrics.counting import FIGURE
from hub.schemas import DATASETS, Dataset
from hub.schemas.columns import ShareClass

STRICTNESS: Mapping[ShareClass, int] = MappingProxyType(
    {"OPEN": 0, "CONDITIONAL": 1, "CLOSED": 2}
)
FIGURES = "figure"
# Statistics by place are open; an area, a unit that handles cases or a road chief
# stands for a few people.
PUBLIC_LEVELS = ("city", "unit", "street_unit", "district", "street", "community")
REGISTER = Path(__file__).with_name("classified.csv")


@dataclass(frozen=True)
class Asked:
    """A column as a decision sees it.

    Attributes:
        share: its class.
        mask: mask of its values on the way out, None for none.
        is_text: whether a mask other than `drop` can be put on it.
    """

    share: ShareClass
    mask: str | None = None
    is_text: bool = True


@dataclass(frozen=True)
class Subject:
    """Something that can be asked for.

    Attributes:
        name: as in every interface.
        share: class of the whole.
        columns: by name, in the dataset's order.
        open_rows: column and values that a row must have to be open; None for all.
        is_statistic: whether its values are counts that small cells give away.
    """

    name: str
    share: ShareClass
    columns: Mapping[str, Asked]
    open_rows: tuple[str, tuple[str, ...]] | None = None
    is_statistic: bool = False


@cache
def subjects() -> Mapping[str, Subject]:
    """Every subject by name: the datasets, and the figures as `figure`."""
    found = {name: subject_of(ds, register()) for name, ds in DATASETS.items()}
    found[FIGURES] = Subject(
        FIGURES,
        "OPEN",
        MappingProxyType(
            {
                name: Asked(
                    register().get((FIGURES, name), "CLOSED"),
                    is_text=dtype == pl.String(),
                )
                for name, dtype in FIGURE.items()
            }
        ),
        open_rows=("level", PUBLIC_LEVELS),
        is_statistic=True,
    )
    return MappingProxyType(found)


@cache
def register() -> Mapping[tuple[str, str], ShareClass]:
    """(dataset, column) → class; dataset `*` stands for the provenance block."""
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return MappingProxyType(
            {
                (row["dataset"], row["column"]): _class(row["share_class"])
                for row in csv.DictReader(file)
            }
        )


def subject_of(
    ds: Dataset, classified: Mapping[tuple[str, str], ShareClass]
) -> Subject:
    """The subject that a dataset is."""
    shared = {one.name for one in ds.provenance}
    columns = {}
    for one in ds.all_columns:
        owner = "*" if one.name in shared else ds.name
        signed = classified.get((owner, one.name), "CLOSED")
        share = max(one.share, signed, key=STRICTNESS.__getitem__)
        columns[one.name] = Asked(share, one.mask, one.type == "str")
    return Subject(ds.name, ds.share, MappingProxyType(columns))


def _class(text: str) -> ShareClass:
    return next((known for known in STRICTNESS if known == text), "CLOSED")
