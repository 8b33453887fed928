"""Where rows stand in an answer that nobody has described."""

from __future__ import annotations

from hub.onboarding.records import document_in, paths_of, records_in


def test_the_longest_list_of_objects_is_the_rows() -> None:
    doc = {
        "code": 0,
        "data": {"filters": [{"a": 1}], "rows": [{"id": 1}, {"id": 2, "pics": [{}]}]},
    }

    assert records_in(doc) == "data.rows"


def test_a_document_may_be_the_list_itself_or_hold_none() -> None:
    assert records_in([{"id": 1}]) == ""
    assert records_in({"code": 0, "rows": []}) is None


def test_a_document_inside_a_text_is_found() -> None:
    doc = {"Envelope": {"Body": {"return": " <Result><code>0</code></Result>"}}}

    assert document_in(doc) == "Envelope.Body.return"


def test_fields_come_in_the_senders_order() -> None:
    assert paths_of({"b": 1, "a": {"z": 1, "y": 2}}) == ["b", "a.z", "a.y"]
