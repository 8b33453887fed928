"""CSV against Python's own reader, and against everything that files really hold."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.connectors.base import PartMeta
from hub.connectors.decode import Wanted, csv_reader, decode, row_texts
from hub.connectors.decode.csv_reader import CsvReader
from hub.errors import BatchRefused

NAMES = ("编号", "名称", "note")


def meta(encoding: str | None = None, delimiter: str | None = None) -> PartMeta:
    origin = {"delimiter": delimiter} if delimiter else {}
    return PartMeta(
        sequence=0, media="csv", received_sha256="", encoding=encoding, origin=origin
    )


def wanted(*names: str) -> Wanted:
    return Wanted(frozenset(names), {})


def rows(data: bytes, described: PartMeta, *names: str) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for chunk in decode(io.BytesIO(data), described, wanted(*names)):
        found += chunk.frame.select("__row", *names).rows()
    return found


def broken(data: bytes, *names: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for chunk in decode(io.BytesIO(data), meta(), wanted(*names)):
        found += chunk.broken.rows()
    return found


# NUL ends a text for Python's reader; lone surrogates are in no file.
cells = st.text(
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(cells, min_size=width, max_size=width), min_size=0, max_size=12
    )
)


@settings(deadline=None)
@given(
    tables,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_what_a_writer_wrote_is_read_back(
    table: list[list[str]], delimiter: str, end: str, quoting: int, encoding: str
) -> None:
    width = len(table[0]) if table else 2
    names = [f"列{n}" for n in range(width)]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    if quoting == csv.QUOTE_MINIMAL:
        # Python 3.11 quotes only the line break that it writes itself.
        bare = str.maketrans("", "", "".join(set("\r\n") - set(end)))
        table = [[cell.translate(bare) for cell in row] for row in table]
    writer.writerows([names, *table])

    found = rows(text.getvalue().encode(encoding), meta(encoding, delimiter), *names)

    assert found == [(n, *cells) for n, cells in enumerate(table)]


simple = st.text(st.sampled_from('ab ",\n"'), max_size=5)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(simple, min_size=1, max_size=4), max_size=8))
def test_python_and_we_agree_on_good_and_ragged_rows(table: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([["a", "b"], *table])
    expected = list(csv.reader(io.StringIO(text.getvalue())))[1:]
    data = text.getvalue().encode()

    good = [(n, *row) for n, row in enumerate(expected) if len(row) == 2]
    bad = [(n, "P09") for n, row in enumerate(expected) if len(row) != 2]

    assert rows(data, meta(), "a", "b") == good
    assert broken(data, "a", "b") == bad


@settings(deadline=None, max_examples=30)
@given(st.lists(st.booleans(), max_size=400), st.integers(40, 200))
def test_ordinals_hold_over_blocks(ragged: list[bool], block: int) -> None:
    lines = ["x" if is_ragged else f"{n},{n}" for n, is_ragged in enumerate(ragged)]
    data = "\n".join(["a,b", *lines]).encode()

    reader = CsvReader(io.BytesIO(data), None, None, block=block)
    batches = list(reader.batches([1]))

    good = [(n, str(n)) for n, is_ragged in enumerate(ragged) if not is_ragged]
    found = [
        pair
        for batch in batches
        for pair in zip(batch.ordinals.tolist(), batch.frame["f1"], strict=True)
    ]
    assert found == good
    lost = [n for batch in batches for n in batch.broken.tolist()]
    assert sorted(lost) == [n for n, is_ragged in enumerate(ragged) if is_ragged]


def test_nothing_is_read_as_null_or_number() -> None:
    data = b"a,b\n00123,NA\n1.10,null\n,NaN\n1e5,\n"

    assert rows(data, meta(), "a", "b") == [
        (0, "00123", "NA"),
        (1, "1.10", "null"),
        (2, "", "NaN"),
        (3, "1e5", ""),
    ]


def test_blank_lines_and_the_header_are_not_counted() -> None:
    data = b"\n\na,b\n\n1,2\n\n3\n\n4,5\n\n"

    assert rows(data, meta(), "a") == [(0, "1"), (2, "4")]
    assert broken(data, "a") == [(1, "P09")]


def test_fields_that_did_not_come_are_null_and_visible() -> None:
    (chunk,) = decode(io.BytesIO(b"a,extra\n1,2\n"), meta(), wanted("a", "gone"))

    assert chunk.frame.rows() == [(0, "1", None)]
    assert chunk.frame.schema == {"__row": pl.Int64, "a": pl.String, "gone": pl.String}
    assert chunk.fields == {"a", "extra"}


@pytest.mark.parametrize("cell", ["编 号", "\u3000编号\t", "\ufeff编号", '"编\n号"'])
def test_titles_are_known_but_for_blanks(cell: str) -> None:
    data = f"x,{cell}\n1,2\n".encode()

    assert rows(data, meta(), "编号") == [(0, "2")]


def test_only_a_header_gives_no_rows_but_its_names() -> None:
    (chunk,) = decode(io.BytesIO("编号,名称".encode()), meta(), wanted("编号"))

    assert len(chunk.frame) == 0
    assert chunk.fields == {"编号", "名称"}


def test_unwanted_columns_without_a_title_are_no_obstacle() -> None:
    assert rows(b"a,,\n1,2,3\n", meta(), "a") == [(0, "1")]


def test_mapped_columns_need_not_stand_in_the_headers_order() -> None:
    assert rows(b"x,b,y,a\n1,2,3,4\n", meta(), "a", "b") == [(0, "4", "2")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"\r\n\n", "empty"),
        (b"a,b,a\n1,2,3\n", "more than once"),
        (b'a,b\n1,2\n3,"4\n5,6\n7,8\n', "opened and not closed"),
        (b'a,b\n1,"2', "opened and not closed"),
        (b'a,"b\n1,2\n', "opened and not closed"),
        (b"a,b\n1,\xff\xfe\n", "outside the encoding"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(
    data: bytes, message: str
) -> None:
    with pytest.raises(BatchRefused, match=message) as refused:
        rows(data, meta(), "a", "b")

    assert "3,4" not in str(refused.value)


def test_a_text_larger_than_a_block_is_refused() -> None:
    data = b'a,b\n1,"' + b"x\n" * 500 + b'"\n'
    reader = CsvReader(io.BytesIO(data), None, None, block=200)

    with pytest.raises(BatchRefused, match="damaged"):
        list(reader.batches([0]))


def test_records_are_shown_again_as_they_came() -> None:
    data = '编号,名称,note\n1,"a,b",\n2\n3,"say ""hi""",x y\n4,5,6,7\n'.encode()

    shown = row_texts(io.BytesIO(data), meta(), pl.Series([3, 0, 1, 2]))

    assert shown.schema == {"__row": pl.Int64, "text": pl.String}
    assert shown.rows() == [
        (0, '1,"a,b",'),
        (1, "2"),
        (2, '3,"say ""hi""",x y'),
        (3, "4,5,6,7"),
    ]


@settings(deadline=None)
@given(tables)
def test_shown_records_hold_the_same_cells(table: list[list[str]]) -> None:
    width = len(table[0]) if table else 2
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([[f"c{n}" for n in range(width)], *table])
    data = text.getvalue().encode()

    shown = row_texts(
        io.BytesIO(data),
        meta(delimiter=";"),
        pl.Series(range(len(table)), dtype=pl.Int64),
    )

    again = [
        next(csv.reader(io.StringIO(record, newline=""), delimiter=";"), [])
        for record in shown["text"]
    ]
    assert again == table


@pytest.mark.parametrize("cut", range(20, 60))
def test_where_the_first_look_at_a_file_ends_does_not_matter(
    monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    """It ended inside a character of a record, and the file was refused."""
    monkeypatch.setattr(csv_reader, "_PEEK", cut)
    data = "编号,名称,n\n1,硚口区民族街,x\n2,江汉区花楼街,x\n3,武昌区,x\n".encode()

    found = rows(data, meta(), "编号", "名称")

    assert [row[2] for row in found] == ["硚口区民族街", "江汉区花楼街", "武昌区"]
