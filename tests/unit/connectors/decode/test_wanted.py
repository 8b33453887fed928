"""Which source fields a mapping needs."""

from __future__ import annotations

from support.declared import feed

from hub.connectors.decode import Wanted

UNFOLDED = feed(
    key=("recId",),
    changed="updateTime",
    deletes={"kind": "marker", "field": "op", "values": ("D",)},
    same_as={"field": "cityNo", "partner": "platform"},
    emits=(
        {
            "dataset": "issue",
            "columns": {
                "case_no": {"field": "taskNum"},
                "topic": {"sql": "coalesce(title, \"unit.name\", '无')"},
                "city_name": {"value": "武汉"},
            },
            "when": "kind = '1'",
        },
        {
            "dataset": "issue_event",
            "explode": "detail.steps",
            "columns": {
                "action_code": {"field": "action"},
                "issue_id": {"field": "../recId", "ref": "issue"},
                "opinion": {"sql": 'coalesce(words, "../remark")'},
            },
            "key": ("stepId",),
            "part": {"field": "no"},
            "when": "valid = '1'",
        },
    ),
)


def test_everything_that_a_mapping_names_is_wanted() -> None:
    wanted = Wanted.of(UNFOLDED)

    assert wanted.scalars == {
        "recId",
        "updateTime",
        "op",
        "cityNo",
        "taskNum",
        "title",
        "unit.name",
        "kind",
        "remark",
    }
    assert wanted.lists == {
        "detail.steps": {"action", "words", "stepId", "no", "valid"}
    }
    assert "detail.steps" in wanted.names
    assert "detail.steps.action" in wanted.names


def test_a_list_of_which_nothing_is_taken_still_has_elements() -> None:
    emit = {"dataset": "issue", "explode": "l", "columns": {"topic": {"field": "../a"}}}

    assert Wanted.of(feed(emits=(emit,))).lists == {"l": {"__row"}}
