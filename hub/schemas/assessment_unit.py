"""Dataset `assessment_unit`, 考核单位.

Units are versioned because the ranking of an old month needs the units of that
month.
"""

from __future__ import annotations

from hub.schemas.fields import Date, Text, field, valid_from, valid_to
from hub.schemas.model import HubModel, facts


class AssessmentUnit(HubModel):
    """The units that are ranked, which are not the same as divisions."""

    unit_code: Text = field(
        "单位代码", "given by the hub's operators, e.g. AU-420107", required=True
    )
    unit_name: Text = field("名称", required=True)
    level_code: Text = field("层级", required=True, codes="UNIT_LEVEL")
    group_code: Text = field(
        "分组", "ranking happens inside a group; null is one group", codes="UNIT_GROUP"
    )
    parent_unit_code: Text = field("上级单位", ref="assessment_unit")
    valid_from_on: Date = valid_from()
    valid_to_on: Date = valid_to()

    class Config:
        """Facts of the dataset as a whole."""

        name = "assessment_unit"
        title = "考核单位"
        metadata = facts(
            topic="units",
            grain="one row per unit and version",
            key=("unit_code", "valid_from_on"),
            history="scd2",
            share="OPEN",
            core=False,
        )
