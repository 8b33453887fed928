"""What speaks against a `[[delivery]]`, told from the file alone."""

from __future__ import annotations

from typing import Any

import pytest
from support.outward_world import COLUMNS, FEED
from support.small_city import PLATFORM, write_city

from hub.partners.check_delivery import find_delivery_problems
from hub.partners.delivery import Delivery
from hub.partners.delivery_codes import values_of
from hub.partners.loader import load_city
from hub.partners.spec import Partner

REST = {"connector": "rest", "base_url": "http://127.0.0.1:9"}
SQL = {"connector": "sql", "url": "sqlite:///x.db"}
FILES = {"connector": "files", "folder": "/drop"}
GOOD: dict[str, Any] = {
    "name": "status",
    "dataset": "issue",
    "consumer": "east",
    "columns": COLUMNS,
    "write": {"path": "/in", "op": "op"},
}


def lines(source: dict[str, Any] = REST, **given: Any) -> list[str]:
    partner = Partner.model_validate(
        {
            "id": "east",
            "title": "东区",
            "timezone": "Asia/Shanghai",
            "source": source,
            "feeds": (FEED,),
            "deliveries": (GOOD | given,),
        }
    )
    return [one.line for one in find_delivery_problems(partner)]


@pytest.mark.parametrize(
    ("source", "write"),
    [
        (REST, {"path": "/in", "op": "op"}),
        (SQL, {"table": "t", "op": "op", "key": "id"}),
        (SQL, {"table": "s.t", "op": "op", "marker": "m"}),
        (FILES, {"files": "a/c_{key}.xlsx", "op": "op", "done": ".ok"}),
    ],
)
def test_a_sound_delivery_has_no_problem(source, write):
    assert lines(source, write=write) == []


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({"dataset": "isue"}, 'unknown dataset "isue"; did you mean "issue"?'),
        ({"consumer": "East 1"}, "is no name of a consumer"),
        ({"columns": {"isue_id": {"name": "x"}}}, 'did you mean "issue_id"?'),
        ({"columns": {"stage_code": {"name": "x"}}}, '"issue_id" is not among'),
        ({"fixed": {"state": "1"}}, 'fills the receiver\'s "state" 2 times'),
        ({"filter": "reported_at > NOW()"}, "reads the clock"),
        ({"filter": "stage = 'X'"}, 'unknown column "stage"'),
        ({"filter": "stage_code"}, "gives no truth value"),
        ({"filter": "rework_count > 'x'"}, "cannot be compared"),
        ({"write": {"path": "/in"}}, "no row could be withdrawn"),
        ({"write": {"op": "op"}}, 'connector "rest" needs path'),
        (
            {"write": {"path": "/in", "op": "op", "table": "t"}},
            'has no meaning for connector "rest"; it belongs to sql',
        ),
        (
            {"columns": COLUMNS | {"lon": {"name": "x", "codes": "stage"}}},
            "has no meaning for a column of type float",
        ),
        (
            {"columns": COLUMNS | {"case_no": {"name": "x", "format": "%Y"}}},
            "it is for instants and dates",
        ),
        (
            {"columns": COLUMNS | {"topic": {"name": "x"}}, "codes": {}},
            'unknown column "topic"',
        ),
        (
            {
                "columns": {
                    "issue_id": {"name": "a"},
                    "stage_code": {"name": "b", "codes": "stage"},
                }
            },
            'value table "stage" is not declared',
        ),
        (
            {
                "columns": {
                    "issue_id": {"name": "a"},
                    "stage_code": {"name": "b", "codes": "s"},
                },
                "codes": {"s": {"CLOSD": "9"}},
            },
            'unknown code "CLOSD"',
        ),
        ({"to": {"connector": "queue", "url": "amqp://h/v"}}, "nothing can be handed"),
        (
            {"to": {"connector": "files", "folder": "sftp://h/in"}},
            "is a remote folder",
        ),
    ],
)
def test_a_problem_is_one_sentence(given, seen):
    found = lines(**given)

    assert any(seen in line for line in found), found
    assert all(line.startswith('delivery "status"') for line in found)


@pytest.mark.parametrize(
    ("source", "write", "seen"),
    [
        (SQL, {"table": "t", "op": "op"}, "repeated insert"),
        (FILES, {"files": "c.csv", "op": "op"}, "holds no {key}"),
        (FILES, {"files": "../c_{key}.csv", "op": "op"}, "leads out"),
        (FILES, {"files": "c_{key}.doc", "op": "op"}, 'unknown ending ".doc"'),
        (
            FILES,
            {"files": "c_{key}.csv", "op": "op", "encoding": "gbx"},
            "no text encoding",
        ),
        (
            REST | {"auth": {"kind": "signed", "key": "k", "secret": "env:S"}},
            {"path": "/in", "op": "op", "size": 5},
            "no fields that could be signed",
        ),
    ],
)
def test_each_manner_has_needs_of_its_own(source, write, seen):
    assert any(seen in line for line in lines(source, write=write))


def test_a_feeds_table_is_read_backwards_and_own_words_settle_what_is_unclear():
    feed = {
        **FEED,
        "emits": (
            FEED["emits"][0]  # type: ignore[index]
            | {
                "codes": {
                    "stage": {"5": ("HANDLED",), "7": ("HANDLED",), "9": ("CLOSED",)}
                }
            },
        ),
    }
    delivery = Delivery.model_validate(GOOD)
    partner = Partner.model_validate(
        {
            "id": "east",
            "title": "东区",
            "timezone": "Asia/Shanghai",
            "source": REST,
            "feeds": (feed,),
        }
    )
    column = delivery.columns["stage_code"]

    unclear = values_of(partner, delivery, column)
    settled = values_of(
        partner,
        delivery.model_copy(update={"codes": {"stage": {"HANDLED": "7"}}}),
        column,
    )

    assert unclear == ({"CLOSED": "9"}, ("HANDLED",))
    assert settled == ({"CLOSED": "9", "HANDLED": "7"}, ())


def test_a_file_may_write_names_as_bare_texts_and_a_wrong_key_is_told(tmp_path):
    block = """
[[delivery]]
name = "status"
dataset = "issue"
consumer = "east"
colums = 1

[delivery.columns]
issue_id = "编号"

[delivery.write]
path = "/in"
op = "op"
size = 0
"""
    write_city(
        tmp_path, platform=PLATFORM, east=PLATFORM.replace("platform", "east") + block
    )

    city = load_city(tmp_path)

    (error,) = city.broken.values()
    assert 'delivery "status": unknown key "colums"; did you mean "columns"?' in str(
        error
    )
    assert 'delivery "status" → write → size: is too small; write at least 1' in str(
        error
    )
    assert list(city.partners) == ["platform"]


def test_a_feed_whose_name_cannot_be_read_makes_no_second_problem(tmp_path):
    block = """
[[delivery]]
name = "status"
dataset = "issue"
consumer = "east"
write = { path = "/in", op = "op" }

[delivery.columns]
issue_id = "id"
stage_code = { name = "state", codes = "stage", feed = "Cases" }

[delivery.codes.stage]
HANDLED = "5"
"""
    words = PLATFORM.replace('"platform"', '"east"').replace('"cases"', '"Cases"')
    write_city(tmp_path, platform=PLATFORM, east=words + block)

    (error,) = load_city(tmp_path).broken.values()

    assert "1 problem\n" in str(error)
    assert 'feed "Cases" → name' in str(error)
