"""How long steps take (metrics §4, §5, §11; R25, R32), as entries of the registry.

What lives here: averages and ranks of the spans of a case, handling modes apart,
because cases closed within minutes flatter every mean. What does not: the spans
(`metric/issue_loop`), steps to a receiver (`steps`).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hub.metrics.entries.words import DUE, REPORTED, USUAL, Words, entry
from hub.metrics.metric import Metric, Reason, Value

CALIBERS = (*USUAL, "CB-1")
MODES: dict[str, tuple[Words, tuple[Reason, ...]]] = {
    "": (("", ""), ()),
    "dispatched_": (
        ("(派遣)", " (dispatched)"),
        (
            Reason("SELF_HANDLED", pl.col("self_handled")),
            Reason("MODE_UNKNOWN", pl.col("mode_unknown")),
        ),
    ),
    "self_handled_": (
        ("(自行处置)", " (self-handled)"),
        (Reason("NOT_SELF_HANDLED", ~pl.col("self_handled")),),
    ),
    "unknown_mode_": (
        ("(处置方式不明)", " (mode not known)"),
        (Reason("MODE_KNOWN", ~pl.col("mode_unknown")),),
    ),
}
APART = ("dispatched_", "self_handled_", "unknown_mode_")
VALUES: dict[Value, Words] = {
    "average": ("平均", "mean"),
    "p50": ("中位", "median"),
    "p90": ("九成位", "p90"),
}
# Span → name, from where to where, modes, flags it needs, where it is asked for.
SPANS: tuple[tuple[str, Words, Words, tuple[str, ...], str | None, str], ...] = (
    (
        "handle",
        ("处置时长", "time to handle"),
        (
            "派遣(自行处置的为上报)至处置完成",
            "from dispatch, of self-handled cases from report, to handled",
        ),
        APART,
        "dispose",
        "metrics §4, §5, R25, R32",
    ),
    (
        "first_response",
        ("首次响应时长", "time to first response"),
        (
            "上报至受理、签收、首次联系、处置开始中最早者",
            "from report to the earliest of acceptance, receipt, contact, start",
        ),
        ("dispatched_", "self_handled_"),
        None,
        "metrics §11, R32",
    ),
    (
        "dispatch",
        ("派遣时长", "time to dispatch"),
        ("立案至派遣", "from registered to dispatched"),
        ("",),
        None,
        "R32",
    ),
    (
        "receive",
        ("签收时长", "time to receive"),
        ("派遣至处置单位签收", "from dispatched to received by the handling unit"),
        ("",),
        None,
        "R25",
    ),
    (
        "whole",
        ("全程时长", "time to close"),
        ("上报至结案", "from report to closed"),
        APART,
        None,
        "metrics §11",
    ),
    (
        "answer",
        ("答复时长", "time to answer"),
        ("上报至反馈或答复", "from report to the answer"),
        ("",),
        None,
        "metrics §11",
    ),
)


def _entries() -> Iterator[Metric]:
    for span, name, way, modes, needs, source in SPANS:
        known = Reason("DURATION_UNKNOWN", ~pl.col(f"{span}_known"))
        needed = () if needs is None else (Reason("NOT_HANDLED", ~pl.col(needs)),)
        for mode in modes:
            mode_words, apart = MODES[mode]
            for value, kind in VALUES.items():
                is_mean = value == "average"
                # §4 counts means by report, §5 ranks by deadline.
                basis = DUE if span == "handle" and not is_mean else REPORTED
                yield entry(
                    f"{mode}{span}_{'mean' if is_mean else value}",
                    (
                        f"{kind[0]}{name[0]}{mode_words[0]}",
                        f"{kind[1]} {name[1]}{mode_words[1]}",
                    ),
                    (
                        f"{way[0]}的分钟数" + ("之和" if is_mean else ",取最近秩"),
                        f"minutes {way[1]}, "
                        + ("added up" if is_mean else "by nearest rank"),
                    ),
                    (
                        f"两个时间俱全的案件{mode_words[0]}",
                        f"cases with both instants{mode_words[1]}",
                    ),
                    numerator=pl.lit(value=True),
                    numerator_amount=pl.col(f"{span}_duration"),
                    value=value,
                    left_out=(*apart, *needed, known),
                    beside=(known,),
                    basis=basis,
                    calibers=CALIBERS,
                    source=source,
                )


RESPONSE = tuple(_entries())
