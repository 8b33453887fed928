"""Masks applied to a frame: all of them in one select.

What lives here: the masks of a dataset's columns as the schema declares them, and
carrying them out. What does not: which columns a grant covers, and the masks
themselves (`registry`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import polars as pl

from hub.errors import DeclarationError, MisuseError
from hub.schemas import Dataset
from hub.sharing.join_keys import JoinKey
from hub.sharing.masks.registry import MASKS, Mask


class Masked(NamedTuple):
    """What is left of a frame.

    Attributes:
        frame: the masked rows, in the order they came.
        columns: the columns left, in the order asked for.
        dropped: columns that were asked for and are left out by their mask.
    """

    frame: pl.DataFrame
    columns: tuple[str, ...]
    dropped: tuple[str, ...]


def masks_of(ds: Dataset, columns: Collection[str]) -> dict[str, str | None]:
    """Column → mask as the schema declares it, None for whole values.

    Args:
        ds: the dataset.
        columns: those that a grant covers.

    Raises:
        MisuseError: the dataset has no such column.
    """
    known = {one.name: one.mask for one in ds.all_columns}
    _refuse_unknown(f"mask {ds.name}", set(columns) - set(known), known)
    return {name: known[name] for name in columns}


def reads(masks: Mapping[str, str | None]) -> tuple[str, ...]:
    """Columns to read for these masks: their own but the dropped, and those beside.

    Raises:
        DeclarationError: a mask that nobody knows.
    """
    wanted: dict[str, None] = {}
    for name, mask in masks.items():
        rule = mask_named(mask) if mask is not None else None
        if rule is None or not rule.drops:
            wanted[name] = None
        if rule is not None and rule.other is not None:
            wanted[rule.other] = None
    return tuple(wanted)


def mask_named(name: str) -> Mask:
    """One mask.

    Raises:
        DeclarationError: there is none of this name.
    """
    if name not in MASKS:
        raise DeclarationError(
            f"mask values by {name}",
            seen="there is no such mask",
            next_step=f"Masks are {', '.join(MASKS)}.",
        )
    return MASKS[name]


def apply_masks(
    frame: pl.DataFrame, masks: Mapping[str, str | None], key: JoinKey | None = None
) -> Masked:
    """The columns asked for, each masked; null stays null.

    Args:
        frame: rows as stored, with the columns of `reads`.
        masks: column → mask, or None for whole values. A column that is not named
            here is not handed out, whatever the frame holds.
        key: of the recipient and the purpose, where a mask makes pseudonyms.

    Raises:
        MisuseError: a column is not in the frame or no text, or a key is lacking.
        DeclarationError: a mask that nobody knows.
    """
    rules = {
        name: None if mask is None else mask_named(mask) for name, mask in masks.items()
    }
    dropped = tuple(name for name, rule in rules.items() if rule and rule.drops)
    left = tuple(name for name in rules if name not in dropped)
    _refuse_unknown("mask a frame", set(left) - set(frame.columns), frame.schema)
    exprs = [_masked(frame, name, rule, key) for name, rule in _worked(rules, left)]
    # Pages are small and many: only what a mask changes is worked on.
    masked = frame.with_columns(exprs) if exprs else frame
    return Masked(pl.DataFrame([masked[name] for name in left]), left, dropped)


def normal_of(name: str, mask: str) -> pl.Expr:
    """The form of a column's values that a recipient's key is put to."""
    normal = MASKS[mask].normal
    assert normal is not None
    return normal(pl.col(name))


def keyed_of(value: pl.Expr, mask: str, key: JoinKey) -> pl.Expr:
    """The masked column of values in the form of `normal_of`."""
    keyed = MASKS[mask].keyed
    assert keyed is not None
    return keyed(value, key)


def _worked(
    rules: Mapping[str, Mask | None], left: Collection[str]
) -> list[tuple[str, Mask]]:
    """The columns that a mask changes."""
    return [(name, rule) for name in left if (rule := rules[name]) is not None]


def _masked(frame: pl.DataFrame, name: str, rule: Mask, key: JoinKey | None) -> pl.Expr:
    value = pl.col(name)
    if frame.schema[name] != pl.String:
        raise MisuseError(
            f"mask the column {name} by {rule.name}",
            seen=f"it holds {frame.schema[name]} and no text",
            next_step="Give it the mask drop, or hand out another column.",
        )
    if rule.keyed is not None:
        if key is None:
            raise MisuseError(
                f"mask the column {name} by {rule.name}",
                seen="no join key was given",
                next_step="Derive one for the recipient and the purpose of the grant.",
            )
        value = value if rule.normal is None else rule.normal(value)
        return rule.keyed(value, key).alias(name)
    if rule.beside is not None:
        is_there = rule.other in frame.columns
        other = pl.col(str(rule.other)) if is_there else pl.lit(None, dtype=pl.String)
        return rule.beside(value, other).alias(name)
    assert rule.masked is not None
    return rule.masked(value).alias(name)


def _refuse_unknown(attempted: str, unknown: set[str], known: Collection[str]) -> None:
    if unknown:
        raise MisuseError(
            attempted,
            seen=f"there is no column {', '.join(sorted(unknown))}",
            next_step=f"Columns are {', '.join(known)}.",
        )
