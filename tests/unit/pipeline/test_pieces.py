"""Several persons in one cell come apart only where a declaration says so."""

from __future__ import annotations

import polars as pl
import pytest

from hub.partners.spec import Emit
from hub.pipeline.normalise import unfold


def people(split: object, *cells: str | None) -> pl.DataFrame:
    emit = Emit.model_validate(
        {
            "dataset": "person",
            "explode": "路长",
            "split": split,
            "columns": {"person_name": {"field": "#text"}},
        }
    )
    frame = pl.DataFrame(
        {"__row": range(len(cells)), "路长": cells, "区": ["甲"] * len(cells)},
        schema={"__row": pl.Int64, "路长": pl.String, "区": pl.String},
    )
    return unfold(frame, emit)


@pytest.mark.parametrize(
    ("split", "names"),
    [
        ("、", ["张三", "李四，王五"]),
        (["、", "，"], ["张三", "李四", "王五"]),
    ],
)
def test_a_cell_is_cut_at_every_separator(split: object, names: list[str]) -> None:
    found = people(split, "张三、 李四，王五、")

    assert found["#text"].to_list() == names
    assert found["../区"].unique().to_list() == ["甲"]
    assert found["../路长"][0] == "张三、 李四，王五、"


def test_an_empty_cell_is_nobody() -> None:
    found = people("、", None, "", "、", "张三")

    assert found.select("__row", "#text").rows() == [(3, "张三")]
