"""Steps of dispatch by their receivers and senders (R25, R26, R33, R34), as entries.

What lives here: definitions over columns of `step_rows`. What does not: those rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from hub.metrics.entries.words import entry, otherwise
from hub.metrics.metric import Metric, Reason, Value

STEP = ("当期派遣步骤", "steps of dispatch in the period")
BY_CHIEF = Reason("NOT_BY_CHIEF", ~pl.col("by_chief"))
VALUES: dict[Value, tuple[str, str]] = {
    "average": ("平均", "mean"),
    "p50": ("中位", "median"),
    "p90": ("九成位", "p90"),
}


def _step(id_: str, *words: tuple[str, str], **more: Any) -> Metric:
    name, part, whole = words
    return entry(
        id_,
        name,
        part,
        whole,
        outside=(),
        suspends=False,
        basis="worked_in_period",
        calibers=("STEP-1",),
        subject="step",
        **more,
    )


def _spans() -> Iterator[Metric]:
    for column, zh, en, way in (
        ("accept_minutes", "派遣至受理", "dispatch to receipt", "accept"),
        ("handle_minutes", "派遣至处置", "dispatch to result", "handle"),
    ):
        for value, kind in VALUES.items():
            suffix = "mean" if value == "average" else value
            yield _step(
                f"step_{way}_{suffix}",
                (f"{kind[0]}{zh}时长", f"{kind[1]} time from {en}"),
                (f"{zh}的自然分钟数", f"running minutes from {en}"),
                ("接收单位已响应的派遣步骤", "steps that their receiver answered"),
                numerator=pl.lit(value=True),
                numerator_amount=pl.col(column),
                value=value,
                left_out=(Reason("NOT_ANSWERED", pl.col(column).is_null()),),
                source="R25",
            )


STEPS = (
    *_spans(),
    _step(
        "chief_task_on_time_rate",
        ("路长分派任务按期完成率", "tasks of road chiefs done in time"),
        ("在时限内完成的任务", "tasks done within their limit"),
        (
            "路长派给共治力量、有时限且已完成或已到期的任务",
            "tasks given by a road chief to co-governance staff, with a limit, done "
            "or due",
        ),
        numerator=pl.col("in_limit"),
        left_out=(
            BY_CHIEF,
            Reason("NOT_TO_CO_GOVERN", ~pl.col("to_co_govern")),
            Reason("WITHOUT_STEP_LIMIT", ~pl.col("has_limit")),
            Reason("NOT_DUE", ~pl.col("is_due")),
        ),
        missed=(
            Reason("NOT_ANSWERED", pl.col("handle_minutes").is_null()),
            *otherwise("STEP_LATE"),
        ),
        source="R26",
    ),
    *(
        _step(
            f"{way}_step_share",
            (f"路长{zh}联系占比", f"{way} steps of road chiefs"),
            (f"{zh}步骤", f"{way} steps"),
            (
                "路长发出、方向可判的派遣步骤",
                "steps of dispatch by road chiefs whose direction is known",
            ),
            numerator=pl.col(way),
            left_out=(
                BY_CHIEF,
                Reason(
                    "DIRECTION_UNKNOWN", ~pl.col("horizontal") & ~pl.col("vertical")
                ),
            ),
            missed=otherwise("OTHER_DIRECTION"),
            source=source,
        )
        for way, zh, source in (
            ("horizontal", "横向", "R33"),
            ("vertical", "纵向", "R34"),
        )
    ),
)
