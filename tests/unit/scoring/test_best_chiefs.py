"""十佳路长: exposure, disqualifiers, ties, and every step told to whom it concerns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support.score_frames import MONTH, entry, figure, figures, inputs

from hub.errors import MisuseError
from hub.partners.problems import FaultyDeclaration
from hub.scoring import Best, best_chiefs
from hub.scoring.chief_loader import parse_best_chiefs

TEXT = """
[policy]
id = "best"
version = 1
title_zh = "十佳"
title_en = "best"
level = "PERSON"
valid_from = "2021-08-31"
size = 2
min_cases = 20
cases_of = "loop"
tie_breakers = ["loop"]
[[criterion]]
id = "action"
title_zh = "作为"
title_en = "action"
value = { metric = "act" }
weight = 40
[[criterion]]
id = "loop"
title_zh = "闭环"
title_en = "loop"
value = { metric = "loop" }
weight = 60
[[disqualifier]]
input = "discipline"
title_zh = "纪律"
title_en = "discipline"
"""
POLICY = parse_best_chiefs(TEXT, Path("best.toml"))


def posts(**days: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "person_id": list(days),
            "days_in_post": list(days.values()),
            "days_in_period": [31] * len(days),
        }
    )


def chief(person: str, act: tuple[int, int], loop: tuple[int, int]):
    return [
        figure("act", person, *act, level="chief"),
        figure("loop", person, *loop, level="chief"),
    ]


def run(people: pl.DataFrame, *rows: dict[str, Any], entries: Any = ()) -> Best:
    return best_chiefs(figures(*rows), inputs(*entries), people, POLICY, MONTH)


def told(found: Best) -> list[tuple[Any, ...]]:
    named = ("person_id", "points", "case_count", "rank", "is_named")
    return [
        (person, None if points is None else str(points), *rest)
        for person, points, *rest in found.ranking.select(
            *named, "not_ranked_reason"
        ).rows()
    ]


def test_persons_are_ranked_by_their_points() -> None:
    found = run(
        posts(p=31, q=31, r=31),
        *chief("p", (9, 10), (10, 20)),  # 36 + 30
        *chief("q", (1, 3), (20, 20)),  # 13.333 + 60
        *chief("r", (10, 10), (12, 24)),  # 40 + 30
    )

    assert told(found) == [
        ("q", "73.333", 20, 1, True, None),
        ("r", "70.000", 24, 2, True, None),
        ("p", "66.000", 20, 3, False, None),
    ]


def test_equal_points_are_parted_by_closed_loops_then_by_cases_then_shared() -> None:
    found = run(
        posts(p=31, q=31, r=31, s=31),
        *chief("p", (20, 20), (10, 20)),  # 40 + 30
        *chief("q", (5, 20), (20, 20)),  # 10 + 60
        *chief("r", (20, 20), (15, 30)),  # 40 + 30, more cases
        *chief("s", (20, 20), (15, 30)),
    )

    assert [(one[0], one[1], one[3], one[4]) for one in told(found)] == [
        ("q", "70.000", 1, True),
        ("r", "70.000", 2, True),
        ("s", "70.000", 2, True),
        ("p", "70.000", 4, False),
    ]


def test_who_does_not_qualify_is_listed_with_the_reason() -> None:
    good = ((10, 10), (20, 20))
    found = run(
        posts(few=31, half=16, less=15, none=31, struck=31),
        *chief("few", (10, 10), (19, 19)),
        *chief("half", *good),
        *chief("less", *good),
        *chief("none", (0, 0), (20, 20)),
        *chief("struck", *good),
        entries=[entry("discipline", None, "-5", person_id="struck", reason="迟到")],
    )

    assert told(found) == [
        ("half", "100.000", 20, 1, True, None),
        ("few", "100.000", 19, None, False, "TOO_FEW_CASES"),
        ("less", "100.000", 20, None, False, "IN_POST_TOO_SHORT"),
        ("none", None, 20, None, False, "NO_DENOMINATOR:action"),
        ("struck", "100.000", 20, None, False, "DISQUALIFIED:discipline"),
    ]


def test_each_rank_is_told_step_by_step() -> None:
    found = run(
        posts(p=31),
        *chief("p", (2, 3), (25, 30)),
        entries=[entry("discipline", None, "-5", person_id="p", reason="迟到")],
    )

    steps = found.steps.select("step", "kind", "is_passed", "points", "note_zh").rows()
    assert [(a, b, c, d if d is None else str(d), e) for a, b, c, d, e in steps] == [
        ("in_post", "test", True, None, "在岗天数占比 1,不得少于 0.5"),
        (
            "discipline", "disqualifier", False, None,
            "纪律:-5(迟到;author 录入,approver 批准)",
        ),
        ("cases", "test", True, None, "案件 30 件,不得少于 20 件"),
        ("action", "criterion", True, "26.667", "作为:0.666667 × 40"),
        ("loop", "criterion", True, "50.000", "闭环:0.833333 × 60"),
    ]  # fmt: skip


def test_the_order_of_rows_changes_nothing() -> None:
    people = posts(p=31, q=31, r=31)
    rows = [
        *chief("p", (9, 10), (10, 20)),
        *chief("q", (9, 10), (10, 20)),
        *chief("r", (10, 10), (12, 24)),
    ]

    forward, backward = run(people, *rows), run(people.reverse(), *rows[::-1])

    assert forward.ranking.equals(backward.ranking)
    assert forward.steps.equals(backward.steps)


def test_a_month_before_the_policy_is_refused() -> None:
    with pytest.raises(MisuseError, match="is valid from"):
        best_chiefs(figures(), inputs(), posts(), POLICY, "2021-07")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("weight = 60", "weight = 50", "does not add up: the weights make 90"),
        ('cases_of = "loop"', 'cases_of = "lop"', 'unknown criterion "lop"; did you'),
        ('["loop"]', '["cases"]', 'policy → tie_breakers: unknown criterion "cases"'),
        ('id = "action"', 'id = "loop"', 'criterion "loop": stands twice'),
        ('{ metric = "act" }', '{ input = "act" }', "is no share of a metric"),
        ("weight = 60", "wieght = 60", 'criterion 2: unknown key "wieght"'),
        ("size = 2", "size = 0", "policy → size: is too small"),
        ("size = 2", "min_in_post = 2", "policy → min_in_post: is too large"),
    ],
)
def test_a_policy_for_persons_is_judged(old: str, new: str, words: str) -> None:
    with pytest.raises(FaultyDeclaration) as caught:
        parse_best_chiefs(TEXT.replace(old, new, 1), Path("best.toml"))

    assert words in caught.value.sentence
