"""Words of rules, columns and states, in both languages, for people.

What lives here: how a rule and a column are named beside each other on every page.
What does not: the catalogue (`hub.schemas.rules`), the layout of pages.
"""

from __future__ import annotations

from hub.schemas import DATASETS
from hub.schemas.rules import RULES

SEVERITIES = {"refuse": "退回", "reject": "隔离", "warn": "提示"}
STATES = {
    "landed": "已到达",
    "split": "已拆分",
    "merged": "已入库",
    "refused": "整批退回",
    "failed": "未能取到",
}
KINDS = {"delivery": "到达", "retry": "自动重试", "replay": "重放"}


def column_words(dataset: str | None, column: str | None) -> str:
    """A column as `case_no 案件编号`; the row itself where none is named."""
    if not column:
        return "the row 整行"
    known = DATASETS[dataset].all_columns if dataset and dataset in DATASETS else ()
    labels = {one.name: one.label for one in known}
    return f"{column} {labels[column]}" if labels.get(column) else column


def rule_lines(code: str) -> list[str]:
    """What a rule says is wrong and what to do, each in Chinese and English."""
    rule = RULES[code]
    return [
        rule.meaning_zh,
        rule.meaning_en,
        # No space behind it: Rich would begin a new line there.
        f"处理：{rule.remedy_zh}",
        f"→ {rule.remedy_en}",
    ]
