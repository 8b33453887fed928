"""Two spellings of one word: traditional and simplified characters (trap T41).

What lives here: finding the word of a list that a text means although it is written
in the other script. For comparison only: no text is changed by it. What does not:
widths, brackets and blanks (`text`), the lists (value tables of partner files).
"""

from __future__ import annotations

from functools import cache

import polars as pl
from opencc import OpenCC

# 硚口 is written 桥口 as well, which no general table knows.
VARIANTS = {"硚": "桥"}
_BETWEEN = "\x1f"  # never inside a text: control signs are taken out before


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplified(texts: pl.Series) -> pl.Series:
    """The texts in simplified characters; null stays null."""
    known = texts.drop_nulls().unique()
    if not len(known):
        return texts
    joined = _BETWEEN.join(known.to_list())
    plain = pl.Series(_converter().convert(joined).split(_BETWEEN))
    for variant, usual in VARIANTS.items():
        plain = plain.str.replace_all(variant, usual, literal=True)
    return texts.replace_strict(known, plain, default=None, return_dtype=pl.String)


def as_listed(texts: pl.Series, listed: pl.Series) -> pl.Series:
    """Texts, those in the other script as the list writes them.

    Args:
        texts: folded texts; null stays null.
        listed: folded words.

    Returns:
        The word of the list where exactly one has the same simplified form, else
        the text as it is.
    """
    lost = texts.filter(texts.is_not_null() & ~texts.is_in(listed.implode())).unique()
    if not len(lost) or lost.str.len_bytes().sum() == lost.str.len_chars().sum():
        return texts
    words = listed.unique()
    forms = pl.DataFrame({"word": words, "form": simplified(words)})
    once = forms.filter(pl.len().over("form") == 1)
    found = pl.DataFrame({"text": lost, "form": simplified(lost)}).join(once, on="form")
    return texts.replace(found["text"], found["word"])
