"""The bytes of GeoReport, JSON and XML of the same rows."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.sharing.api.problems import Refusal
from hub.sharing.open311.form import error, listed, told

ROWS = pl.DataFrame(
    {
        "id": ["a", "b"],
        "name": ["<井盖> & \x0b]]>", None],
        "lat": [30.5, None],
        "on": [True, False],
    }
)


def test_json_has_nulls_and_xml_leaves_them_out() -> None:
    rows = json.loads(listed("json", ROWS, "services", "service"))
    root = ET.fromstring(listed("xml", ROWS, "services", "service"))

    assert rows[1] == {"id": "b", "name": None, "lat": None, "on": False}
    assert root.tag == "services"
    found = [{one.tag: one.text for one in item} for item in root]
    assert found == [
        {"id": "a", "name": "<井盖> & ]]>", "lat": "30.5", "on": "true"},
        {"id": "b", "on": "false"},
    ]


@given(st.lists(st.text(), max_size=5))
def test_whatever_a_text_holds_both_forms_can_be_read(texts: list[str]) -> None:
    sound = [one.encode(errors="ignore").decode() for one in texts]
    frame = pl.DataFrame({"name": sound}, schema={"name": pl.String})

    rows = json.loads(listed("json", frame, "list", "one"))
    root = ET.fromstring(listed("xml", frame, "list", "one"))

    assert [row["name"] for row in rows] == sound
    assert len(root) == len(sound)


def test_no_rows_are_an_empty_list() -> None:
    assert json.loads(listed("json", ROWS.clear(), "services", "service")) == []
    assert len(ET.fromstring(listed("xml", ROWS.clear(), "services", "service"))) == 0


def test_one_thing_has_elements_in_the_singular() -> None:
    value = {"contact": "甲 & 乙", "formats": ["a", "b"], "attributes": []}
    root = ET.fromstring(told("xml", value, "discovery"))

    assert root.findtext("contact") == "甲 & 乙"
    assert [one.text for one in root.findall("formats/format")] == ["a", "b"]
    assert json.loads(told("json", value, "discovery")) == value


def test_an_error_has_its_code_and_its_words() -> None:
    refusal = Refusal(404, "unknown", "no <such> thing", {"Retry-After": "1"})

    as_json = error(refusal, "/requests.json")
    as_xml = error(refusal, "/requests.xml")

    assert as_json.status_code == as_xml.status_code == 404
    assert as_json.headers["retry-after"] == "1"
    assert json.loads(bytes(as_json.body)) == [
        {"code": 404, "description": "no <such> thing"}
    ]
    root = ET.fromstring(bytes(as_xml.body))
    assert (root.tag, root.findtext("error/code")) == ("errors", "404")
    assert root.findtext("error/description") == "no <such> thing"
