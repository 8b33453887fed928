"""The look of the audit log: entries and the verdict, for programs and people.

What lives here: shapes and tables. What does not: reading the log. A list tells no
person, no address and no filter; a single entry tells all that the log holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.sharing.audit import Verdict

Shape = dict[str, Any]

LISTED = (
    "number", "at", "system", "org", "grant_id", "dataset", "version", "means",
    "result", "reason", "refers_to", "row_count", "byte_count", "is_unfinished",
)  # fmt: skip
RESULTS = {
    "begun": "已开始",
    "delivered": "已交付",
    "refused": "已拒绝",
    "failed": "已中断",
    "unfinished": "未结束",
}
MEANS = {"interface": "接口", "bulk": "批量", "file": "文件"}
LABELS = {
    "number": "entry 序号",
    "at": "at 时间",
    "refers_to": "ends 所结束序号",
    "system": "consumer 系统",
    "person": "person 人员",
    "org": "org 单位",
    "grant_id": "grant 授权编号",
    "purpose": "purpose 用途",
    "valid_until": "valid until 有效期至",
    "dataset": "dataset 数据集",
    "version": "version 版本",
    "columns": "columns 字段",
    "conditions": "filter 筛选（值已替换）",
    "means": "means 方式",
    "mask_profile": "masks 脱敏方案",
    "pseudonym_key_id": "pseudonym key 假名密钥号",
    "address": "address 地址",
    "result": "result 结果",
    "reason": "reason 原因",
    "row_count": "rows 行数",
    "byte_count": "bytes 字节",
    "digest": "digest 内容摘要",
    "previous": "previous 前一摘要",
    "key_id": "key 密钥",
    "seal": "seal 签封",
    "hash": "hash 摘要",
}


def listed(row: Mapping[str, Any]) -> Shape:
    """An entry as a list tells it."""
    return {name: row[name] for name in LISTED}


def show_listed(page: Page, entries: Iterable[Shape]) -> None:
    """Entries as a table, one line each."""
    page.table(
        ("entry", "at 时间", "consumer 系统", "dataset", "rows", "result 结果"),
        (
            (
                one["number"],
                f"{one['at'][:10]} {one['at'][11:16]}Z",
                one["system"],
                one["dataset"],
                one["row_count"],
                _result(one),
            )
            for one in entries
        ),
        empty="No entry.",
    )


def entry_shape(row: Mapping[str, Any]) -> Shape:
    """An entry with all that the log holds."""
    return {
        **row,
        "columns": row["columns"].split(",") if row["columns"] else [],
        "conditions": orjson.loads(row["conditions"]),
    }


def show_entry(page: Page, told: Shape) -> None:
    """One entry, a line per thing."""
    filters = [
        " ".join((one["column"], one["operator"], *one["values"]))
        for one in told["conditions"]
    ]
    words = {
        "result": _result(told),
        "means": _named(told["means"], MEANS),
        "conditions": "; ".join(filters) or None,
        "columns": told["columns"] or None,
    }
    page.facts((label, words.get(name, told[name])) for name, label in LABELS.items())


def verdict_shape(found: Verdict, unfinished: int, missing: list[str]) -> Shape:
    """What a walk over the log came to."""
    problem = found.problem
    return {
        "ok": found.ok,
        "entries": found.entries,
        "hash": found.hash,
        "roots": found.roots,
        "unwitnessed": found.unwitnessed,
        "unfinished": unfinished,
        "missing_guards": missing,
        "first_bad": None
        if problem is None
        else {"entry": problem.entry, "kind": problem.kind, "seen": problem.seen},
    }


def show_verdict(page: Page, told: Shape) -> None:
    """The verdict, and what to do about it."""
    from hub.sharing.audit import KINDS

    page.facts(
        [
            ("sound entries 完好条目", told["entries"]),
            ("roots 签名根", told["roots"]),
            ("hash 末条摘要", told["hash"]),
            ("unfinished 未结束的交付", told["unfinished"]),
        ]
    )
    if told["unwitnessed"]:
        page.line(
            f"{told['unwitnessed']} roots at the end are not in audit/roots.jsonl "
            "yet: a writer was stopped in between. `hub audit sign` writes them."
        )
    if told["missing_guards"]:
        page.line(
            f"Missing in the database: {', '.join(told['missing_guards'])}. Somebody "
            "took away what refuses changes there. 防改触发器缺失。",
            style="red",
        )
    bad = told["first_bad"]
    if bad is None:
        page.line("The audit log is what was written. 审计日志完整。", style="green")
        return
    page.line(
        f"First bad entry: {bad['entry']}, {bad['kind']} {KINDS[bad['kind']]}: "
        f"{bad['seen']}.",
        style="bold red",
    )
    page.line(
        "Keep the database and audit/roots.jsonl as they are, compare them with a "
        "backup, and tell whoever answers for security."
    )


def _result(told: Mapping[str, Any]) -> str:
    return _named("unfinished" if told["is_unfinished"] else told["result"], RESULTS)


def _named(word: str, words: Mapping[str, str]) -> str:
    return f"{word} {words[word]}" if word in words else word
