"""Two releases of a living hub: what one has and the other has not, and where."""

from __future__ import annotations

import pytest

from hub.errors import MisuseError
from hub.flow.difference import (
    Difference,
    UnitDifference,
    differences,
    unit_differences,
)
from hub.flow.house import House
from hub.flow.release import find_release


def test_rows_that_differ_are_counted_by_dataset_and_unit(house: House) -> None:
    old, new = (find_release(house, name) for name in ("r000001", "r000002"))

    whole = differences(house, old, new)
    units = unit_differences(house, old, new)

    assert whole["issue"] == Difference(added=2, changed=1, gone=1)
    assert units["issue"] == [
        UnitDifference(1, 1, 1, "AU-E"),
        UnitDifference(1, 0, 0, "AU-W"),
    ]
    assert units["area"] == []
    assert "person" not in units


def test_units_add_up_to_the_dataset_both_ways(house: House) -> None:
    """And what was added one way is gone the other way."""
    one, other = (find_release(house, name) for name in ("r000001", "r000002"))

    for old, new in ((one, other), (other, one), (one, one)):
        whole = differences(house, old, new)
        for name, units in unit_differences(house, old, new, "street_unit").items():
            sums = [
                sum(getattr(u, k) for u in units) for k in ("added", "changed", "gone")
            ]
            assert Difference(*sums) == whole[name]
    there, back = differences(house, one, other), differences(house, other, one)
    assert [(d.added, d.gone) for d in there.values()] == [
        (d.gone, d.added) for d in back.values()
    ]
    with pytest.raises(MisuseError, match="street_unit"):
        unit_differences(house, one, other, "community")
