"""The 21 datasets by name, each as one record read off its pandera model.

What lives here: `Dataset`, the registry, and the reading of columns and facts
from a model. What does not: any declaration; a column is declared in the
dataset's own file and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from hub.schemas.area import Area
from hub.schemas.assessment_unit import AssessmentUnit
from hub.schemas.assessment_unit_member import AssessmentUnitMember
from hub.schemas.assignment import Assignment
from hub.schemas.category import Category
from hub.schemas.category_map import CategoryMap
from hub.schemas.classes import is_classified
from hub.schemas.columns import Column, Declared, ShareClass, column_type
from hub.schemas.division import Division
from hub.schemas.handling import Handling
from hub.schemas.institution_doc import InstitutionDoc
from hub.schemas.issue import Issue
from hub.schemas.issue_event import IssueEvent
from hub.schemas.meeting_item import MeetingItem
from hub.schemas.model import Facts, History, HubModel, Topic
from hub.schemas.org import Org
from hub.schemas.patrol import Patrol
from hub.schemas.person import Person
from hub.schemas.review import Review
from hub.schemas.road_section import RoadSection
from hub.schemas.row_rules import RowRule
from hub.schemas.service_object import ServiceObject
from hub.schemas.sign_board import SignBoard
from hub.schemas.time_limit import TimeLimit
from hub.schemas.work_calendar import WorkCalendar

MODELS: tuple[type[HubModel], ...] = (
    Issue,
    IssueEvent,
    Handling,
    Review,
    Area,
    RoadSection,
    Person,
    Assignment,
    ServiceObject,
    SignBoard,
    Org,
    Patrol,
    MeetingItem,
    InstitutionDoc,
    Division,
    AssessmentUnit,
    AssessmentUnitMember,
    Category,
    CategoryMap,
    TimeLimit,
    WorkCalendar,
)
PROVENANCE = tuple(HubModel.to_schema().columns)


@dataclass(frozen=True)
class Dataset:
    """One canonical dataset.

    Attributes:
        name: the dataset's name, as in the lake and in every interface.
        title: its Chinese name.
        description: one English sentence.
        topic: what it is about, shared with a few others.
        grain: what one row stands for.
        key: columns of the primary key.
        id_column: the hub's identifier, None where codes are the key.
        history: how it keeps the past.
        share: class of the dataset.
        core: True for core, False for reference datasets.
        model: the pandera model, the only declaration of its columns.
        columns: its own columns in the order of the model.
        provenance: the block that every dataset carries, not part of `columns`.
        row_rules: claims that need more than one column.
    """

    name: str
    title: str
    description: str
    topic: Topic
    grain: str
    key: tuple[str, ...]
    id_column: str | None
    history: History
    share: ShareClass
    core: bool
    model: type[HubModel] = field(repr=False)
    columns: tuple[Column, ...] = field(repr=False)
    provenance: tuple[Column, ...] = field(repr=False)
    row_rules: tuple[RowRule, ...] = field(repr=False)

    @classmethod
    def of(cls, model: type[HubModel]) -> Dataset:
        """The record of a model."""
        schema = model.to_schema()
        about = _facts(model)
        every = {
            name: _column(
                name,
                declared.dtype,
                declared.metadata,
                about.share if is_classified(str(schema.name), name) else "CLOSED",
            )
            for name, declared in schema.columns.items()
        }
        return cls(
            name=str(schema.name),
            title=str(schema.title),
            description=" ".join(str(model.__doc__).split()),
            topic=about.topic,
            grain=about.grain,
            key=about.key,
            id_column=about.id_column,
            history=about.history,
            share=about.share,
            core=about.core,
            model=model,
            columns=tuple(c for name, c in every.items() if name not in PROVENANCE),
            provenance=tuple(every[name] for name in PROVENANCE),
            row_rules=about.row_rules,
        )

    @property
    def paints(self) -> bool:
        """Whether versions follow from when a row was seen.

        A list of reference data names the days of its versions itself: there a row is
        a version, and says the last word on its own days.
        """
        return self.history == "scd2" and self.core

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Own columns, then the provenance block."""
        return self.columns + self.provenance

    def column(self, name: str) -> Column:
        """The column of that name; KeyError lists the columns there are."""
        for column in self.all_columns:
            if column.name == name:
                return column
        names = ", ".join(column.name for column in self.all_columns)
        raise KeyError(f"{self.name} has no column {name!r}; it has {names}")

    def select(self, names: Collection[str] | None = None) -> tuple[Column, ...]:
        """The columns of those names in the dataset's order; all of them if None.

        Raises:
            KeyError: a name that the dataset does not have.
        """
        if names is None:
            return self.all_columns
        wanted = {self.column(name).name for name in names}
        return tuple(column for column in self.all_columns if column.name in wanted)

    def polars_schema(self) -> dict[str, pl.DataType]:
        """Column name → Polars type, own columns first, provenance last."""
        return {column.name: column.dtype for column in self.all_columns}


def _facts(model: type[HubModel]) -> Facts:
    about = (getattr(model.__config__, "metadata", None) or {}).get("facts")
    if not isinstance(about, Facts):
        raise TypeError(f"{model.__name__}.Config lacks metadata = facts(…)")
    return about


def _column(
    name: str, dtype: object, metadata: object, otherwise: ShareClass
) -> Column:
    declared = metadata["column"] if isinstance(metadata, dict) else None
    if not isinstance(declared, Declared):
        raise TypeError(f"column {name} is not declared with hub.schemas.fields.field")
    marks = dict(vars(declared))
    marks["share"] = declared.share or otherwise
    return Column(name=name, type=column_type(getattr(dtype, "type", dtype)), **marks)


class _Datasets(Mapping[str, Dataset]):
    """Every dataset by its name; a record is made when it is first asked for.

    A command that reads one dataset need not wait for the columns of twenty others.
    """

    def __init__(self, models: Iterable[type[HubModel]]) -> None:
        # What a model's Config says of it is not among Config's declared attributes.
        self._models = {str(vars(one.Config)["name"]): one for one in models}
        self._made: dict[str, Dataset] = {}

    def __getitem__(self, name: str) -> Dataset:
        if name not in self._made:
            self._made[name] = Dataset.of(self._models[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._models

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)


DATASETS: Mapping[str, Dataset] = _Datasets(MODELS)


def dataset(name: str) -> Dataset:
    """The dataset of that name; KeyError lists the names there are."""
    if name not in DATASETS:
        raise KeyError(f"no dataset {name!r}; there are {', '.join(DATASETS)}")
    return DATASETS[name]
