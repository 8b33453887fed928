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
        # in the denominator, not in the numerator
        "DATA_MISSING": ("数据缺失", "a time is missing"),
        "NOT_HANDLED": ("未处置", "not handled"),
        "NOT_REVIEWED": ("未复核", "not reviewed"),
        "REVIEW_FAILED": ("复核未过", "review not passed"),
        "NOT_CLOSED": ("未结案", "not closed"),
        "NOT_FED_BACK": ("未反馈", "not answered"),
        "HANDLED_LATE": ("超期处置", "handled after the deadline"),
        # shown beside
        "WITHOUT_DEADLINE": ("无时限", "without a deadline"),
        "APPEAL_EXEMPT": ("申诉豁免", "overdue waived after an appeal"),
        "SUSPENSION_UNKNOWN": ("挂账情况不明", "suspension not known"),
        "EXEMPTION_UNKNOWN": ("申诉情况不明", "appeal not known"),
        "FORCED_CLOSE": ("强制结案", "forced close"),
        "CLOSED_FROM_SUSPENSION": ("挂账转结案", "closed out of suspension"),
    }
)
