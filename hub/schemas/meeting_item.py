"""Dataset `meeting_item`, 联席会议议题.

Minutes are kept by address and not handed out.
"""

from __future__ import annotations

from hub.schemas.fields import Date, Text, Texts, field, hub_id
from hub.schemas.model import HubModel, facts


class MeetingItem(HubModel):
    """A problem that a joint meeting took up, and what came of it."""

    meeting_item_id: Text = hub_id("议题标识")
    meeting_id: Text = field(
        "会议标识", "the same for all items of one meeting", required=True
    )
    meeting_level_code: Text = field("会议层级", required=True, codes="MEETING_LEVEL")
    host_org_id: Text = field("召集单位", required=True, ref="org")
    held_on: Date = field("会议日期", required=True)
    attendee_org_ids: Texts = field("参会单位", ref="org")
    issue_id: Text = field("案件标识", "null for a general topic", ref="issue")
    topic: Text = field("议题", mask="scrub")
    resolution: Text = field("决议", mask="scrub")
    responsible_org_id: Text = field("责任单位", ref="org")
    due_on: Date = field("完成时限")
    done_on: Date = field("办结日期")
    minutes_uri: Text = field("纪要地址", mask="drop")

    class Config:
        """Facts of the dataset as a whole."""

        name = "meeting_item"
        title = "联席会议议题"
        metadata = facts(
            topic="papers",
            grain="one row per item of a meeting",
            key=("meeting_item_id",),
            history="latest",
            share="CONDITIONAL",
            id_column="meeting_item_id",
        )
