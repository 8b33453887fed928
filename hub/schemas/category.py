"""Dataset `category`, 部件/事项分类.

A category is always the triple of system, kind and code: the same number means
different things in different lists, and in 2026 even in different kinds.
"""

from __future__ import annotations

from hub.schemas.fields import Bool, Text, field
from hub.schemas.model import HubModel, facts
from hub.schemas.row_rules import category_digits


class Category(HubModel):
    """Component and matter lists of every generation and every partner."""

    system_code: Text = field("分类体系", required=True, codes="CATEGORY_SYSTEM")
    kind_code: Text = field("部件/事项", required=True, codes="CATEGORY_KIND")
    category_code: Text = field(
        "代码", "national lists: digits only; a local list as it comes", required=True
    )
    major_code: Text = field("大类代码", "the first two digits", required=True)
    major_name: Text = field("大类名称")
    category_name: Text = field("小类名称", required=True)
    is_extension: Bool = field(
        "是否扩展", "handed out locally, told by the minor number", required=True
    )
    is_derived: Bool = field(
        "是否派生", "matter of 2026 that is named after a component", required=True
    )

    class Config:
        """Facts of the dataset as a whole."""

        name = "category"
        title = "部件/事项分类"
        metadata = facts(
            topic="categories",
            grain="one row per system, kind and code",
            key=("system_code", "kind_code", "category_code"),
            history="static",
            share="OPEN",
            core=False,
            row_rules=(category_digits("system_code", "category_code"),),
        )
