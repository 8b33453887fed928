"""Dataset `org`, 单位/机构.

A functional zone has no division code of its own; `unit_code` says which
assessment unit its departments belong to.
"""

from __future__ import annotations

from hub.schemas.fields import (
    Bool,
    Date,
    Int,
    Text,
    field,
    hub_id,
    valid_from,
    valid_to,
)
from hub.schemas.model import HubModel, facts


class Org(HubModel):
    """Departments, street offices and desks, communities, units and contractors."""

    org_id: Text = hub_id("单位标识")
    org_name: Text = field("单位名称", required=True)
    short_name: Text = field("简称")
    uscc_id: Text = field("统一社会信用代码", form="uscc")
    org_level_code: Text = field("层级", required=True, codes="ORG_LEVEL")
    org_kind_code: Text = field("类型", required=True, codes="ORG_KIND")
    parent_org_id: Text = field("上级单位", ref="org")
    division_code: Text = field("所在区划", ref="division", form="division_code")
    unit_code: Text = field(
        "所属考核单位",
        "the unit that answers for it, where a division does not tell",
        ref="assessment_unit",
    )
    is_contact_required: Bool = field(
        "是否应设联络人", "must name a contact; null while nobody has decided"
    )
    establishment_count: Int = field(
        "编制数", "posts approved", share="CONDITIONAL", at_least=0
    )
    in_post_count: Int = field(
        "在编在岗数", "posts filled", share="CONDITIONAL", at_least=0
    )
    valid_from_on: Date = valid_from()
    valid_to_on: Date = valid_to()

    class Config:
        """Facts of the dataset as a whole."""

        name = "org"
        title = "单位/机构"
        metadata = facts(
            topic="people",
            grain="one row per organisation and version",
            key=("org_id", "valid_from_on"),
            history="scd2",
            share="OPEN",
            id_column="org_id",
        )
