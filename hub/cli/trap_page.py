"""The reference page of traps, made from the catalogue.

What lives here: Markdown for `hub docs`. What does not: the sentences
(`hub.schemas.traps`), where they are proved (`tests/traps`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hub.schemas.rules import rule
from hub.schemas.traps import FAMILIES, TRAPS, Trap

STATUS: Mapping[str, str] = {"done": "done 已实现", "partly": "partly 部分实现"}
HEAD = (
    "trap",
    "what comes 现象",
    "the hub 平台处理",
    "state 状态",
    "told under 规则",
    "declared by 声明项",
    "ends as 归处",
    "in the simulated city 模拟城市",
    "test 测试",
)
RULE = ("---",) * len(HEAD)
INTRO = """
Systems of this kind do the following, and the hub takes it for certain that each of it
will come. *Told under* are the codes of [rules](rules.md), *declared by* the keys of
[partner and city files](partner-files.md). *Ends as*: accepted, quarantined and
duplicate are the counts of rows as sent; unchanged is that of facts; refused and failed
are states of a whole batch; warned is a finding beside rows that entered.
""".strip()


def trap_page(seen: Mapping[str, Mapping[str, str]]) -> str:
    """Every trap, family by family.

    Args:
        seen: trap → partner of the simulated city → what it does.

    Raises:
        KeyError: an entry names a rule that does not exist.
    """
    partly = sum(trap.status == "partly" for trap in TRAPS.values())
    parts = [
        "# Traps of source systems 来源系统陷阱",
        "Made by `hub docs` from the catalogue; do not edit.",
        " ".join(INTRO.split()),
        f"{len(TRAPS)} traps, {partly} of them answered in part.",
    ]
    for family, (name_en, name_zh) in FAMILIES.items():
        lines = [_line(one, seen) for one in TRAPS.values() if one.family == family]
        parts.append(f"## {name_en} {name_zh}")
        parts.append(f"Proved by `tests/traps/test_{family}.py`.")
        parts.append("\n".join(_row(cells) for cells in (HEAD, RULE, *lines)))
    return "\n\n".join(parts) + "\n"


def _line(trap: Trap, seen: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    lacks = f"<br>Not yet 尚缺: {trap.missing}" if trap.missing else ""
    city = (f"{who}: {words}" for who, words in seen.get(trap.id, {}).items())
    return (
        f"`{trap.id}`",
        f"{trap.title_zh}<br>{trap.title_en}. {trap.comes}",
        f"{trap.hub}{lacks}",
        STATUS[trap.status],
        " ".join(f"`{rule(code).code}`" for code in trap.rules),
        " ".join(f"`{key}`" for key in trap.keys),
        ", ".join(trap.counted),
        "<br>".join(city),
        f"`-k test_t{trap.number}_`",
    )


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
