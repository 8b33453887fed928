"""The reference page of alarms, made from the catalogue.

What lives here: Markdown for `hub docs`. What does not: the sentences (`catalogue`),
the guide that people wrote (`docs/alarms.md`).
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.alarms.catalogue import CATALOGUE, Entry

URGENCY = {"now": "now 立即", "soon": "soon 尽快"}


def alarm_page() -> str:
    """Every alarm with its meaning, what is seen, and what to do."""
    lines = [
        "# Alarms 报警",
        "",
        "Made by `hub docs` from the catalogue; do not edit.",
        "",
        "| code | name | 名称 | urgency |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| [`{code}`](#{code.lower()}) | {one.title_en} | {one.title_zh} "
        f"| {URGENCY[one.urgency]} |"
        for code, one in CATALOGUE.items()
    ]
    for one in CATALOGUE.values():
        lines += ["", *_entry(one)]
    return "\n".join(lines) + "\n"


def _entry(one: Entry) -> Iterator[str]:
    yield f"## {one.code}"
    yield ""
    yield f"**{one.title_zh} · {one.title_en}** (`{one.name}`)"
    yield ""
    yield one.meaning_zh
    yield one.meaning_en
    yield ""
    yield f"- seen 情况: {one.seen_zh} {one.seen_en}"
    yield f"- next 处理: {one.next_zh} {one.next_en}"
    yield f"- cleared 恢复: {one.mended_zh} {one.mended_en}"
    if one.settings:
        keys = " ".join(f"`{key}`" for key in one.settings)
        yield f"- settings 设置: {keys}"
