"""The platform's own words: states, channels, kinds, and texts that are made up.

What lives here: tables from canonical codes to what the site writes. What does not: the
rows in which they stand (`lists`, `trail`).
"""

from __future__ import annotations

IMPOSSIBLE = "2026-06-31 08:15:00"
FAR = "3020-05-06 09:30:00"
LIMIT_HOURS = ("4", "24", "48", "72")
STATES = {
    "1": "待受理",
    "2": "",
    "3": "立案派遣",
    "4": "处理中",
    "5": "核查结案",
    "6": "结案",
    "7": "作废",
    "8": "挂账",
    "9": "督查",
}
CHANNELS = {
    "XC": ("1", "监督员上报"),
    "HL19": ("2", "12319热线"),
    "HL45": ("3", "12345热线"),
    "SP": ("4", "视频抓拍"),
    "LZZ": ("5", "路长上报"),
    "SSP": ("6", "随手拍"),
    "LD": ("7", "领导批示"),
    "BM": ("8", "部门转办"),
}
KINDS = {"COMPONENT": ("80001", "部件"), "MATTER": ("80002", "事件")}
SURNAMES = "赵钱孙李周吴郑王冯陈"
PHRASES = ("影响市容", "影响通行", "居民多次反映", "范围较大", "请尽快处置")
