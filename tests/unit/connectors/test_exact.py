"""JSON that is read and written again stays the same, digit for digit."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connectors.exact import MISSING, NotJson, Number, as_text, dig, dump, load

texts = st.text(st.characters(exclude_categories=("Cs",)))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(values)
def test_what_is_loaded_is_dumped_again(value: object) -> None:
    sent = json.dumps(value, ensure_ascii=False)

    assert json.loads(dump(load(sent))) == value


@pytest.mark.parametrize(
    "number", ["1.10", "-0.0", "1E400", "9" * 60, "0.1000000000000000055511151231"]
)
def test_digits_survive(number: str) -> None:
    assert dump(load(f'{{"a":[{number}]}}')) == f'{{"a":[{number}]}}'.encode()


def test_lone_surrogates_are_mended_everywhere() -> None:
    found = dump(load('{"\\ud800k": ["\\udfff", 1.0], "x": {"y": "ok"}}'))

    assert found == '{"\ufffdk":["\ufffd",1.0],"x":{"y":"ok"}}'.encode()


@pytest.mark.parametrize(
    ("text", "breaks_off"),
    [('{"a":', True), ("", True), ("[NaN]", False), ('{"a":1,"a":2}', False)],
)
def test_what_may_be_the_beginning_of_good_json_is_told_apart(
    text: str, breaks_off: bool
) -> None:
    with pytest.raises(NotJson) as failed:
        load(text)

    assert failed.value.breaks_off is breaks_off


DOC = load('{"a": {"b": [{"c": 1.50}, null]}, "n": null, "": 3}')


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b.0.c", Number("1.50")),
        ("n", None),
        ("a.b.1", None),
        (None, DOC),
        ("a.x", MISSING),
        ("a.b.2", MISSING),
        ("a.b.c", MISSING),
        ("n.x", MISSING),
        ("a.b.-1", MISSING),
    ],
)
def test_a_path_leads_somewhere_or_says_so(path: str | None, found: object) -> None:
    assert dig(DOC, path) == found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (MISSING, None),
        (True, "true"),
        (0, "0"),
        (2.5, "2.5"),
        (Number("1.0"), "1.0"),
        ([Number("1.0")], "[1.0]"),
        ("", ""),
    ],
)
def test_scalars_as_text(value: object, text: str | None) -> None:
    assert as_text(value) == text
