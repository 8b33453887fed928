"""The masks by the names that the schemas use (sharing §4).

What lives here: each mask with its Chinese label, its rule in words and the expression
that carries it out. What does not: the expressions of single kinds (`names`,
`numbers`, `addresses`, `free_text`), and applying several to a frame (`apply`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from hub.sharing.join_keys import JoinKey, normalised, token_of
from hub.sharing.masks.addresses import address
from hub.sharing.masks.free_text import scrub
from hub.sharing.masks.names import name
from hub.sharing.masks.numbers import idno, idno_strict, phone, plate
from hub.sharing.masks.traders import owner_name, uscc

Rule = Callable[[pl.Expr], pl.Expr]
KeyedRule = Callable[[pl.Expr, JoinKey], pl.Expr]
BesideRule = Callable[[pl.Expr, pl.Expr], pl.Expr]


@dataclass(frozen=True, kw_only=True)
class Mask:
    """One mask.

    Attributes:
        name: as in the schemas.
        label: its Chinese name.
        text: the rule in one English clause.
        masked: column → masked column; None where another of these holds, or where
            the column is left out.
        keyed: column → masked column, with a join key.
        normal: what the column becomes before that, the same for every key; None =
            it stays as it is.
        beside: the same with another column of the row.
        other: name of that other column; nulls stand in for one that is not there.
    """

    name: str
    label: str
    text: str
    masked: Rule | None = None
    normal: Rule | None = None
    keyed: KeyedRule | None = None
    beside: BesideRule | None = None
    other: str | None = None

    @property
    def drops(self) -> bool:
        """Whether the column is left out altogether."""
        return not (self.masked or self.keyed or self.beside)


def code(value: pl.Expr) -> pl.Expr:
    """The one form of an identifier, whoever wrote it."""
    return normalised(value, "code")


def _named(*masks: Mask) -> Mapping[str, Mask]:
    return MappingProxyType({one.name: one for one in masks})


MASKS: Mapping[str, Mask] = _named(
    Mask(
        name="name",
        label="姓名脱敏",
        text="the surname stays, one star per further sign",
        masked=name,
    ),
    Mask(
        name="phone",
        label="电话脱敏",
        text="mobile 3 + 4 digits, landline area code + 4",
        masked=phone,
    ),
    Mask(
        name="idno", label="证件号脱敏", text="the first 6 and last 4 stay", masked=idno
    ),
    Mask(
        name="idno_strict",
        label="证件号严格脱敏",
        text="the first and the last sign stay",
        masked=idno_strict,
    ),
    Mask(
        name="address",
        label="地址脱敏",
        text="cut behind community, estate, or road and number",
        masked=address,
    ),
    Mask(
        name="plate",
        label="车牌脱敏",
        text="the first two and the last two signs stay",
        masked=plate,
    ),
    Mask(
        name="uscc",
        label="信用代码脱敏",
        text="whole; of a sole trader (92…) a pseudonym",
        keyed=uscc,
    ),
    Mask(
        name="owner_name",
        label="经营者名称脱敏",
        text="licence name of a sole trader as a name, others whole",
        beside=owner_name,
        other="uscc_id",
    ),
    Mask(
        name="scrub",
        label="文本清洗",
        text="phones, identity numbers and plates become words",
        masked=scrub,
    ),
    Mask(
        name="pseudonym",
        label="假名化",
        text="a token that joins for one recipient and purpose",
        normal=code,
        # A token that joins for one recipient and purpose only (sharing §5).
        keyed=token_of,
    ),
    Mask(name="drop", label="不提供", text="the column is left out"),
)
