"""Whatever is masked: nothing passes as valid, nothing personal is left in a text."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.schemas.formats import national_formats
from hub.sharing.join_keys import JoinKey
from hub.sharing.masks import MASKS, apply_masks

KEY = JoinKey("1-test", "6b" * 32)
FORMATS = national_formats()
IDNO = r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]"
PLATE = r"[京津沪鄂湘][A-HJ-K][A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9学警]"
VALID = {
    "phone": FORMATS["phone"],
    "idno": rf"^(?:{IDNO}|\d{{15}})$",
    "idno_strict": rf"^(?:{IDNO}|\d{{15}})$",
    "plate": rf"^{PLATE}$",
}


def _digits(count: int) -> st.SearchStrategy[str]:
    return st.integers(0, 10**count - 1).map(lambda number: f"{number:0{count}}")


def _joined(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    drawn = [st.just(part) if isinstance(part, str) else part for part in parts]
    return st.tuples(*drawn).map("".join)


DATE = st.dates(date(1930, 1, 1), date(2020, 12, 31)).map("{:%Y%m%d}".format)
SECOND = st.sampled_from("3456789")
MOBILE = _joined("1", SECOND, _digits(9))
LONG = _joined("4201", _digits(2), DATE, _digits(3), st.sampled_from("0123456789X"))
SHORT = _joined("42", _digits(4), DATE.map(lambda day: day[2:]), _digits(3))
AREA = st.sampled_from(["010", "027", "0713"])
SHAPES = {
    "phone": st.one_of(
        MOBILE,
        _joined(AREA, st.sampled_from(["", "-"]), SECOND, _digits(6)),
        _joined(AREA, "-", SECOND, _digits(7), "-", _digits(3)),
        _joined("400-", _digits(3), "-", _digits(4)),
        _joined(SECOND, _digits(7)),
        _joined("1", _digits(4)),
    ),
    "idno": LONG | SHORT,
    "idno_strict": LONG | SHORT,
    "plate": _joined(
        st.sampled_from("京津沪鄂湘"),
        st.sampled_from("ABDF"),
        _digits(4),
        st.sampled_from("0A学警"),
    ),
}
SEPARATORS = st.sampled_from(["", " ", "-", "\u3000", "－", "--", "\u200b"])
WORDS = st.text("某路占道经营张先生，。反映 \n", max_size=6)


def _told(mask: str, values: list[str | None]) -> list[str | None]:
    frame = pl.DataFrame({"x": values}, schema={"x": pl.String})
    return apply_masks(frame, {"x": mask}, KEY).frame["x"].to_list()


def _full(text: str) -> str:
    return "".join(
        chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text
    )


@settings(max_examples=50, deadline=None)
@given(data=st.data(), mask=st.sampled_from(sorted(VALID)))
def test_what_is_masked_passes_for_no_valid_value(
    data: st.DataObject, mask: str
) -> None:
    values = data.draw(st.lists(SHAPES[mask], min_size=1, max_size=8))

    for value, told in zip(values, _told(mask, [*values]), strict=True):
        assert told is not None
        assert re.search(VALID[mask], value)
        assert not re.search(VALID[mask], told)
        assert "*" in told
        assert sum(sign.isdigit() for sign in told) < sum(
            sign.isdigit() for sign in value
        )


@settings(max_examples=50, deadline=None)
@given(names=st.lists(st.text(min_size=1, max_size=12), max_size=10))
def test_no_name_stays_whole(names: list[str]) -> None:
    for name, told in zip(names, _told("name", [*names]), strict=True):
        assert told is not None
        assert told == "" or "*" in told
        assert told != name or set(name) <= set("*·") or "*" in name


@st.composite
def typed_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A number as somebody types it, and the word that stands for it."""
    number, word = draw(
        st.one_of(
            MOBILE.map(lambda number: (number, "[电话]")),
            (LONG | SHORT).map(lambda number: (number, "[证件号]")),
        )
    )
    apart = draw(SEPARATORS)
    cuts = draw(st.sets(st.integers(1, len(number) - 1), max_size=3))
    typed = "".join(apart * (at in cuts) + sign for at, sign in enumerate(number))
    return (_full(typed) if draw(st.booleans()) else typed), word


@settings(max_examples=60, deadline=None)
@given(numbers=st.lists(typed_numbers(), min_size=1, max_size=4), words=st.data())
def test_no_typed_number_stays_in_a_text(
    numbers: list[tuple[str, str]], words: st.DataObject
) -> None:
    between = ["请" + words.draw(WORDS) + "联" for _ in range(len(numbers) + 1)]
    typed = between[0] + "".join(
        number + rest for (number, _), rest in zip(numbers, between[1:], strict=True)
    )
    expected = between[0] + "".join(
        word + rest for (_, word), rest in zip(numbers, between[1:], strict=True)
    )

    told = _told("scrub", [typed])

    assert told == [expected]
    assert _told("scrub", told) == told


@settings(max_examples=30, deadline=None)
@given(
    road=st.text("中山解放", min_size=1, max_size=3),
    number=st.integers(1, 999),
    block=st.integers(1, 99),
    room=st.integers(101, 3399),
    estate=st.sampled_from(["", "某小区", "某社区"]),
)
def test_no_address_is_finer_than_a_house(
    road: str, number: int, block: int, room: int, estate: str
) -> None:
    coarse = f"{road}路{number}号{estate}"

    assert _told("address", [f"{coarse}{block}栋2单元{room}室"]) == [coarse]
    assert _told("address", [f"{coarse}{block}幢{room}"]) == [coarse]


def test_null_stays_null_under_every_mask() -> None:
    for name, mask in MASKS.items():
        if not mask.drops:
            assert _told(name, [None, "张三", None])[::2] == [None, None]
