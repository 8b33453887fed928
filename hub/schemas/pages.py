"""Reference pages in Markdown: datasets, codes, rules, in Chinese and English.

What lives here: pages that can only be as right as the declarations, because
they are made of nothing else. What does not: guides, which people write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hub.schemas.code_lists import CodeList, code_lists, read_table
from hub.schemas.columns import Column
from hub.schemas.datasets import Dataset
from hub.schemas.rules import RULES, Rule

HISTORY: Mapping[str, str] = MappingProxyType(
    {
        "latest": "latest state 仅最新状态",
        "append": "append only 只增不改",
        "scd2": "versions, half-open local dates 分版本（左闭右开日期）",
        "interval": "interval rows 区间行",
        "static": "static 静态",
    }
)
REQUIRED: Mapping[str, str] = MappingProxyType(
    {"yes": "yes 是", "no": "no 否", "cond": "if 视条件"}
)
SEVERITY: Mapping[str, str] = MappingProxyType(
    {"reject": "reject 隔离", "warn": "warn 提示", "refuse": "refuse 整批退回"}
)
FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "F": "References 引用关系",
        "K": "Counts and order 数量与次序",
        "P": "Values and layout 取值与格式",
        "B": "Deliveries 整批校验",
        "S": "Derivations 平台推导",
        "T": "Traps 来源系统陷阱",
    }
)
COLUMN_HEAD = (
    "column 字段",
    "中文名",
    "type 类型",
    "required 必填",
    "values 取值",
    "share 共享",
    "mask 脱敏",
    "rule 规则",
)


def dictionary_page(ds: Dataset) -> str:
    """The dictionary page of a dataset: its facts, then a table of its columns."""
    kind = "core 核心" if ds.core else "reference 参考"
    parts = [
        f"# `{ds.name}` {ds.title}",
        ds.description,
        "\n".join(
            [
                f"- Grain 粒度: {ds.grain}",
                f"- Key 主键: {', '.join(f'`{name}`' for name in ds.key)}",
                f"- History 历史: {HISTORY[ds.history]}",
                f"- Share class 共享属性: {_share(ds.share)}",
                f"- Kind 类别: {kind}",
            ]
        ),
        "## Columns 字段",
        _table(COLUMN_HEAD, map(_column_line, ds.columns)),
        "## Provenance 来源信息",
        _table(COLUMN_HEAD, map(_column_line, ds.provenance)),
    ]
    return "\n\n".join(parts) + "\n"


def code_page() -> str:
    """Every code list and every national format, in one page."""
    parts = ["# Code lists 代码表"]
    for entries in code_lists().values():
        parts += [f"## {entries.name}", _code_table(entries)]
    head = ("format", "中文", "English", "pattern", "source")
    formats = (
        (
            f"`{f['format']}`",
            f["name_zh"],
            f["name_en"],
            _code(f["pattern"]),
            f["source"],
        )
        for f in read_table("format")
    )
    parts += ["## Formats 编码格式", _table(head, formats)]
    return "\n\n".join(parts) + "\n"


def rule_page() -> str:
    """Every rule with severity, meaning, remedy and source, in both languages."""
    parts = ["# Rules 校验规则"]
    head = ("rule", "severity", "meaning 含义", "remedy 处理办法", "source 依据")
    for letter, title in FAMILIES.items():
        family = [rule for code, rule in RULES.items() if code.startswith(letter)]
        parts += [f"## {letter} · {title}", _table(head, map(_rule_line, family))]
    return "\n\n".join(parts) + "\n"


def _column_line(column: Column) -> tuple[str, ...]:
    values = [_code(column.code_list)] if column.code_list else []
    values += [f"→ {_code(column.ref)}"] if column.ref else []
    values += [f"format {_code(column.form)}"] if column.form else []
    values += _limits(column)
    rule = [column.rule] if column.rule else []
    rule += ["made by the hub 平台生成"] if column.derived else []
    rule += ["personal 个人信息"] if column.personal == "PERSONAL" else []
    rule += ["sensitive 敏感个人信息"] if column.personal == "SENSITIVE" else []
    return (
        f"`{column.name}`",
        column.label,
        column.type,
        REQUIRED[column.required],
        " ".join(values),
        _share(column.share),
        column.mask or "",
        "; ".join(rule),
    )


def _limits(column: Column) -> list[str]:
    # Coordinates are bounded only to keep out what is no number (fields.FARTHEST).
    if column.type == "float":
        return []
    limits = [f"≥ {column.at_least}"] if column.at_least is not None else []
    limits += [f"> {column.above}"] if column.above is not None else []
    limits += [f"≤ {column.at_most}"] if column.at_most is not None else []
    limits += [f"> {_code(column.after)}"] if column.after else []
    return limits


def _code_table(entries: CodeList) -> str:
    lines = ((f"`{code}`", *entries.labels[code]) for code in entries.ordered)
    return _table(("code 代码", "中文", "English"), lines)


def _rule_line(rule: Rule) -> tuple[str, ...]:
    return (
        f"`{rule.code}`",
        SEVERITY[rule.severity],
        f"{rule.meaning_zh}<br>{rule.meaning_en}",
        f"{rule.remedy_zh}<br>{rule.remedy_en}",
        rule.source,
    )


def _share(name: str) -> str:
    return f"{name.lower()} {code_lists()['SHARE_CLASS'].label_zh(name)}"


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    names = list(head)
    rows = [names, ["---"] * len(names), *lines]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows
    )
