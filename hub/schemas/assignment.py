"""Dataset `assignment`, 任职.

An interval is half-open: in post from `start_on` up to, not including, `end_on`.
Rows are intervals by themselves, so there are no versions on top.
"""

from __future__ import annotations

import polars as pl

from hub.schemas.fields import Bool, Date, Text, field, hub_id, person_ref
from hub.schemas.model import HubModel, facts
from hub.schemas.row_rules import RowRule

PAIRS = (
    "ROAD_CHIEF-AREA",
    "BUILDING_CHIEF-COMMUNITY",
    "SHOP_CHIEF-ROAD_SECTION",
    "CO_GOVERN-AREA",
    "DEPT_CONTACT-ORG",
    "RESP_UNIT_CONTACT-ORG",
    "LEADER-STREET",
)
ROLE_AND_TARGET = RowRule(
    "target_kind_code",
    "P26",
    pl.concat_str("role_code", "target_kind_code", separator="-").is_in(PAIRS),
)


class Assignment(HubModel):
    """Who holds which post over what, from when to when."""

    assignment_id: Text = hub_id("任职标识")
    person_id: Text = person_ref("人员标识", required=True)
    role_code: Text = field("角色", required=True, codes="ROLE")
    role_source_name: Text = field("来源角色名", "the title as received")
    target_kind_code: Text = field("对象类型", required=True, codes="TARGET_KIND")
    target_id: Text = field(
        "对象标识",
        "hub identifier, or division code for COMMUNITY and STREET",
        required=True,
    )
    supervisor_assignment_id: Text = field(
        "所属路长任职",
        "post of the road chief who coordinates this one",
        ref="assignment",
    )
    is_primary: Bool = field("是否主要", required=True)
    start_on: Date = field("任职日期", "first day in post", required=True)
    end_on: Date = field(
        "离任日期", "first day out of post; null while in post", after="start_on"
    )
    document_no: Text = field("任命文号", "appointment document")

    class Config:
        """Facts of the dataset as a whole."""

        name = "assignment"
        title = "任职"
        metadata = facts(
            topic="people",
            grain="one row per person, role, target and interval",
            key=("assignment_id",),
            history="interval",
            share="CONDITIONAL",
            id_column="assignment_id",
            row_rules=(ROLE_AND_TARGET,),
        )
