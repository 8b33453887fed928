"""Whatever stands in a policy file, there is a policy or a list of problems."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.score_frames import entry, figure, one_item, run
from support.score_reference import TEXT

from hub.errors import MisuseError
from hub.scoring.loader import read_policy

TABLES = tomllib.loads(TEXT, parse_float=Decimal)
ODD = st.sampled_from(
    [None, True, -1, 0, 10**20, Decimal("NaN"), Decimal("1e-9"), "", "?", [], [3], {},
     {"kind": "rate"}, [{}], [{"points": 1}], {"metric": 3}, {"input": "x"}]
)  # fmt: skip
Steps = tuple[str | int, ...]


def _paths(table: Any, above: Steps = ()) -> Iterator[Steps]:
    inner = table.items() if isinstance(table, dict) else enumerate(table)
    for key, value in inner:
        yield (*above, key)
        if isinstance(value, dict | list):
            yield from _paths(value, (*above, key))


@given(st.sampled_from(list(_paths(TABLES))), ODD, st.booleans())
def test_an_odd_value_is_a_problem_and_never_a_crash(
    path: Steps, odd: Any, taken_out: bool
) -> None:
    tables = copy.deepcopy(TABLES)
    here: Any = tables
    for step in path[:-1]:
        here = here[step]
    if taken_out:
        del here[path[-1]]
    else:
        here[path[-1]] = odd

    found, problems = read_policy(tables)

    assert found is not None or problems
    assert all(problem.what for problem in problems)
    assert not [one for one in problems if "stands_in" in one.line]


def test_points_that_fit_no_column_are_refused() -> None:
    text = one_item('{ kind = "deduction", each = 1000000 }', full="0")

    with pytest.raises(MisuseError, match="points has more than 9 digits"):
        run(text, figure("m", "A", 1000, 1000))
    with pytest.raises(MisuseError, match="a value has more than 12 digits"):
        run(text, figure("m", "A", 10**12, 10**12))


def test_a_rule_of_inputs_and_one_of_figures_may_share_a_name() -> None:
    text = one_item('{ kind = "deduction", each = 1 }', full="0",
                    value='{ input = "item" }')  # fmt: skip

    found = run(text, figure("item", "A", 1, 1), entries=[entry("item", "A", "2")])

    assert found.items.filter(unit_code="A")["points"].to_list() == [Decimal(-2)]
