"""How deliveries and their parcels look: as JSON, and on a terminal.

What lives here: shapes and tables. What does not: the commands (`delivery`). No shape
holds a value of a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.sharing.outward.standing import Standing
    from hub.storage.outward import Parcel

Told = Mapping[str, Any]
STATES: Mapping[str, str] = {
    "waiting": "waiting 待发",
    "sent": "sent 待确认",
    "refused": "refused 拒收",
    "accepted": "accepted 已送达",
    "dead": "dead 死信",
    "given_up": "given up 放弃",
}
WAITS = {
    "code": "no word for the code 代码无对应值",
    "gap": "a gap in the key 主键缺值",
    "key": "several rows share the key 主键重复",
}
RUNS: Mapping[str, str] = {
    "done": "done 完成",
    "partly": "partly 部分",
    "stopped": "stopped 中断",
    "refused": "refused 不得交付",
    "failed": "failed 失败",
}


def standing_shape(one: Standing) -> dict[str, Any]:
    """A delivery for programs, as it stands."""
    last = one.last
    return {
        "delivery": one.id,
        "partner": one.partner.id,
        "consumer": one.delivery.consumer,
        "org": one.org,
        "dataset": one.delivery.dataset,
        "way": one.way,
        "when": one.delivery.when,
        "allowed": one.refusal is None,
        "reason": one.refusal,
        "grants": list(one.grants),
        "columns": [asdict(column) for column in one.columns],
        "rows": one.rows,
        "states": {
            state: {"parcels": parcels, "rows": rows}
            for state, (parcels, rows) in one.counts.items()
        },
        "last_sent_at": last.sent_at if last else None,
    }


def parcel_shape(one: Parcel) -> dict[str, Any]:
    """A parcel for programs."""
    told = asdict(one)
    del told["profile"]
    return told


def show_deliveries(page: Page, told: Sequence[Told]) -> None:
    """A line per delivery."""
    page.table(
        ("delivery", "consumer", "dataset", "rows", "waiting", "dead", "last sent", ""),
        (
            (
                one["delivery"],
                one["consumer"],
                one["dataset"],
                one["rows"],
                _parcels(one, "waiting", "sent", "refused"),
                _parcels(one, "dead"),
                one["last_sent_at"],
                "" if one["allowed"] else "not allowed 无授权",
            )
            for one in told
        ),
        empty="No delivery is declared: see docs/deliveries.md.",
    )


def show_delivery(page: Page, told: Told) -> None:
    """A delivery with its columns and parcels."""
    page.line(f"{told['delivery']} → {told['org'] or told['consumer']}", style="bold")
    page.facts(
        [
            ("dataset 数据集", told["dataset"]),
            ("way 方式", told["way"]),
            ("when 时机", told["when"]),
            ("grants 授权", told["grants"] or None),
            ("not allowed 不得交付", told["reason"]),
            ("rows there 对方现有", told["rows"]),
            *(
                (STATES[state], f"{count['parcels']} parcels, {count['rows']} rows")
                for state, count in told["states"].items()
            ),
        ]
    )
    page.title("Columns 字段")
    page.table(
        ("column", "含义", "there 对方字段", "mask 脱敏"),
        (
            (one["column"], one["label"], one["name"], one["mask"])
            for one in told["columns"]
        ),
    )
    page.title("Parcels 批次")
    page.table(
        ("no", "release", "sent", "new", "chg", "gone", "state", "receipt", "seen"),
        (
            (
                one["number"],
                one["release"],
                one["sent_at"],
                one["inserted"],
                one["updated"],
                one["withdrawn"],
                STATES[one["state"]],
                one["receipt"],
                one["error"],
            )
            for one in told["parcels"]
        ),
        empty="Nothing was sent yet: `hub delivery run` does it.",
    )


def show_runs(page: Page, told: Sequence[Told]) -> None:
    """A line per delivery that was carried out, and what stopped it."""
    page.table(
        ("delivery", "release", "new", "chg", "gone", "same", "held", "own", "dead",
         "state"),
        (
            (
                one["delivery"],
                one["release"],
                one["inserted"],
                one["updated"],
                one["withdrawn"],
                one["unchanged"],
                one["held"],
                one["own"],
                one["dead"],
                RUNS[one["state"]],
            )
            for one in told
        ),
        empty="No delivery is declared: see docs/deliveries.md.",
    )  # fmt: skip
    for one in told:
        if one["error"]:
            page.line(one["error"]["message"])


def show_held(page: Page, told: Told) -> None:
    """Why rows wait, and some of them."""
    page.line(f"{told['rows']} rows of {told['release']} wait for {told['delivery']}.")
    page.table(
        ("reason", "column", "value", "rows"),
        (
            (WAITS[one["reason"]], one["column"], one["value"], one["rows"])
            for one in told["reasons"]
        ),
        empty="Nothing is held back.",
    )
    if told["held"]:
        page.table(
            ("key at the receiver", "reason", "column"),
            (
                (one["told"], WAITS[one["reason"]], one["column"])
                for one in told["held"]
            ),
        )


def _parcels(told: Told, *states: str) -> int:
    return sum(told["states"].get(state, {}).get("parcels", 0) for state in states)
