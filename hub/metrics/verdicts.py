"""What a combination of flags counts as, under every variant of every metric.

What lives here: the distinct combinations of flags of a month (its signatures), and
their judgement. Cases that share a signature count alike under all calibers, so a
variant is judged once per signature instead of once per case; the expressions are
those of the row by row path (`judging`). What does not: counting (`cells`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from hub.metrics.calibers import settled
from hub.metrics.choices import apply_calibers, in_cohort, undated
from hub.metrics.judging import NO_BASIS
from hub.metrics.metric import Basis, Metric, Reason
from hub.metrics.variants import Variant

WORD = 62
PIECE = 100_000  # rows


class Verdicts(NamedTuple):
    """One metric over the signatures.

    Attributes:
        wholes, parts: per variant, whether a signature is in the denominator, and in
            the numerator.
        reasons: code → flags, of the chosen variant: what is shown beside.
        seen: whether the chosen variant has the signature in its cohort at all.
    """

    wholes: list[pl.Series]
    parts: list[pl.Series]
    reasons: list[tuple[str, pl.Series]]
    seen: pl.Series


def signatures(atoms: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Distinct combinations of all Boolean columns, and each row's number of them."""
    flags = [name for name, kind in atoms.schema.items() if kind == pl.Boolean]
    words = [flags[at : at + WORD] for at in range(0, len(flags), WORD)]
    packing = [
        pl.sum_horizontal(
            pl.when(name).then(pl.lit(1 << place, dtype=pl.Int64)).otherwise(0)
            for place, name in enumerate(word)
        ).alias(str(nth))
        for nth, word in enumerate(words)
    ]
    # A flag takes a bit, on its way into a word a whole word: some rows at a time.
    pieces = [atoms.clear(), *atoms.iter_slices(PIECE)]
    packed = pl.concat(one.select(packing) for one in pieces).with_row_index("row")
    keys = [str(nth) for nth in range(len(words))]
    first = (
        packed.group_by(keys, maintain_order=True)
        .agg(pl.col("row").first())
        .with_row_index("signature")
    )
    known = first.drop("row")
    number = pl.concat(
        one.join(known, on=keys, how="left", maintain_order="left")["signature"]
        for one in (packed.clear(), *packed.iter_slices(PIECE))
    )
    return atoms.select(flags)[first["row"]], number.cast(pl.Int64)


def judge_signatures(
    combinations: pl.DataFrame,
    wanted: Mapping[str, Sequence[Variant]],
    metrics: Mapping[str, Metric],
) -> dict[str, Verdicts]:
    """Verdicts of every metric; `wanted` has the chosen variant of each first."""
    found: dict[tuple[str, int, str], pl.Series] = {}
    by_choice: dict[tuple[str, ...], list[tuple[str, int, Basis]]] = {}
    for id_, several in wanted.items():
        for nth, variant in enumerate(several):
            key = settled(variant.calibers)
            by_choice.setdefault(key, []).append((id_, nth, variant.basis))
    for choice, members in by_choice.items():
        judged = apply_calibers(combinations, choice)
        exprs: list[pl.Expr] = []
        names: list[tuple[str, int, str]] = []
        for id_, nth, basis in members:
            for what, flag in _flags(metrics[id_], basis, choice, beside=nth == 0):
                exprs.append(flag.fill_null(value=False).alias(str(len(names))))
                names.append((id_, nth, what))
        columns = judged.select(exprs).get_columns()
        found |= dict(zip(names, columns, strict=True))
    return {
        id_: Verdicts(
            wholes=[found[id_, nth, "whole"] for nth in range(len(several))],
            parts=[found[id_, nth, "part"] for nth in range(len(several))],
            reasons=[
                (what.partition(":")[2], flags)
                for (of, nth, what), flags in found.items()
                if of == id_ and ":" in what
            ],
            seen=found[id_, 0, "seen"],
        )
        for id_, several in wanted.items()
    }


def _flags(
    metric: Metric, basis: Basis, choice: tuple[str, ...], *, beside: bool
) -> Iterator[tuple[str, pl.Expr]]:
    """Name and expression of what one variant asks of a signature."""
    cohort = in_cohort(basis, choice)
    nowhere = undated(basis, choice)
    reasons = (*metric.outside, *metric.left_out)
    is_out = pl.any_horizontal(
        pl.lit(value=False), *(one.applies.fill_null(value=False) for one in reasons)
    )
    whole = cohort & ~is_out
    yield "whole", whole
    yield "part", whole & metric.numerator.fill_null(value=False)
    if not beside:
        return
    yield "seen", cohort | nowhere
    before: pl.Expr = pl.lit(value=False)
    order = (*metric.outside, Reason(NO_BASIS, nowhere), *metric.left_out)
    for nth, reason in enumerate(order):
        applies = reason.applies.fill_null(value=False)
        # A case of no month is shown as that, and under no further reason.
        claimed = nowhere if reason.code == NO_BASIS else cohort
        yield f"out{nth}:{reason.code}", claimed & applies & ~before
        before = before | applies
    for nth, reason in enumerate(metric.beside):
        yield f"beside{nth}:{reason.code}", whole & reason.applies
