"""Dataset `service_object`, 服务对象.

The register is only as good as its last visit: `verified_at` says when somebody
saw the object. Duplicates are suggested by the hub and decided by a person.
"""

from __future__ import annotations

import polars as pl

from hub.schemas.fields import (
    Bool,
    Date,
    Float,
    Text,
    Ts,
    coordinate_quality,
    coordinate_system,
    field,
    hub_id,
    latitude,
    longitude,
    person_ref,
    valid_from,
    valid_to,
)
from hub.schemas.model import HubModel, facts
from hub.schemas.row_rules import visited_within_a_year


class ServiceObject(HubModel):
    """Shops, units, communities, estates and sites that a road chief serves."""

    service_object_id: Text = hub_id("服务对象标识")
    object_kind_code: Text = field("对象类型", required=True, codes="OBJECT_KIND")
    object_name: Text = field("招牌名称", "as on the signboard", required=True)
    legal_name: Text = field(
        "证照名称", "as on the licence", mask="owner_name", personal="PERSONAL"
    )
    uscc_id: Text = field(
        "统一社会信用代码", mask="uscc", personal="PERSONAL", form="uscc"
    )
    owner_name: Text = field("负责人", mask="name", personal="PERSONAL")
    owner_phone: Text = field(
        "负责人电话", mask="phone", personal="PERSONAL", form="phone"
    )
    address: Text = field("地址", mask="address")
    lon: Float = longitude()
    lat: Float = latitude()
    coord_sys_code: Text = coordinate_system()
    coord_quality_code: Text = coordinate_quality()
    street_code: Text = field(
        "街道代码", required=True, ref="division", form="street_code"
    )
    community_code: Text = field("社区(村)代码", ref="division", form="community_code")
    area_id: Text = field("责任区标识", "who answers for it", ref="area")
    road_section_id: Text = field("责任路段标识", ref="road_section")
    shop_chief_assignment_id: Text = field(
        "店长任职", "post with role SHOP_CHIEF", ref="assignment"
    )
    is_three_guarantee_signed: Bool = field(
        "是否签订门前三包", "the shop-front duty letter is signed"
    )
    signed_on: Date = field(
        "签订日期", "due when signed", required_if=pl.col("is_three_guarantee_signed")
    )
    open_status_code: Text = field("营业状态", required=True, codes="OPEN_STATUS")
    business_type_name: Text = field("业态")
    verified_at: Ts = field("核实时间", "last seen on site")
    verified_by_person_id: Text = person_ref("核实人")
    duplicate_of_id: Text = field(
        "重复于", "the object that counts", ref="service_object"
    )
    valid_from_on: Date = valid_from()
    valid_to_on: Date = valid_to()

    class Config:
        """Facts of the dataset as a whole."""

        name = "service_object"
        title = "服务对象"
        metadata = facts(
            topic="objects",
            grain="one row per object and version",
            key=("service_object_id", "valid_from_on"),
            history="scd2",
            share="CONDITIONAL",
            id_column="service_object_id",
            row_rules=(visited_within_a_year("verified_at"),),
        )
