"""Dataset `issue_event`, 案件流转.

Rows are never changed. A correction is a new delivery of the same source key;
both stay, and only the last one counts and is numbered. A late event renumbers
later ones, so `event_seq` is no key for anybody.
"""

from __future__ import annotations

from hub.schemas.fields import Bool, Int, Text, Ts, field, hub_id, opinion, person_ref
from hub.schemas.model import HubModel, facts


class IssueEvent(HubModel):
    """The trail that work leaves: every step of every issue."""

    event_id: Text = hub_id("流转标识")
    issue_id: Text = field("案件标识", required=True, ref="issue")
    event_seq: Int = field(
        "序号",
        "1, 2, … by happened_at over the rows that count",
        required=True,
        derived=True,
        above=0,
    )
    node_name: Text = field("来源节点", "the partner's workflow node")
    stage_code: Text = field(
        "环节", "stage reached by this step, REWORK included", codes="STAGE"
    )
    action_code: Text = field(
        "动作", "unknown actions are quarantined", required=True, codes="ACTION"
    )
    happened_at: Ts = field("发生时间", required=True)
    actor_person_id: Text = person_ref("办理人")
    actor_org_id: Text = field("办理单位", ref="org")
    target_org_id: Text = field(
        "去向单位",
        "who receives; with the actor it tells across from upwards",
        ref="org",
    )
    target_person_id: Text = person_ref(
        "去向人", "who receives, where a task goes to a person"
    )
    opinion: Text = opinion("意见")
    deadline_at: Ts = field("环节时限", "limit of this step", horizon="deadline")
    old_deadline_at: Ts = field(
        "原时限", "the deadline before an EXTEND", horizon="deadline"
    )
    used_minutes: Int = field(
        "用时(分)", "as delivered; working or running minutes by partner"
    )
    is_inferred: Bool = field(
        "是否推定", "true where only a change of state was seen", required=True
    )

    class Config:
        """Facts of the dataset as a whole."""

        name = "issue_event"
        title = "案件流转"
        metadata = facts(
            topic="trace",
            grain="one row per step",
            key=("event_id",),
            history="append",
            share="CONDITIONAL",
            id_column="event_id",
        )
