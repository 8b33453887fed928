from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from hub.schemas import DATASETS, Column, Dataset, dataset
from hub.schemas.code_lists import code_lists
from hub.schemas.datasets import PROVENANCE
from hub.schemas.formats import national_formats

# The domain reference lies beside the checkout where the hub is developed, and
# nowhere else; what it says of classes and masks is the oracle of the models.
FIELD_SHARE = Path(__file__).parents[4] / "shared/domain/reference/field_share.csv"
CORE = (
    "issue issue_event handling review area road_section person assignment "
    "service_object sign_board org patrol meeting_item institution_doc"
)
REFERENCE = (
    "division assessment_unit assessment_unit_member category category_map "
    "time_limit work_calendar"
)
MASKS = {
    "name",
    "phone",
    "idno",
    "address",
    "plate",
    "uscc",
    "owner_name",
    "scrub",
    "pseudonym",
    "drop",
}
every_dataset = pytest.mark.parametrize("ds", DATASETS.values(), ids=list(DATASETS))


def test_there_are_14_core_and_7_reference_datasets() -> None:
    assert [name for name, ds in DATASETS.items() if ds.core] == CORE.split()
    assert [name for name, ds in DATASETS.items() if not ds.core] == REFERENCE.split()
    assert sum(len(ds.columns) for ds in DATASETS.values()) == 330


def test_unknown_names_are_answered_with_the_names_there_are() -> None:
    with pytest.raises(KeyError, match="issue_event"):
        dataset("issues")
    with pytest.raises(KeyError, match="person_name"):
        dataset("person").column("name")
    with pytest.raises(KeyError, match="person_name"):
        dataset("person").select(["name"])


def test_importing_the_schemas_loads_no_database_no_arrow_no_orchestrator() -> None:
    heavy = ("sqlalchemy", "pyarrow", "dagster", "pandas", "deltalake")
    code = f"import sys, hub.schemas; print([m for m in {heavy} if m in sys.modules])"

    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "[]"


@every_dataset
def test_a_dataset_says_what_it_is(ds: Dataset) -> None:
    names = [column.name for column in ds.columns]

    assert any("\u4e00" <= sign <= "\u9fff" for sign in ds.title)
    assert ds.description.endswith(".")
    assert ds.grain
    assert ds.key
    assert set(ds.key) <= set(names)
    assert ds.id_column is None or names[0] == ds.id_column
    assert ("valid_from_on" in ds.key) == (ds.history == "scd2")
    for name in ds.key:
        column = ds.column(name)
        assert column.required == "yes"
        assert not column.derived


@every_dataset
def test_the_provenance_block_is_the_same_everywhere(ds: Dataset) -> None:
    assert ds.provenance == DATASETS["issue"].provenance
    assert ds.all_columns == ds.columns + ds.provenance
    assert tuple(ds.polars_schema())[-len(PROVENANCE) :] == PROVENANCE
    assert PROVENANCE == (
        "partner",
        "feed",
        "source_id",
        "batch_id",
        "row_digest",
        "source_updated_at",
        "ingested_at",
        "version_at",
        "deleted_at",
    )


SUFFIXES = {
    "_at": "ts",
    "_on": "date",
    "_count": "int",
    "_minutes": "int",
    "_seq": "int",
    "_share": "share",
    "_id": "str",
    "_code": "str",
    "_name": "str",
    "_no": "str",
    "_ids": "list",
    "_codes": "list",
    "_yuan": "dec",
    "_m": "dec",
    "_km2": "dec",
}


@every_dataset
def test_names_say_the_type(ds: Dataset) -> None:
    for column in ds.all_columns:
        expected = {kind for end, kind in SUFFIXES.items() if column.name.endswith(end)}
        if column.name.startswith(("is_", "has_")):
            expected = {"bool"}
        assert not expected or expected == {column.type}, column.name
        assert (column.type == "float") == (column.name in {"lon", "lat"})


def code_list_of(column: Column) -> frozenset[str]:
    return code_lists()[column.code_list or ""].codes


@every_dataset
def test_every_mark_of_a_column_points_somewhere(ds: Dataset) -> None:
    for column in ds.all_columns:
        assert column.label
        assert column.ref is None or column.ref in DATASETS
        assert column.code_list is None or column.code_list in code_lists()
        assert not column.without or set(column.without) <= code_list_of(column)
        assert column.form is None or column.form in national_formats()
        assert column.mask is None or column.mask in MASKS
        assert column.after is None or ds.column(column.after).type == column.type
        assert (column.required == "cond") == (column.required_if is not None)
        assert column.name.endswith(("_code", "_codes")) or column.code_list is None


def test_the_hub_makes_these_columns_and_no_others() -> None:
    derived = {
        f"{ds.name}.{column.name}"
        for ds in DATASETS.values()
        for column in ds.all_columns
        if column.derived
    }

    assert derived == {
        "issue.stage_code",
        "issue.area_method_code",
        "issue.chief_assignment_id",
        "issue.std_category_kind_code",
        "issue.std_category_code",
        "issue.std_method_code",
        "issue.computed_deadline_at",
        "issue.deadline_at",
        "issue.deadline_source_code",
        "issue.time_limit_id",
        "issue.coord_quality_code",
        "issue.duplicate_of_id",
        "issue_event.event_seq",
        "service_object.coord_quality_code",
        "sign_board.coord_quality_code",
    }


def test_personal_columns_are_masked_or_public_by_policy() -> None:
    bare = {
        f"{ds.name}.{column.name}"
        for ds in DATASETS.values()
        for column in ds.columns
        if column.personal and column.mask is None
    }

    assert bare == {"sign_board.shown_chief_name", "sign_board.shown_phone"}


def test_the_model_itself_accepts_a_whole_published_row() -> None:
    ds = DATASETS["work_calendar"]
    frame = pl.DataFrame(schema=ds.polars_schema())

    assert ds.model.validate(frame).columns == frame.columns


def test_classes_masks_and_labels_are_those_of_the_domain_reference() -> None:
    if not FIELD_SHARE.exists():
        pytest.skip("the domain reference is not part of the repository")
    with FIELD_SHARE.open(encoding="utf-8-sig", newline="") as stream:
        listed = {
            (row["dataset"], row["column"]): (
                row["share_class"],
                row["mask_rule"],
                row["personal"],
                row["name_zh"],
            )
            for row in csv.DictReader(stream)
        }

    own = {
        (ds.name, c.name): (c.share, c.mask or "", c.personal or "", c.label)
        for ds in DATASETS.values()
        for c in ds.columns
    }
    block = {
        ("*", c.name): (c.share, c.mask or "", c.personal or "", c.label)
        for c in DATASETS["issue"].provenance
    }

    assert own | block == listed
