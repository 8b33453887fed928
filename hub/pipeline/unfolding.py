"""One row as sent → the rows of one emit: one fact or several, or none.

What lives here: unfolding nested lists and cells that hold several things, and the
condition under which a row emits at all. What does not: what the facts say
(`normalise`).
"""

from __future__ import annotations

import polars as pl

from hub.partners import spec
from hub.pipeline import text as words
from hub.pipeline.columns import computed

ROW = "__row"


def unfold(frame: pl.DataFrame, emit: spec.Emit) -> pl.DataFrame:
    """The source rows of one emit: one per list element, filtered by `when`.

    Fields of an element keep their names; the enclosing row's are `../name`.
    """
    if emit.explode:
        inside = pl.col(emit.explode)
        if emit.split is not None:
            inside = pieces(inside, emit.split).alias(emit.explode)
        own = {ROW} if emit.split is not None else {ROW, emit.explode}
        parents = [c for c in frame.columns if c not in own]
        frame = (
            frame.select(
                ROW,
                inside,
                *(pl.col(name).alias(f"../{name}") for name in parents),
            )
            .filter(pl.col(emit.explode).list.len() > 0)
            .explode(emit.explode)
            .unnest(emit.explode)
        )
    if emit.when:
        wanted = computed(frame, emit.when, words.fold)
        frame = frame.filter(wanted.fill_null(value=False))
    return frame


def pieces(cell: pl.Expr, separators: str | tuple[str, ...]) -> pl.Expr:
    """A cell cut at every separator: a list of structs with the field `#text`."""
    for separator in (separators,) if isinstance(separators, str) else separators:
        cell = cell.str.replace_all(separator, "\x1f", literal=True)
    trimmed = pl.element().str.strip_chars(words.BLANKS)
    filled = pl.when(trimmed != "").then(trimmed)
    return cell.str.split("\x1f").list.eval(
        pl.struct(filled.drop_nulls().alias("#text"))
    )
