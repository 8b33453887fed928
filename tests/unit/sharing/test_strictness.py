"""The order of masks: a grant can hide more, never less."""

from __future__ import annotations

from itertools import product

import pytest

from hub.schemas import DATASETS
from hub.sharing.strictness import RANK, is_as_strict, mask_that_holds

MASKS = tuple(RANK)


def test_every_mask_of_the_schemas_is_known() -> None:
    used = {one.mask for ds in DATASETS.values() for one in ds.all_columns}

    assert used <= set(RANK)


def test_the_order_is_one() -> None:
    for one, other, third in product(MASKS, repeat=3):
        if is_as_strict(one, other) and is_as_strict(other, one):
            assert one == other
        if is_as_strict(one, other) and is_as_strict(other, third):
            assert is_as_strict(one, third)
    assert all(is_as_strict(one, one) for one in MASKS)
    assert all(is_as_strict("drop", one) for one in MASKS)
    assert all(is_as_strict(one, None) for one in MASKS)


@pytest.mark.parametrize(
    ("schema", "override", "is_clear", "holds"),
    [
        (None, None, False, None),
        ("name", None, False, "name"),
        ("name", None, True, None),
        ("name", "drop", True, "drop"),
        ("name", "pseudonym", False, "pseudonym"),
        ("owner_name", "name", False, "name"),
        ("name", "owner_name", False, "drop"),
        ("address", "phone", False, "drop"),
        ("pseudonym", "name", False, "drop"),
        ("blur", None, False, "drop"),
        (None, "blur", False, "drop"),
    ],
)
def test_the_mask_that_holds(
    schema: str | None, override: str | None, is_clear: bool, holds: str | None
) -> None:
    assert mask_that_holds(schema, override, is_clear=is_clear) == holds
