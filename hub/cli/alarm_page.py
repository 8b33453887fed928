"""How an alarm looks: as JSON, and on a terminal.

What lives here: shapes, tables and pages. What does not: the commands (`alarm`), the
messages that channels get (`hub.alarms.words`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hub.alarms.words import (
    alarm_id,
    entry_of,
    next_words,
    owner_of,
    place_of,
    seen_words,
)

if TYPE_CHECKING:
    from hub.alarms.checking import Checked
    from hub.alarms.sending import Sent
    from hub.cli.printing import Page
    from hub.flow.house import House
    from hub.storage.alarms import Alarm, Message

Told = Mapping[str, Any]
STATES = {
    "open": "open 未恢复",
    "escalated": "escalated 已升级",
    "cleared": "cleared 已恢复",
}
KINDS = {
    "opened": "opened 报警",
    "escalated": "escalated 升级",
    "cleared": "cleared 恢复",
}


def alarm_shape(house: House, alarm: Alarm) -> dict[str, Any]:
    """An alarm for programs."""
    entry = entry_of(alarm)
    state = "escalated" if alarm.escalated_at else "open"
    return {
        "alarm": alarm_id(alarm.number),
        "rule": alarm.rule,
        "name": entry.name,
        "urgency": entry.urgency,
        "title": {"zh": entry.title_zh, "en": entry.title_en},
        "partner": alarm.partner or None,
        "feed": alarm.feed or None,
        "subject": alarm.subject or None,
        "place": place_of(house.city, alarm) or None,
        "owner": owner_of(house.city, alarm),
        "state": "cleared" if alarm.cleared_at else state,
        "opened_at": alarm.opened_at,
        "seen_at": alarm.seen_at,
        "escalated_at": alarm.escalated_at,
        "cleared_at": alarm.cleared_at,
        "values": dict(alarm.seen),
        "seen": {"zh": seen_words(alarm, "zh"), "en": seen_words(alarm, "en")},
        "next": {"zh": next_words(alarm, "zh"), "en": next_words(alarm, "en")},
        "mended": {"zh": entry.mended_zh, "en": entry.mended_en},
    }


def message_shape(one: Message) -> dict[str, Any]:
    """A message for programs."""
    return {
        "message": one.number,
        "alarm": alarm_id(one.alarm.number),
        "kind": one.kind,
        "channel": one.channel,
        "made_at": one.made_at,
        "tries": one.tries,
        "next_at": one.next_at,
        "error": one.error,
        "sent_at": one.sent_at,
    }


def list_shape(
    house: House, alarms: Sequence[Alarm], waiting: Sequence[Message]
) -> dict[str, Any]:
    """Alarms, and per channel what could not be sent yet."""
    declared = [one.name for one in house.city.alarm.channels]
    by_channel: dict[str, list[Message]] = {name: [] for name in declared}
    for one in waiting:
        by_channel.setdefault(one.channel, []).append(one)
    return {
        "alarms": [alarm_shape(house, one) for one in alarms],
        "channels": [
            {
                "channel": name,
                "is_declared": name in declared,
                "waiting": len(own),
                "tries": max((one.tries for one in own), default=0),
                "next_at": max(
                    (one.next_at for one in own if one.next_at), default=None
                ),
                "error": next((one.error for one in own[::-1] if one.error), None),
            }
            for name, own in by_channel.items()
        ],
    }


def check_shape(
    house: House, checked: Checked, turns: Sequence[Sent]
) -> dict[str, Any]:
    """What a check came to."""
    changes = checked.changes
    return {
        "by_other": checked.by_other,
        "opened": [alarm_shape(house, one) for one in changes["opened"]],
        "escalated": [alarm_shape(house, one) for one in changes["escalated"]],
        "cleared": [alarm_shape(house, one) for one in changes["cleared"]],
        "open": [alarm_shape(house, one) for one in checked.open],
        "blind": [{"rule": code, "error": why} for code, why in checked.blind.items()],
        "sent": [turn_shape(one) for one in turns],
    }


def turn_shape(one: Sent) -> dict[str, Any]:
    """What a turn of sending did on one channel."""
    return {
        "channel": one.channel,
        "sent": one.sent,
        "waiting": one.waiting,
        "error": one.error,
    }


def show_list(page: Page, told: Told, zone: str) -> None:
    """A block per alarm, and the channels that have something waiting."""
    if not told["alarms"]:
        page.line("No alarm is open. 无报警。")
    for one in told["alarms"]:
        _show_entry(page, one, zone)
    stuck = [one for one in told["channels"] if one["waiting"]]
    if stuck:
        page.title("Not sent yet 尚未发出")
        page.table(
            ("channel", "waiting", "tries", "again at", "why"),
            (
                (
                    one["channel"],
                    one["waiting"],
                    one["tries"],
                    one["next_at"],
                    one["error"] if one["is_declared"] else "no longer declared",
                )
                for one in stuck
            ),
        )
    if not told["channels"]:
        page.line()
        page.line(
            "No [[alarm.channel]] is declared: nobody is called. 未声明报警通道。"
        )


def show_alarm_page(page: Page, told: Told) -> None:
    """An alarm with who was told of it."""
    page.line(f"{told['alarm']} {told['rule']} {_title(told)}", style="bold")
    page.facts(
        [
            ("state 状态", STATES[told["state"]]),
            ("feed 来源", told["place"]),
            ("owner 责任方", told["owner"]),
            ("opened 起始", told["opened_at"]),
            ("last seen 最近确认", told["seen_at"]),
            ("escalated 升级", told["escalated_at"]),
            ("cleared 恢复", told["cleared_at"]),
        ]
    )
    page.title("Seen 情况")
    page.line(told["seen"]["zh"])
    page.line(told["seen"]["en"])
    page.title("Next 下一步" if told["state"] != "cleared" else "Mended 已恢复")
    then = told["next" if told["state"] != "cleared" else "mended"]
    page.line(then["zh"])
    page.line(then["en"])
    page.title("Messages 通知")
    page.table(
        ("at", "message", "channel", "sent", "tries", "why not"),
        (
            (
                one["made_at"],
                KINDS[one["kind"]],
                one["channel"],
                one["sent_at"],
                one["tries"],
                one["error"],
            )
            for one in told["messages"]
        ),
        empty="None: no channel was declared for it.",
    )


def show_check(page: Page, told: Told) -> None:
    """What has changed, what is open, and what was sent."""
    for kind in ("opened", "escalated", "cleared"):
        for one in told[kind]:
            page.line(f"{KINDS[kind]}: {one['alarm']} {one['rule']} {_where(one)}")
    counts = f"{len(told['open'])} open 未恢复"
    page.line(counts if told["open"] else "No alarm is open. 无报警。", style="bold")
    for one in told["blind"]:
        page.line(f"{one['rule']} could not look: {one['error']}", style="red")
    if told["sent"]:
        show_turns(page, told["sent"])


def show_turns(page: Page, told: Sequence[Told]) -> None:
    """A line per channel."""
    page.table(
        ("channel", "sent", "waiting", "why not"),
        ((one["channel"], one["sent"], one["waiting"], one["error"]) for one in told),
        empty="Nothing waits. 没有待发消息。",
    )


def _show_entry(page: Page, one: Told, zone: str) -> None:
    lines = [one["seen"]["zh"], one["seen"]["en"]]
    if one["state"] == "cleared":
        lines.append(f"恢复：{one['mended']['zh']}")
    else:
        lines += [
            f"owner 责任方：{one['owner']}",
            f"处理：{one['next']['zh']}",
            f"next: {one['next']['en']}",
        ]
    head = f"{one['alarm']} {one['rule']} {_title(one)}"
    # On the city's clock, as everything that an alarm has seen.
    since = one["opened_at"].astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    page.entry(
        f"{head} · {_where(one)}",
        [f"{STATES[one['state']]}, since {since} {zone}", *lines],
    )


def _title(one: Told) -> str:
    return f"{one['title']['zh']} {one['title']['en']}"


def _where(one: Told) -> str:
    return one["place"] or one["subject"] or "hub 数据中枢"
