"""Rejected rows go out as a workbook, are corrected in it, and come in as it is."""

from __future__ import annotations

import io
import zipfile
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.push_city import (
    BROKEN,
    EAST,
    FORMS,
    Push,
    as_csv,
    case,
    cells_of,
    corrected,
    rewritten,
)
from support.thorough import of

from hub.connectors.decode.returned import OURS

WORDS = st.sampled_from(
    [
        "=1+2",
        "@SUM(A1)",
        '说"明',
        "甲,乙",
        "00123",
        "true",
        " 空格 ",
        "两\n行",
        "合计",
    ]
)
ROW = st.tuples(
    st.sets(st.sampled_from(sorted(BROKEN)), min_size=1), st.booleans(), WORDS
)


@pytest.mark.parametrize("form", FORMS)
def test_correcting_the_named_cells_brings_every_row_in(
    tmp_path: Path, form: str
) -> None:
    push, numbers = Push.made_in(tmp_path), count(1)

    @settings(max_examples=of(40, 2))
    @given(st.lists(ROW, min_size=3, max_size=12), st.data())
    def check(rows: list[tuple[set[str], bool, str]], data: st.DataObject) -> None:
        sent = [
            case(
                next(numbers), 上报人=word, 备注=word, **{t: BROKEN[t] for t in titles}
            )
            if is_bad
            else case(next(numbers), 上报人=word)
            for titles, is_bad, word in rows
        ]
        bad = [row for row, (_, is_bad, _) in zip(sent, rows, strict=True) if is_bad]
        receipt = push.send(FORMS[form](sent), form, key=f"{next(numbers)}")
        (first,) = push.run()
        assert first.quarantined == len(bad)
        if not bad:
            return

        book = push.workbook(receipt)
        lines = corrected(cells_of(book))
        order = data.draw(st.permutations(lines[1:]))
        again = push.send(
            rewritten(book, [lines[0], *order]), "xlsx", key=f"{next(numbers)}"
        )
        (second,) = push.run()

        assert (second.state, second.received) == ("merged", len(bad))
        assert second.accepted == len(bad)
        assert push.desk.status(receipt, None).held == 0
        assert push.desk.status(again, None).held == 0
        assert {row["编号"] for row in sent} <= push.core().keys()

    check()


def test_rows_stand_as_they_were_sent_under_the_senders_titles(push: Push) -> None:
    rows = [case(1), case(2, 状态="没听过", 上报人="=cmd|x"), case(3, 街道="9")]
    receipt = push.send(as_csv(rows), key="a")
    push.run()

    head, *lines = cells_of(push.workbook(receipt))

    titles = list(rows[0])
    theirs = head[3 : 3 + len(titles)]
    assert sorted(theirs) == sorted(titles)
    assert theirs == as_csv(rows).decode().splitlines()[0].split(",")
    assert [dict(zip(theirs, one[3:], strict=False)) for one in lines] == rows[1:]
    assert head[-3:] == list(OURS)
    assert [one[-3:] for one in lines] == [
        [receipt, "1", "csv"],
        [receipt, "2", "csv"],
    ]


def test_marks_comments_hidden_columns_and_no_formula(push: Push) -> None:
    receipt = push.send(as_csv([case(1, 状态="没听过", 备注="=1+2")]), key="a")
    push.run()

    book = zipfile.ZipFile(io.BytesIO(push.workbook(receipt)))

    page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert page.count('hidden="1"') == 1  # one range of three columns
    comment = book.read("xl/comments1.xml").decode()
    assert "取值对照表" in comment
    assert "可填：待派遣、已派遣。" in comment
    assert "填写说明" in book.read("xl/workbook.xml").decode()


def test_a_row_that_is_still_wrong_comes_back_under_the_new_receipt(
    push: Push,
) -> None:
    receipt = push.send(
        as_csv([case(1, 状态="没听过"), case(2, 状态="没听过", 街道="9")]), key="a"
    )
    push.run()
    book = push.workbook(receipt)
    lines = corrected(cells_of(book))
    lines[2][lines[0].index("街道")] = "8"

    again = push.send(rewritten(book, lines), "xlsx", key="b")
    (batch,) = push.run()

    assert (batch.accepted, batch.quarantined) == (1, 1)
    assert push.desk.status(receipt, None).held == 0
    assert push.desk.status(again, None).held == 1
    (row,) = cells_of(push.workbook(again))[1:]
    assert "A002" in row
    assert "街道" in row[0]
    assert row[-3:] == [again, "2", "csv"]


def test_rows_left_out_of_the_workbook_stay_out(push: Push) -> None:
    receipt = push.send(
        as_csv([case(1, 状态="没听过"), case(2, 状态="没听过")]), key="a"
    )
    push.run()
    book = push.workbook(receipt)
    head, first, _ = corrected(cells_of(book))

    push.send(rewritten(book, [head, first]), "xlsx", key="b")
    push.run()

    assert push.desk.status(receipt, None).held == 1
    assert [row[-2] for row in cells_of(push.workbook(receipt))[1:]] == ["1"]


def test_the_bounds_of_a_whole_delivery_do_not_hold_for_corrected_rows(
    tmp_path: Path,
) -> None:
    bounds = "expect = { min_rows = 3, max_shrink_share = 0.1 }"
    east = EAST.replace('ignore = ["备注"]', f'ignore = ["备注"]\n{bounds}')
    push = Push.made_in(tmp_path, east)
    receipt = push.send(as_csv([case(1), case(2), case(3, 状态="没听过")]), key="a")
    push.run()
    book = push.workbook(receipt)

    push.send(rewritten(book, corrected(cells_of(book))), "xlsx", key="b")
    push.send(as_csv([case(4)]), key="c")
    corrections, too_few = push.run()

    assert corrections.state == "merged"
    assert too_few.state == "refused"
    assert "B03 1 rows after 3" in str(too_few.error)


def test_corrected_rows_of_a_listing_delete_nothing(tmp_path: Path) -> None:
    listing = 'mode = "snapshot"\ndeletes = { kind = "snapshot" }\nkey = ["编号"]'
    push = Push.made_in(tmp_path, EAST.replace('key = ["编号"]', listing))
    receipt = push.send(as_csv([case(1), case(2), case(3, 状态="没听过")]), key="a")
    push.run()
    book = push.workbook(receipt)

    push.send(rewritten(book, corrected(cells_of(book))), "xlsx", key="b")
    (batch,) = push.run()

    assert batch.state == "merged"
    assert house_counts(push, batch.number) == (1, 0)
    assert len(push.core()) == 3


def house_counts(push: Push, number: int) -> tuple[int, int]:
    counts = push.house.ledger.datasets(number)["issue"]
    return counts.inserted, counts.deleted
