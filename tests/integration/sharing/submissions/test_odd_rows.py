"""Nested, torn and odd rows come out of the workbook and in again whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.push_city import (
    EAST,
    GOOD,
    Push,
    as_csv,
    as_json,
    as_lines,
    case,
    cells_of,
    corrected,
    rewritten,
)

from hub.connectors.decode.returned import RAW


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
