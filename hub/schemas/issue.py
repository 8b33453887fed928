"""Dataset `issue`, 案件/问题.

Grain: a pothole that three partners report is three rows, joined by
`duplicate_of_id`. Only the latest state lies here, the past in `issue_event`.
The hub itself makes stage, attribution, standard category and computed deadlines
(`derived`), so they are empty on arrival. Three deadlines stand side by side on
purpose: what came, what the hub computes, what counts.
"""

from __future__ import annotations

import polars as pl

from hub.schemas.fields import (
    Bool,
    Float,
    Int,
    Media,
    Text,
    Ts,
    coordinate_quality,
    coordinate_system,
    count,
    field,
    hub_id,
    latitude,
    longitude,
    media,
    person_ref,
)
from hub.schemas.model import HubModel, facts
from hub.schemas.row_rules import category_digits, in_order


class Issue(HubModel):
    """A city-management problem from finding to feedback, whatever its source."""

    issue_id: Text = hub_id("案件标识")
    case_no: Text = field("案件编号", "number shown to people; never a key (T12)")
    record_type_name: Text = field(
        "案卷类型", "a further type axis of the partner, free text"
    )
    source_channel_code: Text = field("来源", required=True, codes="SOURCE_CHANNEL")
    source_channel_name: Text = field(
        "来源原名", "the partner's own word for the channel"
    )
    reporter_type_code: Text = field("上报人类型", codes="REPORTER_TYPE")
    reporter_person_id: Text = person_ref(
        "上报人标识", "staff only; citizens are never persons of the hub"
    )
    reporter_name: Text = field(
        "上报人姓名",
        "as received, citizens included",
        share="CLOSED",
        mask="drop",
        personal="PERSONAL",
    )
    reporter_phone: Text = field(
        "上报人电话",
        "normalised",
        share="CLOSED",
        mask="drop",
        personal="PERSONAL",
        form="phone",
    )
    hotline_order_no: Text = field(
        "热线工单号", "order number of 12345, 12319 or the message board"
    )
    description: Text = field(
        "问题描述",
        "free text; scrubbed before it is shared",
        mask="scrub",
        personal="PERSONAL",
    )
    category_system_code: Text = field(
        "分类体系", required=True, codes="CATEGORY_SYSTEM"
    )
    category_kind_code: Text = field("部件/事项", required=True, codes="CATEGORY_KIND")
    category_code: Text = field(
        "分类代码",
        "exists in category for this system and kind (F07)",
        required=True,
        ref="category",
    )
    category_name: Text = field(
        "分类名称", "as received; evidence when code and name disagree"
    )
    std_category_kind_code: Text = field(
        "标准部件/事项",
        "kind in the national list of 2026",
        codes="CATEGORY_KIND",
        derived=True,
    )
    std_category_code: Text = field(
        "标准分类代码",
        "code in the national list of 2026; null without a target",
        ref="category",
        derived=True,
    )
    std_method_code: Text = field(
        "映射方式",
        "how the standard code was found; due with it",
        required_if=pl.col("std_category_code").is_not_null(),
        codes="MAP_METHOD",
        derived=True,
    )
    condition_text: Text = field(
        "立案条件", "registration condition; it owns the time limit"
    )
    component_id: Text = field(
        "部件标识码", "registered number of the component", form="component_id"
    )
    severity_level: Text = field(
        "严重程度", "as graded by the partner; there is no common list"
    )
    address: Text = field(
        "事发位置", "as received", mask="address", personal="PERSONAL"
    )
    lon: Float = longitude()
    lat: Float = latitude()
    coord_sys_code: Text = coordinate_system()
    coord_quality_code: Text = coordinate_quality()
    district_code: Text = field(
        "区代码",
        "null is a warning and counts as not attributed",
        ref="division",
        form="district_code",
    )
    street_code: Text = field(
        "街道代码",
        "null is a warning and counts as not attributed",
        ref="division",
        form="street_code",
    )
    community_code: Text = field("社区(村)代码", ref="division", form="community_code")
    unit_grid_code: Text = field(
        "单元网格码",
        "shorter codes of older systems are accepted with a warning",
        form="unit_grid_code",
    )
    area_id: Text = field(
        "责任区标识", "the area at the instant of the report", ref="area"
    )
    area_method_code: Text = field(
        "归属方式", required=True, codes="AREA_METHOD", derived=True
    )
    chief_assignment_id: Text = field(
        "责任路长任职",
        "the road chief in post when it was reported",
        ref="assignment",
        derived=True,
    )
    road_section_id: Text = field("责任路段标识", ref="road_section")
    service_object_id: Text = field("服务对象标识", ref="service_object")
    handling_mode_code: Text = field(
        "处置方式",
        "null where the partner does not say; never assumed",
        codes="HANDLING_MODE",
    )
    handling_org_id: Text = field("处置单位", "the unit that handles it now", ref="org")
    first_org_id: Text = field("一级单位", "first level of the unit chain", ref="org")
    second_org_id: Text = field("二级单位", "second level of the unit chain", ref="org")
    third_org_id: Text = field("三级单位", "third level of the unit chain", ref="org")
    stage_code: Text = field(
        "环节",
        "derived from times, events and reviews, never from labels",
        required=True,
        codes="STAGE",
        without=("REWORK",),
        derived=True,
    )
    source_stage_id: Text = field(
        "来源状态值", "the partner's state value; evidence, not the answer"
    )
    source_stage_name: Text = field("来源状态名", "the partner's state label")
    reported_at: Ts = field("上报时间", required=True)
    accepted_at: Ts = field("受理时间")
    verified_at: Ts = field("核实时间")
    registered_at: Ts = field("立案时间")
    dispatched_at: Ts = field("派遣时间", "first dispatch to the handling unit")
    received_at: Ts = field("接收时间", "the handling unit took it")
    handled_at: Ts = field("处置完成时间", "last handling that was completed")
    checked_at: Ts = field("核查时间", "last check that was finished")
    closed_at: Ts = field("结案时间")
    cancelled_at: Ts = field("作废时间", "due at an END stage (K16)")
    fed_back_at: Ts = field("反馈时间")
    source_deadline_at: Ts = field("来源处置时限", "as delivered", horizon="deadline")
    computed_deadline_at: Ts = field(
        "计算处置时限",
        "from time_limit and work_calendar",
        derived=True,
        horizon="deadline",
    )
    deadline_at: Ts = field(
        "处置截止时间",
        "the deadline that figures use",
        derived=True,
        horizon="deadline",
    )
    deadline_source_code: Text = field(
        "时限来源", required=True, codes="DEADLINE_SOURCE", derived=True
    )
    bundle_deadline_at: Ts = field(
        "捆绑截止时间",
        "one limit shared by several handling nodes in a row",
        horizon="deadline",
    )
    close_deadline_at: Ts = field(
        "结案截止时间", "limit for closing, where there is one", horizon="deadline"
    )
    time_limit_id: Text = field("时限规则", ref="time_limit", derived=True)
    rework_count: Int = count("返工次数", "null where the partner does not say")
    return_count: Int = count("回退次数", "null where the partner does not say")
    extension_count: Int = count("延期次数", "null where the partner does not say")
    extension_minutes: Int = field(
        "延期分钟", "null where the partner does not say", at_least=0
    )
    supervise_count: Int = count("督办次数", "null where the partner does not say")
    is_suspended: Bool = field(
        "是否挂账", "suspended now; null where the partner does not say"
    )
    has_been_suspended: Bool = field(
        "曾挂账", "ever suspended; null where nobody knows"
    )
    suspended_until_at: Ts = field("挂账至", horizon="open")
    is_supervised: Bool = field("是否督办", "null where nobody knows")
    has_appeal_exemption: Bool = field(
        "申诉豁免", "an appeal was granted, being late is waived"
    )
    close_type_code: Text = field(
        "结案方式",
        "NORMAL only where delivered or after a passed check",
        codes="CLOSE_TYPE",
    )
    first_contact_at: Ts = field("首次联系时间", "first contact with the citizen")
    answered_at: Ts = field("答复时间", "formal answer to the citizen")
    satisfaction_code: Text = field("满意度", codes="SATISFACTION")
    media: Media = media("现场影像", "photos and clips of what was found")
    media_count: Int = count("影像数", required=True)
    duplicate_of_id: Text = field(
        "重复于",
        "the issue that counts; no chains, never itself",
        ref="issue",
        derived=True,
    )

    class Config:
        """Facts of the dataset as a whole."""

        name = "issue"
        title = "案件/问题"
        metadata = facts(
            topic="issue",
            grain="one row per problem in one partner's system",
            key=("issue_id",),
            history="latest",
            share="CONDITIONAL",
            id_column="issue_id",
            row_rules=(
                *in_order(
                    "reported_at",
                    "accepted_at",
                    "registered_at",
                    "dispatched_at",
                    "received_at",
                    "handled_at",
                    "checked_at",
                    "closed_at",
                ),
                category_digits("category_system_code", "category_code"),
            ),
        )
