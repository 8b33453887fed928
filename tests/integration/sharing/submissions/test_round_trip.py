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
    GOOD,
    Push,
    as_csv,
    as_json,
    as_lines,
    case,
    cells_of,
    rewritten,
)
from support.thorough import of

from hub.connectors.decode.returned import CELLS, OURS, RAW

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


def corrected(lines: list[list[str]], good: dict[str, str] = GOOD) -> list[list[str]]:
    """What a person makes of a sheet who corrects the cells that it names."""
    head = lines[0]
    fixed = [head]
    for line in lines[1:]:
        cells = list(line)
        for title in line[head.index(CELLS)].split("、"):
            cells[head.index(title)] = good[title]
        fixed.append(cells)
    return fixed


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


def trail(number: int, **other: str) -> dict[str, object]:
    """A case as nested JSON, its steps in a list."""
    return {
        "案件": {
            "编号": f"T{number}",
            "上报时间": "2026-10-01 08:00:00",
            "街道": other.get("街道", "420102001"),
        },
        "更新时间": "2026-10-01 12:00:00",
        "状态": other.get("状态", "待派遣"),
        "过程": [
            {"序号": 1, "动作": "上报", "时间": "2026-10-01 08:00:00"},
            {
                "序号": 2,
                "动作": other.get("动作", "派遣"),
                "时间": "2026-10-01 09:00:00",
            },
        ],
    }


@pytest.mark.parametrize("write", [as_json, as_lines])
def test_nested_objects_and_lists_come_back_whole(push: Push, write) -> None:
    form = "json" if write is as_json else "jsonl"
    rows = [trail(1), trail(2, 街道="9"), trail(3, 动作="没听过")]
    receipt = push.send(write(rows), form, key="a", feed="trails")
    push.run()
    book = push.workbook(receipt)
    head, second, third = cells_of(book)
    second[head.index("案件.街道")] = "420102001"
    third[head.index("过程")] = third[head.index("过程")].replace("没听过", "派遣")

    push.send(rewritten(book, [head, second, third]), "xlsx", key="b", feed="trails")
    (batch,) = push.run()

    assert (third[0], second[0]) == ("过程", "案件.街道")
    assert (batch.state, batch.accepted) == ("merged", 2)
    assert push.house.ledger.datasets(batch.number)["issue_event"].inserted == 4


def test_a_missing_field_gets_a_cell_to_be_written_into(push: Push) -> None:
    row = trail(1)
    del row["案件"]["上报时间"], row["状态"]  # type: ignore[attr-defined]
    receipt = push.send(as_json([row, trail(2)]), "json", key="a", feed="trails")
    push.run()

    head, _ = cells_of(push.workbook(receipt))

    assert {"案件.上报时间", "状态"} <= set(head)


def test_a_record_without_a_layout_comes_with_its_own_text(push: Push) -> None:
    torn = as_csv([case(1)]) + "A9,少了,几列\n".encode()
    receipt = push.send(torn, key="a")
    push.run()
    book = push.workbook(receipt)
    head, line = cells_of(book)
    good = {"编号": "A009", **GOOD}

    filled = [good.get(title, cell) for title, cell in zip(head, line, strict=True)]
    push.send(rewritten(book, [head, filled]), "xlsx", key="b")
    (batch,) = push.run()

    assert line[head.index(RAW)] == "A9,少了,几列"
    assert line[head.index("编号") : head.index("上报时间") + 1] == [
        "A9",
        "少了",
        "几列",
    ]
    assert (batch.accepted, batch.quarantined) == (1, 0)


def test_what_must_never_land_is_cut_from_a_workbook_too(tmp_path: Path) -> None:
    never = 'never_land = ["备注"]'
    push = Push.made_in(tmp_path, EAST.replace('ignore = ["备注"]', never))
    receipt = push.send(as_csv([case(1, 状态="没听过")]), key="a")
    push.run()
    book = push.workbook(receipt)
    head, line = corrected(cells_of(book))

    push.send(rewritten(book, [[*head, "备注"], [*line, "秘密"]]), "xlsx", key="b")
    (batch,) = push.run()

    assert "备注" not in head
    assert batch.accepted == 1
    assert push.desk.status(receipt, None).held == 0
    (part,) = push.house.ledger.parts(batch.number)
    with push.house.raw.open(part.sha256) as body:
        assert "秘密" not in body.read().decode()


ODD = (
    "<r><t>x</t></r>",
    "<r>&",
    "_x0041_",
    "a\x01b",
    "\t=1",
    "1e5",
    "TRUE",
    "#N/A",
    "😀",
)


def test_every_text_comes_out_of_the_workbook_as_it_was_sent(push: Push) -> None:
    rows = [case(n, 状态="没听过", 备注=text) for n, text in enumerate(ODD)]
    receipt = push.send(as_json(rows), "json", key="a")
    push.run()

    head, *lines = cells_of(push.workbook(receipt))

    at = head.index("备注")
    assert [line[at] for line in lines] == list(ODD)
