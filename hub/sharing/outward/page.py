"""What each district was sent, as one HTML page in Chinese or English.

What lives here: filling the template `page.html.j2`, district by district. Every value
is escaped by the template engine; the page holds no script and asks nothing of any
network, and no value of a row stands on it. What does not: the facts (`standing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any, Literal
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from hub.partners.city import City
from hub.schemas.english import english_name
from hub.sharing.outward.said import error_said, refusal_said
from hub.sharing.outward.standing import Sent, Standing
from hub.storage.outward import State

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
Pair = tuple[str, str]
STATES: Mapping[State, Pair] = {
    "waiting": ("待发", "waiting"),
    "sent": ("已发待确认", "sent, unconfirmed"),
    "refused": ("对方拒收", "refused by the receiver"),
    "accepted": ("已送达", "delivered"),
    "dead": ("死信", "dead letter"),
    "given_up": ("已放弃", "given up"),
}
WAYS: Mapping[str, Pair] = {
    "rest": ("接口", "API"),
    "sql": ("数据库表", "database table"),
    "files": ("文件", "file"),
}
MASKS: Mapping[str, Pair] = {
    "name": ("姓名脱敏", "name"),
    "phone": ("电话脱敏", "phone"),
    "idno": ("证件号脱敏", "ID number"),
    "idno_strict": ("证件号严格脱敏", "ID number, strictly"),
    "address": ("地址截断", "address, cut"),
    "plate": ("车牌脱敏", "number plate"),
    "uscc": ("信用代码处理", "credit code"),
    "owner_name": ("业主名称脱敏", "owner's name"),
    "scrub": ("正文脱敏", "personal data in text"),
    "pseudonym": ("假名", "pseudonym"),
}
WORDS: Mapping[str, Pair] = {
    "title": ("数据回传情况", "Deliveries to the districts"),
    "made": ("制表", "made"),
    "newest": ("最新发布", "newest release"),
    "none_yet": ("尚无", "none yet"),
    "no_values": (
        "本页不含任何数据内容，只列交付情况",
        "this page holds no value of any row, only what became of deliveries",
    ),
    "no_delivery": (
        "没有登记任何回传。需要回传时，请联系平台管理员。",
        "No delivery is declared. Write a [[delivery]] into a partner's file.",
    ),
    "may_not": ("当前不得交付：", "not to be delivered at present:"),
    "consumer": ("使用方", "consumer"),
    "unknown": ("未登记", "not registered"),
    "grants": ("授权编号", "grants"),
    "none": ("无", "none"),
    "way": ("方式", "way"),
    "holds": ("对方现有行数", "rows at the receiver"),
    "last": ("最近交付", "last delivered"),
    "parcels": ("{} 批 {} 行", "parcels: {}, rows: {}"),
    "column": ("字段", "column"),
    "meaning": ("含义", "meaning"),
    "theirs": ("对方字段", "receiver's column"),
    "mask": ("脱敏", "mask"),
    "parcel": ("批次", "parcel"),
    "release": ("发布", "release"),
    "sent": ("发出", "sent"),
    "inserted": ("新增", "added"),
    "updated": ("变更", "changed"),
    "withdrawn": ("撤回", "withdrawn"),
    "state": ("状态", "state"),
    "receipt": ("回执", "receipt"),
    "note": ("说明", "note"),
    "nothing_sent": ("尚未发出任何内容。", "Nothing was sent yet."),
    "tried": ("（已试 {} 次）", " ({} tries)"),
}
NUMBERS = ("parcel", "inserted", "updated", "withdrawn")


def _label(column: Sent, nth: int) -> str:
    return column.label if nth == 0 else english_name(column.column)


def _in(language: Language, told: Mapping[Any, Pair]) -> dict[str, str]:
    nth = LANGUAGES.index(language)
    return {name: pair[nth] for name, pair in told.items()}


def outward_page(
    city: City,
    standings: Iterable[Standing],
    *,
    release: str | None,
    at: datetime,
    language: Language = "zh-CN",
) -> str:
    """The page as a complete HTML document.

    Args:
        city: names itself and its zone.
        standings: deliveries, those of one partner together.
        release: id of the newest release.
        at: when the page was made.
        language: of its words; names of partners are as they were declared.
    """
    environment = Environment(
        loader=PackageLoader("hub.sharing.outward", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    zone, nth = ZoneInfo(city.timezone), LANGUAGES.index(language)
    environment.filters["local"] = lambda instant: (
        instant.astimezone(zone).strftime("%Y-%m-%d %H:%M") if instant else "—"
    )
    told = sorted(standings, key=lambda one: one.id)
    districts = [
        (partner, list(group))
        for partner, group in groupby(told, key=lambda one: one.partner.title)
    ]
    return environment.get_template("page.html.j2").render(
        city=city,
        districts=districts,
        release=release,
        at=at,
        language=language,
        name=city.name,
        words=_in(language, WORDS),
        states=_in(language, STATES),
        ways=_in(language, WAYS),
        masks=_in(language, MASKS),
        numbers=NUMBERS,
        label=partial(_label, nth=nth),
        named=lambda one: one.title if nth == 0 else english_name(one.delivery.dataset),
        refusal=lambda one: refusal_said(one.refused, nth),
        note=lambda parcel: error_said(parcel.error, nth) if parcel.error else "",
    )
