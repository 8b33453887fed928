"""十佳路长 in a bulletin: ranked persons with their steps, and why others are not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import polars as pl
from support.bulletins import small_month

from hub.bulletin.book import workbook
from hub.bulletin.chief_sheets import chief_sheet, chief_step_frame
from hub.bulletin.chiefs import Chiefs, chiefs_of
from hub.bulletin.naming import Naming
from hub.bulletin.page import bulletin
from hub.bulletin.policy_words import policy_words
from hub.bulletin.words import words_of
from hub.scoring.best_chiefs import RANKING, STEPS

TEXT = """\
[policy]
id = "best"
version = 3
title_zh = "十佳"
title_en = "best"
level = "PERSON"

[[criterion]]
id = "on_time"
title_zh = "按期率"
title_en = "in time"

[[disqualifier]]
input = "discipline"
title_zh = "纪律"
title_en = "discipline"
"""
FEW, STRUCK = "TOO_FEW_CASES", "DISQUALIFIED:discipline"


def table(schema: pl.Schema, *rows: tuple[object, ...]) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    return frame.with_columns(policy=pl.lit("best"))


def step(person: str, name: str, kind: str, points: str | None) -> tuple[object, ...]:
    value = None if points is None else Decimal("0.9")
    given = None if points is None else Decimal(points)
    note = f"说明 {name}", f"note {name}"
    return ("2026-10", person, name, kind, 9, 10, value, given, True, *note)


def ranking() -> Chiefs:
    tables = {
        "chief": table(
            RANKING,
            ("2026-10", "b" * 32, Decimal("80"), 20, 2, True, None),
            ("2026-10", "c" * 32, None, 1, None, False, FEW),
            ("2026-10", "a" * 32, Decimal("90"), 30, 1, True, None),
            ("2026-10", "d" * 32, None, 2, None, False, FEW),
            ("2026-10", "e" * 32, Decimal("70"), 40, None, False, STRUCK),
            ("2026-10", "f" * 32, Decimal("60"), 21, 3, False, None),
        ),
        "chief_step": table(
            STEPS,
            *(
                one
                for person in "abcdef"
                for one in (
                    step(person * 32, "discipline", "disqualifier", None),
                    step(person * 32, "on_time", "criterion", "90"),
                )
            ),
        ),
    }
    found = chiefs_of(tables, policy_words(TEXT))
    assert found is not None
    return found


def test_ranked_persons_come_in_order_and_the_others_behind_them() -> None:
    found = ranking()

    assert [one.person_id[0] for one in found.persons] == ["a", "b", "f", "e", "c", "d"]
    assert [one.person_id[0] for one in found.named] == ["a", "b"]
    assert found.ranked == 3
    assert found.criteria == ["on_time"]
    assert found.reasons == [(FEW, 2), (STRUCK, 1)]


def test_a_month_without_such_rows_has_no_ranking() -> None:
    assert chiefs_of({}, policy_words(TEXT)) is None


def test_the_page_tells_named_ones_by_a_part_of_their_id() -> None:
    found = ranking()
    month = replace(small_month(), chiefs=found, labels=found.policy.labels)

    page = bulletin(month)

    section = page[page.index('id="chiefs"') : page.index('id="figures"')]
    assert "a" * 12 in section
    assert "a" * 13 not in section
    assert "f" * 12 not in section
    assert "按期率" in section
    assert "说明 discipline" in section
    assert "一票否决 (纪律)" in section
    assert "案件数不足" in section
    assert 'id="chiefs"' not in bulletin(small_month())


def test_the_workbook_has_every_person_and_every_step() -> None:
    found = ranking()
    month = replace(small_month(), chiefs=found, labels=found.policy.labels)
    naming = Naming(month, words_of("en"))

    told = chief_sheet(found, naming)
    steps = chief_step_frame(found, naming)

    assert told.heads == ("Rank", "Chief", "Total", "in time", "Cases", "Named")
    assert told.rows[0] == (1, "a" * 32, Decimal("90"), Decimal("90"), 30, "named")
    assert told.rows[-1][:3] == ("too few cases", "d" * 32, "no data")
    assert len(steps) == 12
    assert steps.row(1)[1:4] == ("in time", "passed", 9)
    file = BytesIO()
    workbook(month, file)
    assert len(file.getvalue()) > 0
