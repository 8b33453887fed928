"""Why a submission was refused as a whole, in words for whoever sent it.

What lives here: the error of a batch → rule, what was seen in Chinese or English, what
to do. What does not: the sentence itself, which is written for the hub's operator
(`hub.flow.guard`); the page shows it to nobody, `hub submission show` does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from hub.schemas.rules import RULES
from hub.sharing.submissions.status import Status

_RULE = re.compile(r"\b[A-Z]\d{2}\b")
# What `hub.flow.guard` says of each bound → the same for a district, in two languages.
SEEN: Mapping[str, tuple[re.Pattern[str], str, str]] = {
    "P14": (
        re.compile(r"P14 field (.+?) did not come(?=;|\.|$)"),
        "缺少字段：{}",
        "missing: {}",
    ),
    "B01": (
        re.compile(r"B01 (\d+) rows, at least (\d+)"),
        "收到 {} 行，至少应有 {} 行",
        "{} rows came, at least {} must",
    ),
    "B02": (
        re.compile(r"B02 (\d+) rows, at most (\d+)"),
        "收到 {} 行，最多可有 {} 行",
        "{} rows came, at most {} may",
    ),
    "B03": (
        re.compile(r"B03 (\d+) rows after (\d+)"),
        "收到 {} 行，上一次有 {} 行",
        "{} rows came, {} the time before",
    ),
    "B04": (
        re.compile(r"B04 (\d+) of (\d+) rows quarantined"),
        "未通过校验 {} 行，共 {} 行",
        "{} of {} rows were rejected",
    ),
    "B05": (
        re.compile(r"B05 (\d+) of (\d+) rows would be deleted"),
        "将删除 {} 行，现有 {} 行",
        "{} of {} rows would be deleted",
    ),
    "B06": (
        re.compile(r"B06 the delivery is dated (\S+ \S+)Z"),
        "数据的日期是 {}（世界时）",
        "the data are dated {} UTC",
    ),
}
UNREAD = (
    "平台没有读懂这批数据",
    "请核对文件是否完整、格式和表头是否与约定一致；"
    "仍有问题时，请把回执号和批次告诉平台管理员。",
)
UNREAD_EN = (
    "The hub could not read it",
    "See that the file is whole, and its form and titles as agreed. If that does not "
    "help, tell the hub's operator the receipt and the batch.",
)


class Reason(NamedTuple):
    """One reason: rule (empty where there is none), meaning, what was seen, remedy."""

    code: str
    meaning: str
    seen: tuple[str, ...]
    remedy: str


def reasons(status: Status, at: int) -> list[Reason]:
    """Why the whole was refused; nothing where it was not.

    Args:
        status: of the submission.
        at: 0 for Chinese, 1 for English.
    """
    error = status.told.error if status.told else None
    if status.state != "refused" or not error:
        return []
    message = error["message"] or ""
    told = [
        Reason(
            code,
            (rule.meaning_zh, rule.meaning_en)[at],
            _seen(code, message, at),
            (rule.remedy_zh, rule.remedy_en)[at],
        )
        for code in dict.fromkeys(_RULE.findall(message))
        if (rule := RULES.get(code)) is not None
    ]
    if told:
        return told
    meaning, remedy = UNREAD_EN if at else UNREAD
    return [Reason("", meaning, (), remedy)]


def _seen(code: str, message: str, at: int) -> tuple[str, ...]:
    """The numbers and names that the sentence holds about one rule."""
    if code not in SEEN:
        return ()
    pattern, *texts = SEEN[code]
    found = [one.groups() for one in pattern.finditer(message)]
    if found and len(found[0]) == 1:
        # A sentence for each of twenty missing fields would be twenty lines.
        names = ("、", ", ")[at].join(dict.fromkeys(name for (name,) in found))
        return (texts[at].format(names),)
    return tuple(dict.fromkeys(texts[at].format(*values) for values in found))
