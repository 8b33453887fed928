"""How a column writes time is told by its values."""

from __future__ import annotations

import polars as pl
import pytest

from hub.onboarding.times import Written, is_never, time_form

ZONE = "Asia/Shanghai"


def _form(*texts: str) -> Written | None:
    text = pl.Series(texts)
    numbers = text.cast(pl.Float64, strict=False)
    return time_form(text, None if numbers.null_count() else numbers, ZONE)


@pytest.mark.parametrize(
    ("texts", "kind", "form"),
    [
        (
            ("2026-07-01 08:00:00", "2026-07-02 09:30:00"),
            "instant",
            "%Y-%m-%d %H:%M:%S",
        ),
        (("2026/7/1 8:05", "2026/7/2 9:30"), "instant", "%Y/%m/%d %H:%M"),
        (("2026-07-01T08:00:00+08:00",), "instant", "%Y-%m-%dT%H:%M:%S%z"),
        (("07/13/2026 08:00:00 PM",), "instant", "%m/%d/%Y %I:%M:%S %p"),
        (("20260701", "20260702"), "date", "%Y%m%d"),
        (("2026年7月1日",), "date", "%Y年%m月%d日"),
        (("1782820166000", "0"), "epoch_ms", None),
        (("1782820166", "1782820167"), "epoch_s", None),
        (("46203.5625", "46204.25"), "serial", None),
        (("/Date(1782899488000+0800)/",), "framed", None),
    ],
)
def test_forms(texts: tuple[str, ...], kind: str, form: str | None) -> None:
    found = _form(*texts)

    assert found is not None
    assert (found.kind, found.format) == (kind, form)


@pytest.mark.parametrize(
    "texts",
    [("12", "17"), ("420102001", "420102002"), ("路面破损",), ("60601", "60614")],
)
def test_other_values_are_no_times(texts: tuple[str, ...]) -> None:
    assert _form(*texts) is None


def test_day_and_month_that_could_change_places_are_said_to() -> None:
    both, clear = _form("03/04/2026", "05/06/2026"), _form("03/04/2026", "05/16/2026")

    assert both is not None
    assert both.ambiguous == "%d/%m/%Y"
    assert clear is not None
    assert clear.ambiguous is None


def test_a_stray_value_is_counted_and_does_not_hide_the_form() -> None:
    days = [f"2026-06-{day:02d} 08:00:00" for day in range(1, 21)]

    found = _form(*days, "2026-02-30 08:00:00")

    assert found == Written("instant", "%Y-%m-%d %H:%M:%S", None, 1)


def test_words_for_never_are_no_form() -> None:
    assert is_never(pl.Series(["1900-01-01 00:00:00", "0000-00-00 00:00:00"]), ZONE)
    assert not is_never(pl.Series(["2026-01-01 00:00:00"]), ZONE)
