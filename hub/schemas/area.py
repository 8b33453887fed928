"""Dataset `area`, 责任区.

Versions follow the filed plan. What lies inside is said three times, by street,
by community or grid codes and by boundary; attribution decides which to trust.
"""

from __future__ import annotations

from hub.schemas.fields import (
    Bool,
    Date,
    Dec,
    Int,
    Text,
    Texts,
    count,
    field,
    hub_id,
    valid_from,
    valid_to,
)
from hub.schemas.model import HubModel, facts


class Area(HubModel):
    """The responsibility area with its one road chief; what coverage counts."""

    area_id: Text = hub_id("责任区标识")
    area_name: Text = field("责任区名称", required=True)
    area_kind_code: Text = field("责任区类型", required=True, codes="AREA_KIND")
    status_code: Text = field("状态", required=True, codes="AREA_STATUS")
    is_required: Bool = field(
        "是否应设", "counts in the denominator of coverage", required=True
    )
    street_code: Text = field(
        "街道代码",
        "exactly one street",
        required=True,
        ref="division",
        form="street_code",
    )
    community_codes: Texts = field(
        "社区(村)代码",
        "communities of that street (F05)",
        ref="division",
        form="community_code",
    )
    unit_grid_codes: Texts = field(
        "单元网格码", "grids inside the area", form="unit_grid_code"
    )
    boundary: Text = field("边界", "WKT polygon in CGCS2000 degrees")
    area_km2: Dec = field("面积", above=0)
    population_count: Int = count("人口")
    difficulty_level: Text = field("难易程度", "as graded by the street")
    zone_class_name: Text = field(
        "区域等级", "as named by the city; selects the time limit"
    )
    lead_org_id: Text = field("主管单位", "the street office in charge", ref="org")
    document_no: Text = field("划分文号", "the plan that set the area up")
    valid_from_on: Date = valid_from()
    valid_to_on: Date = valid_to()

    class Config:
        """Facts of the dataset as a whole."""

        name = "area"
        title = "责任区"
        metadata = facts(
            topic="areas",
            grain="one row per area and version",
            key=("area_id", "valid_from_on"),
            history="scd2",
            share="OPEN",
            id_column="area_id",
        )
