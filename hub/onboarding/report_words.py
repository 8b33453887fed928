"""Sentences of the acceptance sheet, in Chinese, for the partner's staff.

What lives here: what a clock, points, keys, bounds or a failure come to in words.
What does not: the verdict (`report`), the catalogue of rules (`hub.schemas.rules`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from hub.errors import HubError
from hub.onboarding.probe_keys import RepeatedKeys
from hub.onboarding.probe_places import PlaceGuess
from hub.onboarding.probe_times import Clock
from hub.schemas import DATASETS

SEVERITIES = {"refuse": "整批退回", "reject": "隔离", "warn": "提示"}
ERRORS = {
    "source_unavailable": "未能连上贵方系统，或传输中断。",
    "source_rejected": "贵方系统拒绝了请求，或返回的不是约定的内容。",
    "batch_refused": "收到的内容前后矛盾或无法读取，整批未采用。",
    "secret_missing": "平台侧尚未配置访问凭据，请联系平台管理员。",
    "declaration": "平台侧的接入配置不完整，请联系平台管理员。",
}
CLOCKS = {
    "ahead": "有时间晚于应答时刻：可能把本地时间标成了 UTC（带 Z），或时区有误。",
    "behind": "最新时间恰好约早 8 小时：可能发送的是 UTC 时间却未标时区。",
    "shift_later": "时间若整体推后 8 小时才符合作息：可能发送的是未标时区的 UTC 时间。",
    "shift_earlier": "时间若整体提前 8 小时才符合作息：可能把本地时间标成了 UTC。",
}
SUSPECT = frozenset(CLOCKS)
SKEW_SECONDS = 300
MOST_INSIDE = Decimal("0.9")


def title_of(name: str) -> str:
    """A dataset's Chinese title."""
    return DATASETS[name].title if name in DATASETS else name


def percent(share: Decimal) -> str:
    """A share as a percentage, without decimals that say nothing."""
    return f"{share * 100:.1f}".removesuffix(".0") + "%"


# What the partner can do something about; the rest is for the hub's operators.
THEIRS = frozenset({"source_unavailable", "source_rejected", "batch_refused"})


def failure_words(error: HubError) -> str:
    """What kind of failure it was, for somebody who does not run the hub."""
    return ERRORS.get(error.code, "未能取到数据，请联系平台管理员。")


def clock_lines(clock: Clock) -> Iterator[str]:
    """What the times say; nothing where they are as they should be."""
    if clock.guess in CLOCKS:
        yield CLOCKS[clock.guess] + f"平台按 {clock.zone} 读取。"
    skew = clock.partner_ahead_seconds
    if skew is not None and abs(skew) > SKEW_SECONDS:
        way = "快" if skew > 0 else "慢"
        yield f"贵方服务器时钟比平台{way}约 {span_words(abs(skew))}。"


def span_words(seconds: int) -> str:
    """A span in the unit that a person would use."""
    for unit, size in (("天", 86_400), ("小时", 3_600)):
        if seconds >= 2 * size:
            return f"{round(seconds / size)} {unit}"
    return f"{round(seconds / 60)} 分钟"


def place_lines(place: PlaceGuess) -> Iterator[str]:
    """What is odd about the points of one dataset."""
    title = title_of(place.dataset)
    sure = place.points - place.coarse
    declared = place.inside.get(place.declared or "")
    if place.planar:
        yield f"{title}：{place.planar} 个坐标不是经纬度，像平面坐标，请改发经纬度。"
    if sure and place.swapped > 0:
        yield f"{title}：{percent(place.swapped)} 的点经纬度颠倒。"
    if sure and declared is not None and declared + place.swapped < MOST_INSIDE:
        yield (
            f"{title}：按约定坐标系 {place.declared} 只有 {percent(declared)} "
            "的点落在本市范围内。"
        )
    if place.coarse:
        yield f"{title}：{place.coarse} 个点小数不足四位，精度不够。"


def key_line(keys: RepeatedKeys) -> str:
    """Keys that stand more than once."""
    told = f"{title_of(keys.dataset)}：{keys.keys} 个主键重复，共 {keys.rows} 行"
    torn = f"，其中 {keys.torn} 个主键同一时间内容不一致" if keys.torn else ""
    return f"{told}{torn}。"
