"""The mask of personal names (sharing §4).

What lives here: which part of a name stays. What does not: the names of trades
(`traders`); names inside free text, which stay (`free_text`).
"""

from __future__ import annotations

import polars as pl

from hub.sharing.masks.signs import STAR, trimmed

# Compound surnames in use; a name of exactly these two signs keeps the first only.
COMPOUND = (
    "欧阳", "司马", "诸葛", "上官", "司徒", "东方", "独孤", "南宫", "万俟", "闻人",
    "夏侯", "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔",
    "申屠", "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文", "司空", "鲜于", "闾丘",
    "令狐", "呼延", "端木", "轩辕", "百里", "东郭", "南门", "西门", "第五", "欧陽",
    "司馬", "諸葛", "上官", "東方", "淳于", "单于", "左丘", "谷梁", "拓跋", "夹谷",
)  # fmt: skip
DOTS = "·•・‧∙⋅･"
# Only letters before the dot: a number in front of one is no part of a name.
FIRST_PART = rf"^(\p{{L}}[\p{{L}}\p{{M}}]*)[{DOTS}](?s:.+)$"
TWO_SIGNS = rf"^(?:{'|'.join(COMPOUND)})(?s:.)"


def name(value: pl.Expr) -> pl.Expr:
    """Surname, then one star per further sign; always at least one is hidden.

    `张三` → `张*`, `欧阳小明` → `欧阳**`, `阿凡提·买买提` → `阿凡提·***`. A single
    sign is hidden: alone it would pass as a whole name.
    """
    whole = trimmed(value)
    kept = (
        pl.when(whole.str.contains(TWO_SIGNS))
        .then(2)
        .when(whole.str.len_chars() > 1)
        .then(1)
        .otherwise(0)
    )
    simple = pl.concat_str(
        whole.str.slice(0, kept),
        whole.str.slice(kept).str.replace_all("(?s:.)", STAR),
    )
    first = whole.str.extract(FIRST_PART)
    rest = whole.str.slice(first.str.len_chars() + 1)
    parts = pl.concat_str(
        first, pl.lit("·"), rest.str.replace_all(rf"[^{DOTS}\n]|\n", STAR)
    )
    has_rest = rest.str.contains(rf"[^{DOTS}]")
    return pl.when(first.is_not_null() & has_rest).then(parts).otherwise(simple)
