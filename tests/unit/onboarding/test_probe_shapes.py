"""Shapes instead of texts, and which texts may be shown."""

from __future__ import annotations

import polars as pl
import pytest

from hub.onboarding.probe_shapes import may_be_shown, shape_of


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("2026-13-45", "9999-99-99"),
        ("03/10/2026 05:00", "99/99/9999 99:99"),
        ("2026年3月5日下午3时", "9999年9月9日下午9时"),
        ("Oct 3", "aaa 9"),
        ("王小二", "字字字"),
        ("沿江大道与一元路交叉口", "字…"),
        ("２０２６", "9999"),
    ],
)
def test_a_shape_keeps_the_form_and_no_value(text: str, shape: str) -> None:
    assert pl.select(shape_of(pl.lit(text))).item() == shape


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("9", True),
        ("已结案", True),
        ("B-12", True),
        ("13912345678", False),
        ("id 420102199001011234", False),
        ("a@b.cn", False),
        ("x" * 25, False),
    ],
)
def test_only_what_looks_like_a_code_is_shown(text: str, shown: bool) -> None:
    assert pl.select(may_be_shown(pl.lit(text))).item() is shown
