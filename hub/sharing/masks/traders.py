"""Masks of what the register says of a sole trader, whose trade is a person's.

What lives here: which credit codes lead to a person, and what then becomes of the code
and of the name on the licence (sharing §4). What does not: names of persons (`names`).
"""

from __future__ import annotations

import polars as pl

from hub.sharing.join_keys import JoinKey, token
from hub.sharing.masks.names import name
from hub.sharing.masks.signs import plain, trimmed

SOLE_TRADER = "92"
BIRTH = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
# In former years traders were registered for taxes under the identity number of
# their owner, with or without two signs behind it.
IDENTITY = (
    rf"^[1-8][0-9]{{5}}(?:(?:18|19|20)[0-9]{{2}}{BIRTH}[0-9]{{3}}[0-9X]"
    rf"|[0-9]{{2}}{BIRTH}[0-9]{{3}})(?:[0-9A-Z]{{2}})?$"
)
CODE = "^[0-9A-Z]{18}$"
# No sole trader may call itself so (企业名称登记管理规定); public bodies beside.
NO_TRADER = r"(?:公司|合作社|企业|集团|委员会|村委会|居委会|办事处|人民政府)$"


def _signs(code: pl.Expr) -> pl.Expr:
    return plain(code).str.replace_all("[^0-9A-Z]", "")


def leads_to_person(code: pl.Expr) -> pl.Expr:
    """Whether a code is a sole trader's (92…) or an identity number; null for null."""
    signs = _signs(code)
    return signs.str.starts_with(SOLE_TRADER) | signs.str.contains(IDENTITY)


def uscc(value: pl.Expr, key: JoinKey) -> pl.Expr:
    """A credit code: whole, or a pseudonym where it leads to a person."""
    leads = leads_to_person(value)
    hashed = token(pl.when(leads).then(value), "code", key)
    return pl.when(leads).then(hashed).otherwise(value)


def owner_name(value: pl.Expr, code: pl.Expr) -> pl.Expr:
    """Licence name: as a person's name, unless it is known to be no sole trader's.

    Args:
        value: the name as on the licence.
        code: credit code of the same row. Without one the name stays whole only if no
            sole trader may bear it (…公司, …合作社).
    """
    leads = leads_to_person(code).fill_null(value=False)
    is_body = _signs(code).str.contains(CODE).fill_null(value=False)
    is_named_so = trimmed(value).str.contains(NO_TRADER)
    return pl.when(~leads & (is_body | is_named_so)).then(value).otherwise(name(value))
