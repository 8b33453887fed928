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
        "OUT_OF_BASE": ("不在所选分母内", "not in the denominator chosen"),
        "NOT_REGISTERED": ("未立案", "not registered"),
        "NOT_ACCEPTED": ("未受理", "not accepted"),
        "NOT_TO_BE_CLOSED": ("不属应结案", "not among the cases to be closed"),
        "NOT_NEEDED": ("无须该步骤", "the step is not needed"),
        "NOT_RECEIVED": ("未签收", "not received"),
        "NOT_CHECKED": ("未核查", "not checked"),
        "NOT_RATED": ("未评价", "not rated"),
        "NOT_RAISED_BY_CHIEF": ("非路长一线发现", "not raised by road chief roles"),
        "NOT_BY_CHIEF": ("非路长发出", "not sent by a road chief"),
        "NOT_TO_CO_GOVERN": ("非派给共治力量", "not sent to co-governance staff"),
        "NOT_DUE": ("未完成且未到期", "neither done nor due"),
        "DIRECTION_UNKNOWN": ("方向不明", "the direction is not known"),
        "NOT_COMPARABLE": ("无从比较", "one of the two deadlines is not there"),
        "OTHER_FINDER": ("其他来源发现", "found by neither chiefs nor the public"),
        "SELF_HANDLED": ("自行处置", "self-handled"),
        "NOT_SELF_HANDLED": ("非自行处置", "not self-handled"),
        "MODE_UNKNOWN": ("处置方式不明", "handling mode not known"),
        "MODE_KNOWN": ("处置方式已知", "handling mode known"),
        "NOT_SUSPENDED": ("未挂账", "not suspended"),
        "DURATION_UNKNOWN": ("时长不明", "the duration is not known"),
        "RETURN_UNKNOWN": ("回退情况不明", "returns not known"),
        "REWORK_UNKNOWN": ("返工情况不明", "rework not known"),
        "EXTENSION_UNKNOWN": ("延期情况不明", "extensions not known"),
        # in the denominator, not in the numerator
        "NOT_ANSWERED": ("接收方未响应", "the receiver did not answer"),
        "OTHER_DIRECTION": ("另一方向", "the other direction"),
        "STEP_LATE": ("超过步骤时限", "after the limit of the step"),
        "STEP_NOT_DONE": ("该步骤未完成", "the step is not done"),
        "RETURNED": ("曾回退", "was returned"),
        "NOT_RETURNED": ("无回退", "never returned"),
        "REWORKED": ("曾返工", "was reworked"),
        "NO_REWORK": ("无返工", "no rework"),
        "NOT_EXTENDED": ("无延期", "not extended"),
        "HANDLED": ("已处置", "handled"),
        "HANDLED_ON_TIME": ("按期处置", "handled on time"),
        "NOT_OVERDUE": ("未超期,或挂账", "not overdue, or suspended"),
        "HAS_DEADLINE": ("有时限", "has a deadline"),
        "DEADLINE_AGREES": ("时限一致", "the deadlines agree"),
        "CLOSED": ("已结案", "closed"),
        "CLOSED_LATE": ("未按期结案", "closed, but not on time"),
        "CLOSED_ON_TIME": ("按期结案", "closed on time"),
        "NOT_SATISFIED": ("不满意", "not satisfied"),
        "NOT_INTERNAL": ("非内部渠道", "not from an internal channel"),
        "NOT_PUBLIC": ("非公众渠道", "not from a public channel"),
        "FOUND_BY_PUBLIC": ("公众发现", "found by the public"),
        "NOT_SIMILAR": ("非重复", "no duplicate"),
        "NOT_FREQUENT": ("非高发", "not among the most frequent"),
        "TOOK_LONGER": ("超过两分钟", "took longer"),
        "NOT_CAMPAIGN": ("非专项", "no campaign"),
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
        "WITHOUT_STEP_LIMIT": ("无步骤时限", "without a limit of the step"),
        "CLOSED_ON_TIME_AFTER_APPEAL": (
            "申诉后按期结案",
            "closed within the limit, after an appeal",
        ),
        "CLOSED_LATE_AFTER_APPEAL": ("申诉后超期结案", "closed late, after an appeal"),
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
