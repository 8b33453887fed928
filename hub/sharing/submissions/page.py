"""The status of a submission as a page for people: one file, readable on a phone.

What lives here: words in Chinese and English. What does not: the look (`page.html.j2`),
why the whole was refused (`reasons`). The page asks nobody for anything; while
something is still to come it loads itself again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

import jinja2

from hub.flow.house import House
from hub.schemas.english import english_name
from hub.schemas.rules import RULES
from hub.sharing.submissions.reasons import reasons
from hub.sharing.submissions.status import Status

Language = Literal["zh", "en"]
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_PLACE = re.compile(r"第(\d+)([行条页])")
UNITS = {"行": "row", "条": "entry", "页": "page"}
WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("报送回执", "Receipt of a submission"),
    "other": ("English", "中文"),
    "feed": ("通道", "feed"),
    "name": ("文件", "file"),
    "at": ("收到时间", "received at"),
    "size": ("字节数", "bytes"),
    "batch": ("批次", "batch"),
    "received": ("收到", "received"),
    "accepted": ("通过", "accepted"),
    "quarantined": ("退回", "rejected"),
    "duplicate": ("重复", "repeated"),
    "held": ("今天仍未通过", "still out today"),
    "state_received": ("已收到，等待处理", "received, waiting"),
    "state_working": ("正在处理", "being taken in"),
    "state_done": ("已处理", "taken in"),
    "state_refused": ("整批退回", "refused as a whole"),
    "state_failed": ("处理失败", "failed"),
    "say_received": (
        "数据已安全保存，处理完成后本页会自动更新。",
        "The data are kept safely; this page will tell when they have been taken in.",
    ),
    "say_working": (
        "数据正在校验，本页会自动更新。",
        "The rows are being checked; this page loads itself again.",
    ),
    "say_done": (
        "全部数据已通过，不需要再做什么。",
        "Every row is in; there is nothing left to do.",
    ),
    "say_held": (
        "下载退回数据，在表格里改正红底的单元格，保存后原样报送到同一通道。",
        "Fetch the rejected rows, correct the marked cells in the workbook and send it "
        "in again as it is.",
    ),
    "say_refused": (
        "整批数据都没有进入平台，原因如下。改正后请重新报送。",
        "Nothing of it entered, for the reasons below. Correct it and send it again.",
    ),
    "say_failed": (
        "平台处理时出现问题，数据仍然保存着，请联系平台管理员。",
        "Something went wrong in the hub. The data are still kept; tell its operator.",
    ),
    "workbook": ("下载退回数据（Excel）", "Fetch the rejected rows (Excel)"),
    "rules": ("问题汇总", "What was found"),
    "rows": ("逐行问题", "Row by row"),
    "warn": ("仅提示", "remark"),
    "reject": ("退回", "rejected"),
    "refuse": ("整批", "whole"),
    "whole": ("整行", "whole row"),
    "listed": ("、", ", "),
    "within": ("（{}）", " ({})"),
    "more": ("另有 {} 条，见退回数据表。", "{} more; the workbook has them all."),
}


def status_page(house: House, status: Status, language: Language) -> str:
    """The page of a status.

    Args:
        house: gives the zone of its times.
        status: with findings.
        language: of everything but the titles of the sender's own table.
    """
    at = 0 if language == "zh" else 1
    words = {name: both[at] for name, both in WORDS.items()}
    text = ("message", "remedy") if language == "zh" else ("message_en", "remedy_en")
    rules = [
        dict(one, message=one[text[0]], remedy=one[text[1]], label=_label(one, at))
        for one in status.rules
    ]
    findings = [
        dict(
            one,
            message=one["message"] if at == 0 else RULES[one["rule"]].meaning_en,
            place=one["place"] if at == 0 else _english_place(one["place"]),
        )
        for one in status.findings
    ]
    is_out = bool(status.held) and status.state == "done"
    return template("page.html.j2").render(
        language="zh-CN" if language == "zh" else "en",
        other="en" if language == "zh" else "zh",
        words=words,
        sent=status.submission,
        received_at=_local(status.submission.received_at, house.city.timezone),
        state=status.state,
        say="say_held" if is_out else f"say_{status.state}",
        told=status.told,
        held=status.held,
        is_out=is_out,
        rules=rules,
        findings=findings,
        more=words["more"].format(status.findings_in_all - len(findings))
        if status.findings_in_all > len(findings)
        else "",
        reasons=reasons(status, at),
    )


def _label(one: Mapping[str, Any], at: int) -> str | None:
    """The column that a rule found something in."""
    column: str | None = one["column"]
    label: str | None = one["label"]
    return label if at == 0 or column is None else english_name(column)


def _english_place(place: str) -> str:
    """Where a row stands, as an English reader looks it up; the file keeps its name."""
    return _PLACE.sub(lambda found: f"{UNITS[found[2]]} {found[1]}", place)


def _local(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def template(name: str) -> jinja2.Template:
    """One of the templates of this folder."""
    return _environment().get_template(name)


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.PackageLoader("hub.sharing.submissions", "")
    return jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
