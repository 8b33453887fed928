"""Words for the reasons why a case does not count.

What lives here: code → Chinese and English. What does not: when a reason applies;
that is part of a metric. Codes are stable; wording may improve.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # left out of the denominator
        "OUTSIDE_POPULATION": (
            "不属路长制案件",
            "not a case of the road chief system",
        ),
        "DUPLICATE": ("重复案件", "duplicate of another case"),
        "ENDED": ("不予受理、不予立案或作废", "refused or voided"),
        "SUSPENDED": ("挂账", "suspended"),
        "NOT_DISPATCHED": ("未派遣", "not dispatched"),
        "NO_BASIS_INSTANT": ("缺少归期时间", "no instant that puts it into a period"),
        "AREA_NOT_REQUIRED": ("不要求设路长", "an area that needs no road chief"),
        "AREA_GIVEN_UP": ("责任区已合并或撤销", "an area merged or revoked"),
        "EXCUSED": ("请假或公出", "excused for the day"),
        # in the denominator, not in the numerator
        "DATA_MISSING": ("数据缺失", "a time is missing"),
        "NOT_HANDLED": ("未处置", "not handled"),
        "NOT_REVIEWED": ("未复核", "not reviewed"),
        "REVIEW_FAILED": ("复核未过", "review not passed"),
        "NOT_CLOSED": ("未结案", "not closed"),
        "NOT_FED_BACK": ("未反馈", "not answered"),
        "HANDLED_LATE": ("超期处置", "handled after the deadline"),
        "AREA_ONLY_PLANNED": ("责任区仅拟设", "an area only planned"),
        "NO_CHIEF": ("无路长", "no road chief holds the post"),
        "CHIEF_NOT_LISTED": (
            "当日人员名册中无此路长",
            "the roster of people did not list the road chief on that day",
        ),
        "CHIEF_INACTIVE": ("路长不在岗", "the road chief is not active"),
        "CHIEF_WITHOUT_PHONE": ("路长无有效电话", "no valid phone of the road chief"),
        "CHIEF_OF_TOO_MANY": (
            "路长兼任超过允许数",
            "the road chief holds more areas than allowed",
        ),
        "COMMUNITY_UNCOVERED": ("社区(村)未覆盖", "a community that no area covers"),
        "NO_ACT": ("当日无作为", "no act on that day"),
        "PATROL_TOO_SHORT": ("巡查时长和打卡点数不足", "patrol too short"),
        "PATROL_OUTSIDE_AREA": ("巡查不在责任区内", "patrol outside the area"),
        # shown beside
        "UNATTRIBUTED": ("未归属到该级", "no place at this level"),
        "COUNTED_BY_COMMUNITY": (
            "未申报应设责任区,按社区(村)计",
            "no required area is filed: counted by community",
        ),
        "INSIDE_NOT_KNOWN": (
            "巡查是否在责任区内不明",
            "a patrol not known to lie inside the area",
        ),
        "CALENDAR_NOT_FINAL": ("工作日历尚未正式公布", "the calendar is not final"),
        "WITHOUT_DEADLINE": ("无时限", "without a deadline"),
        "APPEAL_EXEMPT": ("申诉豁免", "overdue waived after an appeal"),
        "SUSPENSION_UNKNOWN": ("挂账情况不明", "suspension not known"),
        "EXEMPTION_UNKNOWN": ("申诉情况不明", "appeal not known"),
        "FORCED_CLOSE": ("强制结案", "forced close"),
        "CLOSED_FROM_SUSPENSION": ("挂账转结案", "closed out of suspension"),
    }
)
