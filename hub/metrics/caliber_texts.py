"""The calibers of the registry, one per line: id, version, Chinese, English, source.

What lives here: texts. A changed definition is a further entry with the next version
and its own days of validity; nothing here is ever rewritten. What does not: what a
caliber does to a case (`choices`), which of a family is in force (`calibers`).
Wordings follow metrics §3; all defaults still need the city's signature.
"""

from __future__ import annotations

S2, S3, S6 = "metrics §2", "metrics §3", "metrics §6"
# fmt: off
TEXTS: tuple[tuple[str, int, str, str, str], ...] = (
    ("FLAGS-EG", 1, "基础标志按推导出的环节判断;终止环节的案件没有环节标志",
     "base flags follow from the derived stage; ended cases have none", S2),
    ("SC-A", 1, "应结案为已处置的,加已派遣、未处置且统计时已超期的",
     "to be closed: handled, or dispatched, not handled and overdue now", S3),
    ("SC-B", 1, "应结案为已立案的,减已派遣、未处置且未超期的",
     "to be closed: registered, less those dispatched, not handled, not overdue", S3),
    ("SC-C", 1, "应结案仅为已处置的;不含超期未处置的",
     "to be closed: handled cases only; leaves out those overdue and not handled", S3),
    ("SC-D", 1, "应结案为已结案的,加结案时限已到的",
     "to be closed: closed, or the limit for closing has come", S3),
    ("OC-A", 1, "按期结案为已结案且按期处置的(以捆绑时限判断)",
     "closed on time: closed, and handled on time by the bundle deadline", S3),
    ("OC-B", 1, "按期结案为结案时间不晚于结案时限(缺则处置时限)的",
     "closed on time: closed no later than the closing limit, else the deadline", S3),
    ("RW-1", 1, "返工率以应结案为分母", "rework over cases to be closed", S3),
    ("RW-2", 1, "返工率以经过处置的案件为分母", "rework over cases handled", S3),
    ("RW-3", 1, "返工率以立案数为分母", "rework over cases registered", S3),
    ("RG-1", 1, "立案率以受理数为分母", "registration over cases accepted", S3),
    ("RG-2", 1, "立案率以上报数为分母", "registration over cases reported", S3),
    ("RG-3", 1, "立案率以有效上报数为分母", "registration over valid reports", S3),
    ("AP-1", 1, "申诉获准的案件不计超期,另列申诉后按期、超期结案数",
     "a case with a granted appeal is not overdue; closed on time or late after an "
     "appeal is shown beside", S3),
    ("AP-2", 1, "不考虑申诉", "granted appeals are ignored", S3),
    ("SU-1", 1, "挂账案件不进分母,单列",
     "suspended cases are out of the denominator and listed", S3),
    ("SU-2", 1, "挂账案件从立案数中减去",
     "suspended cases are taken off the cases registered", S3),
    ("SU-3", 1, "挂账案件留在分母", "suspended cases stay in the denominator", S3),
    ("MD-1", 1, "没有时限的案件按按期计,并公布其数量",
     "a case without a deadline counts as on time; their number is shown", S3),
    ("MD-2", 1, "没有时限的案件不进入按期类指标,另行计数",
     "a case without a deadline is left out of on-time metrics and counted", S3),
    ("CB-1", 1, "时长按自然分钟计", "durations in running minutes", S3),
    ("CB-2", 1, "时长按工作日历的班次分钟计",
     "durations in shift minutes of the work calendar", S3),
    ("DU-1", 1,
     "重复:标准类别相同(缺则来源系统、类型、代码相同),相距50米以内、24小时以内;"
     "按上报时间、案件标识逐一判断,指向最早一件本身不重复的",
     "similar: the same standard category (else system, kind and code), within 50 m "
     "and 24 h, walked by (reported_at, issue_id); each points to the first earlier "
     "one that is itself no duplicate", S3),
    ("COV-AREA", 1, "覆盖率按应设责任区计;某地没有申报应设责任区的,按其社区(村)计",
     "coverage counts required areas; a place that has filed none is counted by its "
     "communities", "metrics §6.2"),
    ("ACT-DAY", 1, "作为率按路长应履职日计,一人兼多岗的一日只计一次",
     "action counts days of duty of road chiefs; a person with several posts owes a "
     "day once", "metrics §6.3"),
    ("DAY-LAST", 1, "以月末为准;当月未完的,以最近一次到达数据所在日为准",
     "as of the last day of the month; while it runs, as of the local day of the "
     "newest delivery", "metrics §6.2, §6.3"),
    ("STEP-1", 1,
     "派遣步骤按目的单位计:派遣后同一案件同一单位(人)最早的签收、处置视为其响应;"
     "行动方与接收方同属一街道为横向,否则为纵向",
     "a step of dispatch counts for its receiver: the first receipt and result of that "
     "receiver afterwards answer it; within one street it is horizontal, else vertical",
     "R25, R26, R33, R34"),
)
# fmt: on
