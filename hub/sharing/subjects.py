"""What can be asked for: the datasets and figures, each column with class and mask.

What lives here: the view that a decision has of a dataset, read off its schema, and of
the figures, read off their entry in the catalogue. What is added to a model is closed
until it was classified (sharing §3); the schemas see to that. What does not: the
schemas themselves (`hub.schemas`), who may see what (`decision`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import polars as pl

from hub.metrics.counting import FIGURE
from hub.metrics.levels import LEVELS
from hub.schemas import DATASETS, Dataset
from hub.schemas.columns import ShareClass
from hub.sharing.catalogue.metric_entry import CLOSE_LEVELS, NAME, SHARE, figure_items

STRICTNESS: Mapping[ShareClass, int] = MappingProxyType(
    {"OPEN": 0, "CONDITIONAL": 1, "CLOSED": 2}
)
FIGURES = NAME
# Statistics by place are open; an area, a unit that handles cases or a road chief
# stands for a few people.
PUBLIC_LEVELS = tuple(one.name for one in LEVELS if one.name not in CLOSE_LEVELS)


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
    found = {name: subject_of(ds) for name, ds in DATASETS.items()}
    found[FIGURES] = Subject(
        FIGURES,
        SHARE,
        MappingProxyType(
            {
                one.name: Asked(one.share, is_text=FIGURE[one.name] == pl.String())
                for one in figure_items()
            }
        ),
        open_rows=("level", PUBLIC_LEVELS),
        is_statistic=True,
    )
    return MappingProxyType(found)


def subject_of(ds: Dataset) -> Subject:
    """The subject that a dataset is."""
    columns = {
        one.name: Asked(one.share, one.mask, one.type == "str")
        for one in ds.all_columns
    }
    return Subject(ds.name, ds.share, MappingProxyType(columns))
