"""Dataset `assessment_unit_member`, 考核单位组成.

A street belongs to at most one district-level unit on any day (F21).
"""

from __future__ import annotations

from hub.schemas.fields import Date, Text, field, valid_from, valid_to
from hub.schemas.model import HubModel, facts


class AssessmentUnitMember(HubModel):
    """Which streets or areas belong to an assessment unit on a day."""

    unit_code: Text = field("单位代码", required=True, ref="assessment_unit")
    member_kind_code: Text = field("成员类型", required=True, codes="MEMBER_KIND")
    member_id: Text = field(
        "成员标识", "street code, or area identifier for other places", required=True
    )
    confidence: Text = field("可信度", "how sure the membership is")
    valid_from_on: Date = valid_from()
    valid_to_on: Date = valid_to()

    class Config:
        """Facts of the dataset as a whole."""

        name = "assessment_unit_member"
        title = "考核单位组成"
        metadata = facts(
            topic="units",
            grain="one row per unit, member and version",
            key=("unit_code", "member_kind_code", "member_id", "valid_from_on"),
            history="scd2",
            share="OPEN",
            core=False,
        )
