"""JSON laid out as text: nothing rounded, nothing bent, nothing lost."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.connectors.base import PartMeta
from hub.connectors.decode import Rows, Wanted, decode, row_texts
from hub.errors import BatchRefused

WANTED = Wanted(
    frozenset({"id", "unit.id", "note"}),
    {"steps": frozenset({"no", "by"}), "deep.media": frozenset({"path"})},
)


def meta(media: str = "json", records: str | None = None, **given: str) -> PartMeta:
    return PartMeta(
        sequence=0,
        media=media,  # type: ignore[arg-type]
        received_sha256="",
        records=records,
        encoding=given.get("encoding"),
    )


def lay(text: str, wanted: Wanted = WANTED, *, records: str | None = None) -> Rows:
    (rows,) = decode(io.BytesIO(text.encode()), meta(records=records), wanted)
    return rows


def one(text: str, name: str) -> object:
    rows = lay(f"[{text}]", Wanted(frozenset({name}), {}))
    assert len(rows.broken) == 0
    return rows.frame[name][0]


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("1.10", "1.10"),
        ("-0", "-0"),
        ("1E+3", "1E+3"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        (
            "0.1000000000000000055511151231257827",
            "0.1000000000000000055511151231257827",
        ),
        ("true", "true"),
        ("false", "false"),
        ("null", None),
        ('""', ""),
        ('" 00123\\t"', " 00123\t"),
        ('"a\tb\nc"', "a\tb\nc"),
        ('"\\u0000x"', "\0x"),
        ('"\\ud83d\\ude00 𬭳"', "😀 𬭳"),
        ('"\\ud800 cut"', "\ufffd cut"),
        ('{"x": 1.50, "y": [true, null, "q\\""]}', '{"x":1.50,"y":[true,null,"q\\""]}'),
        ("[1, 2.0]", "[1,2.0]"),
        ("{}", "{}"),
    ],
)
def test_a_scalar_keeps_every_sign_of_it(sent: str, text: str | None) -> None:
    assert one(f'{{"v": {sent}}}', "v") == text


def test_one_surprise_does_not_change_its_neighbours() -> None:
    rows = lay(
        '[{"id": 1.0}, {"id": {"a": 2.0}}, {"id": null},'
        ' {"id": true}, {"id": "\\ud800"}]'
    )

    assert rows.frame["id"].to_list() == ["1.0", '{"a":2.0}', None, "true", "\ufffd"]


def test_nested_fields_come_by_dotted_path() -> None:
    rows = lay('[{"unit": {"id": 7, "name": "x"}}, {"unit": null}, {}]')

    assert rows.frame["unit.id"].to_list() == ["7", None, None]
    assert rows.fields == {"unit.id", "unit.name"}


def test_a_field_with_a_dot_in_its_name_is_itself() -> None:
    assert one('{"unit.id": 8}', "unit.id") == "8"


def test_lists_of_objects_become_lists_of_structs() -> None:
    rows = lay(
        '[{"id": 1, "steps": [{"no": 1, "by": "甲"}, {"no": 2.50, "x": {"y": 1}}]},'
        ' {"id": 2, "steps": []}, {"id": 3, "deep": {"media": [{"path": "p"}]}}]'
    )

    assert rows.frame["steps"].to_list() == [
        [{"by": "甲", "no": "1"}, {"by": None, "no": "2.50"}],
        None,
        None,
    ]
    assert rows.frame["deep.media"].to_list() == [None, None, [{"path": "p"}]]
    assert rows.fields == {
        "id",
        "steps",
        "steps.no",
        "steps.by",
        "steps.x.y",
        "deep.media",
        "deep.media.path",
    }


def test_columns_have_their_types_even_where_nothing_came() -> None:
    rows = lay("[]")

    texts = pl.List(pl.Struct({"by": pl.String, "no": pl.String}))
    assert dict(rows.frame.schema) == {
        "__row": pl.Int64,
        "id": pl.String,
        "note": pl.String,
        "unit.id": pl.String,
        "deep.media": pl.List(pl.Struct({"path": pl.String})),
        "steps": texts,
    }
    assert dict(lay('[{"steps": [{"no": 1}]}]').frame.schema)["steps"] == texts


@pytest.mark.parametrize(
    "row",
    [
        '{"unit": "街道"}',
        '{"unit": [{"id": 1}]}',
        '{"unit": 5}',
        '{"steps": {"no": 1}}',
        '{"steps": "x"}',
        '{"steps": ["a"]}',
        '{"steps": [{"no": 1}, null]}',
        '{"deep": {"media": {"path": 1}}}',
        '"text"',
        "null",
        "[]",
    ],
)
def test_what_cannot_be_laid_out_is_a_broken_row_and_no_null(row: str) -> None:
    rows = lay(f'[{{"id": 1}}, {row}, {{"id": 3}}]')

    assert rows.frame.select("__row", "id").rows() == [(0, "1"), (2, "3")]
    assert rows.broken.rows() == [(1, "P09")]


@pytest.mark.parametrize("nothing", ['""', "[]", "{}", "null", "false"])
def test_words_for_nothing_are_no_surprise(nothing: str) -> None:
    rows = lay(f'[{{"id": 1, "unit": {nothing}, "steps": {nothing}}}]')

    assert rows.frame.select("unit.id", "steps").rows() == [(None, None)]
    assert len(rows.broken) == 0


def test_the_rows_stand_at_the_declared_path() -> None:
    rows = lay('{"data": [{"list": [{"id": 1}]}]}', records="data.0.list")

    assert rows.frame["id"].to_list() == ["1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"rows": [1', "not JSON from character"),
        ('[{"id": NaN}]', "NaN"),
        ('[{"id": -Infinity}]', "NaN or Infinity"),
        ('[{"id": "c4nary", "id": 2}]', "one key stands twice"),
        ("[" * 5000, "nested too deeply"),
        ('{"id": 1}', "no list at the top"),
    ],
)
def test_what_is_no_acceptable_json_is_refused(text: str, message: str) -> None:
    with pytest.raises(BatchRefused, match=message) as refused:
        lay(text)

    assert "c4nary" not in str(refused.value)


def test_a_body_in_another_encoding_is_read_by_its_description() -> None:
    body = '[{"id": "硚口"}]'.encode("gb18030")

    (rows,) = decode(io.BytesIO(body), meta(encoding="gb18030"), WANTED)

    assert rows.frame["id"].to_list() == ["硚口"]
    with pytest.raises(BatchRefused, match="not in utf-8"):
        list(decode(io.BytesIO(body), meta(), WANTED))


def test_rows_are_shown_again_with_their_digits() -> None:
    body = b'{"l": [{"id": 1.10}, 7.0, {"n": null, "t": "\\u4e2d"}]}'

    shown = row_texts(io.BytesIO(body), meta(records="l"), pl.Series([2, 0, 1]))

    assert shown.rows() == [
        (2, '{"n":null,"t":"中"}'),
        (0, '{"id":1.10}'),
        (1, "7.0"),
    ]


LINES = (
    b'\xef\xbb\xbf{"id": 1}\r\n\r\n{"id": 2\n{"id": 3}, {"id": 4}\n[5\n, 6]\n{"id": 7}'
)


def test_a_line_is_a_row_or_broken_and_never_its_neighbours() -> None:
    (rows,) = decode(io.BytesIO(LINES), meta("jsonl"), WANTED)

    assert rows.frame.select("__row", "id").rows() == [(0, "1"), (5, "7")]
    assert rows.broken["__row"].to_list() == [1, 2, 3, 4]
    shown = row_texts(io.BytesIO(LINES), meta("jsonl"), pl.Series([1, 2, 5]))
    assert shown.rows() == [
        (1, '{"id": 2'),
        (2, '{"id": 3}, {"id": 4}'),
        (5, '{"id": 7}'),
    ]


def test_no_lines_are_no_rows_but_a_chunk() -> None:
    (rows,) = decode(io.BytesIO(b"\n"), meta("jsonl"), WANTED)

    assert len(rows.frame) == 0


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.one_of(
            st.integers(0, 99).map(lambda n: f'{{"id": {n}}}'),
            st.sampled_from(
                ['{"id": ', "[1", "]", "{}{}", '"x"', "nul", '{"id":1},{}']
            ),
        ),
        max_size=30,
    )
)
def test_lines_are_judged_one_by_one_however_they_are_parsed(lines: list[str]) -> None:
    def alone(line: str) -> str | None:
        try:
            value = json.loads(line)
        except ValueError:
            return None
        return str(value.get("id")) if isinstance(value, dict) else None

    body = "\n".join(lines).encode()

    chunks = list(decode(io.BytesIO(body), meta("jsonl"), WANTED))

    good = [(n, alone(line)) for n, line in enumerate(lines) if alone(line) is not None]
    assert [r for c in chunks for r in c.frame.select("__row", "id").rows()] == good
    lost = [n for n, line in enumerate(lines) if alone(line) is None]
    assert [n for c in chunks for n in c.broken["__row"]] == lost
