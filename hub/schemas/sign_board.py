"""Dataset `sign_board`, 路长公示牌.

Names and phones on a board are public by policy, and only as printed here; the
same facts inside `person` stay conditional.
"""

from __future__ import annotations

from hub.schemas.fields import (
    Date,
    Float,
    Text,
    coordinate_quality,
    coordinate_system,
    field,
    hub_id,
    latitude,
    longitude,
    valid_from,
    valid_to,
)
from hub.schemas.model import HubModel, facts


class SignBoard(HubModel):
    """The public board of a road chief, to be compared with the roster."""

    sign_board_id: Text = hub_id("公示牌标识")
    area_id: Text = field("责任区标识", required=True, ref="area")
    road_section_id: Text = field("责任路段标识", ref="road_section")
    shown_road_text: Text = field("公示路段", "road sections as printed")
    shown_chief_name: Text = field(
        "公示路长姓名", "as printed; public by policy", personal="PERSONAL"
    )
    shown_phone: Text = field(
        "公示电话", "as printed; public by policy", personal="PERSONAL"
    )
    qr_target: Text = field("二维码指向", "what the printed QR code opens")
    lon: Float = longitude()
    lat: Float = latitude()
    coord_sys_code: Text = coordinate_system()
    coord_quality_code: Text = coordinate_quality()
    component_id: Text = field(
        "部件标识码", "component of class 01065", form="component_id"
    )
    status_code: Text = field("状态", required=True, codes="BOARD_STATUS")
    installed_on: Date = field("设置日期")
    checked_on: Date = field("检查日期", "last inspection")
    valid_from_on: Date = valid_from()
    valid_to_on: Date = valid_to()

    class Config:
        """Facts of the dataset as a whole."""

        name = "sign_board"
        title = "路长公示牌"
        metadata = facts(
            topic="objects",
            grain="one row per board and version",
            key=("sign_board_id", "valid_from_on"),
            history="scd2",
            share="OPEN",
            id_column="sign_board_id",
        )
