"""Dataset `road_section`, 责任路段.

Whether a section must have a shop chief is the street's decision and comes with
the row; the hub does not count shops to find out.
"""

from __future__ import annotations

from hub.schemas.fields import (
    Bool,
    Date,
    Dec,
    Int,
    Text,
    count,
    field,
    hub_id,
    valid_from,
    valid_to,
)
from hub.schemas.model import HubModel, facts


class RoadSection(HubModel):
    """The stretches of road inside an area."""

    road_section_id: Text = hub_id("路段标识")
    road_name: Text = field("道路名称", required=True)
    from_text: Text = field("起点")
    to_text: Text = field("止点")
    road_class_code: Text = field("道路等级", required=True, codes="ROAD_CLASS")
    length_m: Dec = field("长度(米)", above=0)
    centre_line: Text = field("中心线", "WKT line in CGCS2000 degrees")
    area_id: Text = field("责任区标识", required=True, ref="area")
    is_shop_chief_required: Bool = field(
        "是否应设店长", "many shops or units along it", required=True
    )
    shop_count: Int = count("门店数")
    valid_from_on: Date = valid_from()
    valid_to_on: Date = valid_to()

    class Config:
        """Facts of the dataset as a whole."""

        name = "road_section"
        title = "责任路段"
        metadata = facts(
            topic="areas",
            grain="one row per section and version",
            key=("road_section_id", "valid_from_on"),
            history="scd2",
            share="OPEN",
            id_column="road_section_id",
        )
