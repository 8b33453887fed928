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
        "NO_ROSTER": (
            "无数据:该考核单位从未报送名册",
            "no data: no roster of the unit ever came",
        ),
        "NO_PAPERS": (
            "无数据:从未收到建章立制材料",
            "no data: no document ever came",
        ),
        "LENGTH_NOT_FILED": ("路段未报长度", "a road section without a length"),
        "SHOP_CHIEF_NOT_REQUIRED": (
            "不要求设店长",
            "a section that needs no shop chief",
        ),
        "CONTACT_NOT_DECIDED": (
            "是否应设联络人未定",
            "not decided whether a contact must be named",
        ),
        "OBJECT_DUPLICATE": ("重复登记的服务对象", "an object registered twice"),
        "OBJECT_GONE": ("已搬迁或空置", "moved or vacant"),
        "NOT_PLANNED": ("无计划日期的巡查", "a patrol without a plan"),
        "PATROL_TO_COME": ("计划日尚未到", "planned for a day to come"),
        "NO_SHOPS_PLANNED": ("未安排走访门店", "no shops were planned"),
        "NOT_ASSIGNED": ("无责任路长", "no road chief answers for it"),
        "NO_DUE_DATE": ("无完成时限", "without a due date"),
        "NOT_YET_DUE": ("完成时限未到", "not due yet"),
        # in the denominator, not in the numerator
        "SECTION_UNCOVERED": (
            "所在责任区无路长在岗或不在用",
            "its area is not in use or has no road chief in post",
        ),
        "NOBODY_IN_POST": ("岗位空缺", "nobody holds the post"),
        "PERSON_NOT_LISTED": (
            "当日人员名册中无此人",
            "the roster of people did not list the person on that day",
        ),
        "PERSON_INACTIVE": ("人员不在岗", "the person is not active"),
        "PERSON_WITHOUT_PHONE": ("人员无有效电话", "no valid phone of the person"),
        "NO_BOARD": ("未设公示牌", "no sign board on file"),
        "BOARD_NOT_IN_USE": (
            "公示牌破损、缺失或信息过期",
            "its boards are damaged, missing or outdated",
        ),
        "OBJECT_WITHOUT_AREA": ("未归属责任区", "linked to no area"),
        "OBJECT_NOT_VERIFIED": (
            "近12个月未核实",
            "not verified in the last twelve months",
        ),
        "NO_ACT_IN_MONTH": ("当月无作为", "no act in the month"),
        "TOO_FEW_ACTS": ("当月作为次数不足", "fewer acts than asked for"),
        "PATROL_MISSED": ("未巡", "missed"),
        "PATROL_NOT_DONE": ("到期未完成", "still planned though its day has passed"),
        "NO_SHOP_VISITED": ("未走访门店", "no shop was visited"),
        "NO_RESPONSE": ("无响应", "nobody responded"),
        "RESPONDED_LATE": ("响应超时", "responded to too late"),
        "NO_DOCUMENT": ("无当月有效材料", "no document valid in the month"),
        "NOT_YET_CHECKED": ("材料尚未评定", "the document is not yet checked"),
        "ITEM_MISSING": ("评定为缺失", "judged as missing"),
        "ITEM_NOT_DONE": ("议题未办结", "not done"),
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
        "SHOPS_PARTLY_VISITED": ("部分走访", "only some of the shops were visited"),
        "ITEM_PARTIAL": ("部分达标", "partly met"),
        "DONE_LATE": ("逾期办结", "done after its due date"),
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
