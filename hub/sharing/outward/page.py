"""What each district was sent, as one HTML page in Chinese.

What lives here: filling the template `page.html.j2`, district by district. Every value
is escaped by the template engine; the page holds no script and asks nothing of any
network, and no value of a row stands on it. What does not: the facts (`standing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from hub.partners.city import City
from hub.sharing.outward.standing import Standing
from hub.storage.outward import State

STATES: Mapping[State, str] = {
    "waiting": "待发",
    "sent": "已发待确认",
    "refused": "对方拒收",
    "accepted": "已送达",
    "dead": "死信",
    "given_up": "已放弃",
}
WAYS = {"rest": "接口", "sql": "数据库表", "files": "文件"}
MASKS = {
    "name": "姓名脱敏", "phone": "电话脱敏", "idno": "证件号脱敏",
    "idno_strict": "证件号严格脱敏", "address": "地址截断", "plate": "车牌脱敏",
    "uscc": "信用代码处理", "owner_name": "业主名称脱敏", "scrub": "正文脱敏",
    "pseudonym": "假名",
}  # fmt: skip


def outward_page(
    city: City, standings: Iterable[Standing], *, release: str | None, at: datetime
) -> str:
    """The page as a complete HTML document.

    Args:
        city: names itself and its zone.
        standings: deliveries, those of one partner together.
        release: id of the newest release.
        at: when the page was made.
    """
    environment = Environment(
        loader=PackageLoader("hub.sharing.outward", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    zone = ZoneInfo(city.timezone)
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
        states=STATES,
        ways=WAYS,
        masks=MASKS,
    )
