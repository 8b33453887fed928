"""Masks of a whole frame: what is handed out, what is left out, what is refused."""

from __future__ import annotations

import polars as pl
import pytest

from hub.errors import DeclarationError, MisuseError
from hub.schemas import DATASETS
from hub.sharing.join_keys import JoinKey
from hub.sharing.masks import MASKS, apply_masks, masks_of, reads

KEY = JoinKey("1-test", "6b" * 32)


def test_every_mask_of_every_column_is_known() -> None:
    named = {
        column.mask
        for ds in DATASETS.values()
        for column in ds.all_columns
        if column.mask is not None
    }

    assert named
    assert named <= set(MASKS)


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_dataset_can_be_masked_as_its_schema_says(name: str) -> None:
    ds = DATASETS[name]
    masks = masks_of(ds, [column.name for column in ds.all_columns])
    frame = pl.DataFrame(schema=ds.polars_schema())

    told = apply_masks(frame.select(reads(masks)), masks, KEY)

    dropped = [one.name for one in ds.all_columns if one.mask == "drop"]
    assert list(told.dropped) == dropped
    assert list(told.columns) == told.frame.columns
    assert set(told.columns) | set(dropped) == set(ds.polars_schema())
    assert told.frame.schema == {one: ds.polars_schema()[one] for one in told.columns}


def test_all_masks_of_a_frame_are_carried_out_at_once() -> None:
    frame = pl.DataFrame(
        {
            "person_name": ["王小明", "李四"],
            "mobile": ["13812348000", None],
            "org_id": ["o1", "o2"],
            "minutes_uri": ["file:a", "file:b"],
            "kept_back": [1, 2],
        }
    )

    told = apply_masks(
        frame,
        {
            "minutes_uri": "drop",
            "mobile": "phone",
            "person_name": "name",
            "org_id": None,
        },
    )

    assert told.columns == ("mobile", "person_name", "org_id")
    assert told.dropped == ("minutes_uri",)
    assert told.frame.rows() == [
        ("138****8000", "王**", "o1"),
        (None, "李*", "o2"),
    ]


def test_a_column_that_a_mask_looks_at_is_read_and_not_handed_out() -> None:
    masks = {"legal_name": "owner_name", "owner_name": "name", "address": "drop"}
    frame = pl.DataFrame(
        {
            "legal_name": ["张三餐饮店", "张三餐饮店"],
            "owner_name": ["张三", "张三"],
            "uscc_id": ["92420117MA4K61947W", "91420117MA4K61947W"],
        }
    )

    assert reads(masks) == ("legal_name", "uscc_id", "owner_name")
    told = apply_masks(frame, masks)

    assert told.frame.rows() == [("张****", "张*"), ("张三餐饮店", "张*")]


@pytest.mark.parametrize(
    ("masks", "error", "seen"),
    [
        ({"x": "blur"}, DeclarationError, "no such mask"),
        ({"y": "name"}, MisuseError, "there is no column y"),
        ({"n": "name"}, MisuseError, "holds Int64 and no text"),
        ({"x": "pseudonym"}, MisuseError, "no join key"),
    ],
)
def test_what_cannot_be_masked_is_refused(
    masks: dict[str, str | None], error: type[Exception], seen: str
) -> None:
    frame = pl.DataFrame({"x": ["13812348000"], "n": [7]})

    with pytest.raises(error, match=seen) as failed:
        apply_masks(frame, masks)

    assert "13812348000" not in str(failed.value)


def test_a_column_that_the_dataset_lacks_is_refused() -> None:
    with pytest.raises(MisuseError, match="there is no column birthday"):
        masks_of(DATASETS["person"], ["person_name", "birthday"])


def test_masks_say_what_they_do_in_both_languages() -> None:
    for mask in MASKS.values():
        assert any("\u4e00" <= sign <= "\u9fff" for sign in mask.label)
        assert mask.text.isascii() or "…" in mask.text
