"""Dataset `patrol`, 巡查.

A planned row becomes done, missed or excused. The track is a location trail and
never leaves the hub; what figures need of it is `is_inside_area`.
"""

from __future__ import annotations

import polars as pl

from hub.schemas.fields import (
    Bool,
    Date,
    Dec,
    Int,
    Text,
    Texts,
    Ts,
    count,
    field,
    hub_id,
    person_ref,
)
from hub.schemas.model import HubModel, facts


class Patrol(HubModel):
    """Patrols planned and done, the stuff of the action rate."""

    patrol_id: Text = hub_id("巡查标识")
    person_id: Text = person_ref("巡查人", required=True)
    assignment_id: Text = field("任职标识", ref="assignment")
    area_id: Text = field("责任区标识", ref="area")
    status_code: Text = field("状态", required=True, codes="PATROL_STATUS")
    planned_on: Date = field(
        "计划日期",
        "due unless it was done without a plan",
        required_if=pl.col("status_code") != "DONE",
    )
    started_at: Ts = field(
        "开始时间", "due when DONE", required_if=pl.col("status_code") == "DONE"
    )
    ended_at: Ts = field("结束时间", after="started_at")
    duration_minutes: Int = field("时长(分)", at_least=0)
    length_m: Dec = field("里程(米)", at_least=0)
    checkpoint_planned_count: Int = count("应打卡点数")
    checkpoint_done_count: Int = count("已打卡点数")
    shop_planned_count: Int = count("应访门店数")
    shop_visited_count: Int = count("已访门店数")
    visited_object_ids: Texts = field("已访对象", ref="service_object")
    found_issue_ids: Texts = field("发现案件", ref="issue")
    is_inside_area: Bool = field(
        "是否在责任区内", "the track lies in the area; worked out once on arrival"
    )
    track: Text = field(
        "轨迹",
        "WKT line; a location trail is sensitive",
        share="CLOSED",
        mask="drop",
        personal="SENSITIVE",
    )

    class Config:
        """Facts of the dataset as a whole."""

        name = "patrol"
        title = "巡查"
        metadata = facts(
            topic="trace",
            grain="one row per patrol, planned or done",
            key=("patrol_id",),
            history="latest",
            share="CONDITIONAL",
            id_column="patrol_id",
        )
