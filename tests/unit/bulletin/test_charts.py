"""Bars and courses: worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from hub.bulletin.charts import Bar, course_scale, line_of, scale_of


def test_bars_begin_at_zero() -> None:
    scale = scale_of([Decimal(50), Decimal(25), None])

    assert scale.bar(Decimal(25)) == Bar(Decimal(0), Decimal(50), Decimal(0), False)
    assert scale.bar(Decimal(50)) == Bar(Decimal(0), Decimal(100), Decimal(0), False)


def test_a_deduction_goes_to_the_left_of_zero() -> None:
    scale = scale_of([Decimal(30), Decimal(-10)])

    assert scale.bar(Decimal(-10)) == Bar(Decimal(0), Decimal(25), Decimal(25), True)
    assert scale.bar(Decimal(30)) == Bar(Decimal(25), Decimal(75), Decimal(25), False)


def test_no_value_has_no_bar_and_zero_an_empty_one() -> None:
    scale = scale_of([None, Decimal(0)])

    assert scale.bar(None) is None
    assert scale.bar(Decimal(0)) == Bar(Decimal(0), Decimal(0), Decimal(0), False)


def test_a_month_without_data_breaks_the_line() -> None:
    course = [("a", Decimal(0)), ("b", Decimal(10)), ("c", None), ("d", Decimal(5))]

    line = line_of(course, course_scale([course]))

    assert line.runs == ("3.00,29.00 34.33,3.00", "97.00,16.00")
    assert line.dots == ((Decimal("97.00"), Decimal("16.00")),)


def test_a_level_course_lies_in_the_middle() -> None:
    course = [("a", Decimal(7)), ("b", Decimal(7))]

    assert line_of(course, course_scale([course])).runs == ("3.00,16.00 97.00,16.00",)


def test_a_course_without_any_value_draws_nothing() -> None:
    line = line_of([("a", None)], course_scale([[("a", None)]]))

    assert line == ((), ())
