"""The mask of free text: numbers that lead to a person become words (sharing §4).

What lives here: finding mobiles, landlines with their area code, identity numbers and
plates however they are typed. Landlines go beyond the clause, which names mobiles
only. What does not: names; forms of address such as 张先生 stay.

A run of digits that only contains a mobile (a case number, a grid code) is none, so
each number is looked for between signs that are no digits.
"""

from __future__ import annotations

import polars as pl

from hub.sharing.masks.signs import BETWEEN, DIGIT, LETTER

PHONE, IDENTITY, PLATE = "[电话]", "[证件号]", "[车牌]"


def _spaced(*signs: str) -> str:
    """Signs that may be typed apart."""
    return BETWEEN.join(signs)


def _alone(pattern: str) -> str:
    """A pattern that no digit precedes or follows; both neighbours are groups."""
    return f"(^|[^{DIGIT}])(?:{pattern})($|[^{DIGIT}])"


def _digits(count: int) -> tuple[str, ...]:
    return (f"[{DIGIT}]",) * count


def _either(*pairs: tuple[str, str]) -> str:
    """Two digits, of which the first decides on the second; they too may be apart."""
    return "(?:" + "|".join(_spaced(*pair) for pair in pairs) + ")"


# Provinces of GB/T 2260, and 91 of permanent residents: a number that begins with 20
# is the year of a case number.
PROVINCE = _either(
    ("[1１]", "[1-5１-５]"), ("[2２]", "[1-3１-３]"), ("[3３]", "[1-7１-７]"),
    ("[4４]", "[1-6１-６]"), ("[5５]", "[0-4０-４]"), ("[6６]", "[1-5１-５]"),
    ("[78７８]", "[1-3１-３]"), ("[9９]", "[1１]"),
)  # fmt: skip
MONTH = _either(("[0０]", "[1-9１-９]"), ("[1１]", "[0-2０-２]"))
DAY = _either(
    ("[0０]", "[1-9１-９]"), ("[12１２]", "[0-9０-９]"), ("[3３]", "[01０１]")
)
CENTURY = _either(("[1１]", "[89８９]"), ("[2２]", "[0０]"))
LONG = _spaced(
    PROVINCE, *_digits(4), CENTURY, *_digits(2), MONTH, DAY, *_digits(3),
    f"[{DIGIT}XxＸｘ]",
)  # fmt: skip
SHORT = _spaced(PROVINCE, *_digits(4), *_digits(2), MONTH, DAY, *_digits(3))
COUNTRY = f"(?:(?:[+＋]|[0０]{{2}})?{BETWEEN}[8８][6６]{BETWEEN}|[0０])?"
MOBILE = COUNTRY + _spaced("[1１]", "[3-9３-９]", *_digits(9))
AREA = f"[(（]?[0０](?:[1１][0０]|[2２][{DIGIT}]|[3-9３-９][{DIGIT}]{{2}})"
LANDLINE = f"{AREA}{BETWEEN}[2-9２-９]{BETWEEN}{_spaced(*_digits(6))}[{DIGIT}]?"
SOME = rf"[{LETTER}{DIGIT}]"
HAN = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使]"
CAR = (
    rf"{HAN}{BETWEEN}[{LETTER}]{BETWEEN}"
    rf"(?:[A-Ka-kＡ-Ｋａ-ｋ]{SOME}[{DIGIT}]{{4}}|[{DIGIT}]{{5}}[A-Ka-kＡ-Ｋａ-ｋ]"
    rf"|{SOME}{{4}}(?:{SOME}|[挂学警港澳领使]))"
)


def scrub(value: pl.Expr) -> pl.Expr:
    """Free text without mobiles, landlines, identity numbers and plates.

    `请联系138-1234-8000` → `请联系[电话]`. Nothing else of the text changes.
    """
    text = value.str.replace_all(CAR, PLATE)
    for pattern, word in (
        (_alone(f"{LONG}|{SHORT}"), IDENTITY),
        (_alone(f"{MOBILE}|{LANDLINE}"), PHONE),
    ):
        # Twice: two numbers with one sign between them share that sign.
        for _ in range(2):
            text = text.str.replace_all(pattern, "${1}" + word + "${2}")
    return text
