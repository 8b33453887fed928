"""Metrics as a dataset of their own: the columns of `figure`, and a line per metric.

What lives here: labels and classes of the figures' columns, which no dataset model
declares, and the metrics in the catalogue's form. A column of the metric table that
nobody classified here is closed. What does not: definitions (`hub.metrics`).
"""

from __future__ import annotations

import polars as pl

from hub.flow.metric_rows import INPUTS
from hub.metrics.counting import FIGURE
from hub.metrics.levels import LEVELS
from hub.metrics.registry import METRICS
from hub.schemas.columns import ColumnType, ShareClass, column_type
from hub.sharing.catalogue.entry import Item, MetricLine, Text

NAME = "figure"
TITLE = "统计与考核指标"
DESCRIPTION = "Figures of every metric by month, level and place, with both parts."
GRAIN = "one row per metric, caliber set, basis, month, level, code and breakdown"
KEY = (
    "metric", "calibers", "basis", "period", "level", "unit_code", "by", "by_code",
)  # fmt: skip
SHARE: ShareClass = "OPEN"
# Levels at which a row tells of one person, one post or one organisation.
CLOSE_LEVELS = ("area", "org", "chief")
SCOPE: Text = (
    "仅指市、考核单位、区、街道、社区(村)层级，且小于抑制阈值的单元不显示数值；"
    "责任区、处置单位、路长层级未分级，按不予共享处理。",
    "City, assessment units, districts, streets and communities only, small cells "
    "suppressed; rows of areas, organisations and chiefs are unclassified, so closed.",
)
# Label, rule, class; statistics by street or community are open (sharing §3).
COLUMNS: dict[str, tuple[str, str, ShareClass]] = {
    "metric": ("指标", "id of the metric", "OPEN"),
    "version": ("指标版本", "raised when the definition changes", "OPEN"),
    "calibers": ("口径", "ids of the calibers that were used", "OPEN"),
    "basis": ("统计依据", "what puts a row into the period", "OPEN"),
    "period": ("所属月份", "YYYY-MM in the city's zone", "OPEN"),
    "as_of": ("数据截至", "instant of knowledge", "OPEN"),
    "level": ("层级", "one of the levels of places", "OPEN"),
    "unit_code": ("单位或区划代码", "null for the city", "OPEN"),
    "by": ("细分维度", "breakdown, null for none", "OPEN"),
    "by_code": ("细分代码", "code of the breakdown", "OPEN"),
    "numerator": ("分子", "rows or amounts that count", "OPEN"),
    "denominator": ("分母", "rows or amounts that were due", "OPEN"),
    "value_share": ("比值", "0 to 1; null where the denominator is 0", "OPEN"),
    "value_number": ("数值", "counts, means and ranks", "OPEN"),
}


def figure_items() -> tuple[Item, ...]:
    """The columns of `figure`, in the order of the table."""
    return tuple(_item(name, kind) for name, kind in FIGURE.items())


def _item(name: str, kind: pl.DataType) -> Item:
    label, rule, share = COLUMNS.get(name, (name, "", "CLOSED"))
    return Item(
        name=name,
        label=label,
        rule=rule,
        type=_type(kind),
        required="yes" if name in ("metric", "period", "level") else "no",
        share=share,
    )


def _type(kind: pl.DataType) -> ColumnType:
    """The model's type; numbers with other digits than the model's are decimals."""
    return "dec" if isinstance(kind, pl.Decimal) else column_type(kind)


def metric_lines() -> tuple[MetricLine, ...]:
    """Every metric of the registry, in its order."""
    names = {level.name for level in LEVELS}
    return tuple(
        MetricLine(
            id=one.id,
            version=one.version,
            name=(one.name_zh, one.name_en),
            formula=(one.formula_zh, one.formula_en),
            numerator=(one.numerator_zh, one.numerator_en),
            denominator=(one.denominator_zh, one.denominator_en),
            value=one.value,
            subject=one.subject,
            basis=one.basis,
            calibers=one.calibers,
            levels=tuple(level for level in one.levels if level in names),
            inputs=tuple(dict.fromkeys(INPUTS[one.subject])),
            source=one.source,
        )
        for one in METRICS.values()
    )


def metric_inputs() -> tuple[str, ...]:
    """Every dataset that some metric rests on."""
    return tuple(sorted({name for one in metric_lines() for name in one.inputs}))
