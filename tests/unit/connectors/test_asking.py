"""Requests as data: templates, names, and what a signature covers."""

from __future__ import annotations

from typing import Any

import pytest

from hub.connectors.asking import Ask, follow, make_ask
from hub.partners.spec import Read

NAMES = [
    ("page", "page"),
    ("size", "size"),
    ("from", "from"),
    ("to", "to"),
    ("ids", "keys"),
]


def ask(values: dict[str, Any], **read: Any) -> Ask:
    return make_ask(Read.model_validate({"path": "/c"} | read), "/c", values, NAMES)


def test_a_get_carries_what_has_a_value() -> None:
    made = ask({"page": 1, "size": None, "keys": ["a", "b"]}, params={"v": 2})

    assert made == Ask("GET", "/c", {"v": "2", "page": "1", "ids": "a,b"})


def test_a_post_carries_it_in_its_body_and_dots_go_deeper() -> None:
    read = Read.model_validate({"method": "POST", "path": "/c", "params": {"v": "2"}})
    names = [("paging.pageIndex", "page"), ("paging.pageSize", "size"), ("ids", "keys")]

    made = make_ask(read, "/c", {"page": 3, "size": 10, "keys": ["a", "b"]}, names)

    assert made.params == {"v": "2"}
    assert made.body == {"paging": {"pageIndex": 3, "pageSize": 10}, "ids": "a,b"}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{page}", 7),
        ("{size}", 50),
        ("p{page}of{size}", "p7of50"),
        ("{keys}", ["a", "b"]),
        ("in({keys})", "in(a,b)"),
        ("{cursor}", None),
        ("after {cursor}", None),
        ("{unknown}", "{unknown}"),
        (["{page}", "{cursor}"], [7]),
        ({"deep": {"er": "{page}"}}, {"deep": {"er": 7}}),
        (5, 5),
        (True, True),
    ],
)
def test_placeholders_become_values_or_leave(template: Any, filled: Any) -> None:
    values = {"page": 7, "size": 50, "keys": ["a", "b"], "cursor": None}

    made = ask(values, method="POST", body={"x": template})

    assert made.body is not None
    assert made.body.get("x") == filled
    assert ("x" in made.body) == (filled is not None)


def test_a_placed_value_is_not_sent_twice() -> None:
    made = ask({"page": 7, "size": 50}, params={"nr": "{page}"})

    assert made.params == {"nr": "7", "size": "50"}


def test_templates_are_not_changed_by_filling() -> None:
    read = Read.model_validate(
        {"method": "POST", "path": "/c", "body": {"paging": {"fixed": 1}}}
    )

    first = make_ask(read, "/c", {"page": 1}, [("paging.page", "page")])
    second = make_ask(read, "/c", {"page": 2}, [("paging.page", "page")])

    assert first.body == {"paging": {"fixed": 1, "page": 1}}
    assert second.body == {"paging": {"fixed": 1, "page": 2}}
    assert read.body == {"paging": {"fixed": 1}}


def test_a_query_in_the_path_is_part_of_the_request() -> None:
    read = Read.model_validate({"path": "/c?state=open&x="})

    made = make_ask(read, "/c?state=open&x=", {"page": 1}, NAMES)

    assert (made.path, made.params) == ("/c", {"state": "open", "x": "", "page": "1"})


def test_a_signature_covers_query_and_body() -> None:
    made = Ask("POST", "/c", {"a": "1"}, {"b": True, "n": None, "c": {"d": [1]}})

    assert made.fields() == {"a": "1", "b": "true", "c": '{"d":[1]}'}


def test_a_form_is_flat_and_signed_field_by_field() -> None:
    read = Read.model_validate(
        {
            "method": "POST",
            "send": "form",
            "path": "/c",
            "body": {"keys": "{keys}", "on": True, "next": "{cursor}"},
        }
    )

    made = make_ask(
        read,
        "/c",
        {"page": 2, "keys": ["a", "b"]},
        [("page.no", "page"), ("x", "keys")],
    )

    assert made.content() == b"keys=a%2Cb&on=true&page.no=2"
    assert made.fields() == {"keys": "a,b", "on": "true", "page.no": "2"}
    assert made.media == "application/x-www-form-urlencoded"


def test_a_followed_address_says_everything_but_who_asks() -> None:
    read = Read.model_validate(
        {"path": "/c?v=1", "params": {"u": "{username}", "from": "{from}", "v": 2}}
    )

    made = follow(read, "/c?v=1", "http://h/c?page=2&page=3")

    assert (made.method, made.path, made.params) == ("GET", "/c", {"u": "{username}"})
    assert made.address == "http://h/c?page=2&page=3"
    assert made.fields() == {"page": "2", "u": "{username}"}
