"""Dataset `handling`, 处置结果.

An attempt that is still running has no `finished_at` and is completed by a later
delivery of the same key.
"""

from __future__ import annotations

from hub.schemas.fields import (
    Dec,
    Int,
    Media,
    Text,
    Ts,
    count,
    field,
    hub_id,
    media,
    opinion,
    person_ref,
)
from hub.schemas.model import HubModel, facts


class Handling(HubModel):
    """What was done about a problem, attempt by attempt, enforcement included."""

    handling_id: Text = hub_id("处置标识")
    issue_id: Text = field("案件标识", required=True, ref="issue")
    attempt_seq: Int = field(
        "处置轮次", "1, 2, … within the issue (K18)", required=True, above=0
    )
    org_id: Text = field("处置单位", required=True, ref="org")
    handler_person_id: Text = person_ref("处置人")
    started_at: Ts = field("开始时间")
    finished_at: Ts = field("完成时间", "null while it runs")
    measure_code: Text = field("处置措施", codes="MEASURE")
    opinion: Text = opinion("处置意见")
    penalty_yuan: Dec = field("罚款(元)", at_least=0)
    document_no: Text = field("文书号", "number of the enforcement document")
    media: Media = media("处置影像", "photos before and after")
    media_count: Int = count("影像数", required=True)

    class Config:
        """Facts of the dataset as a whole."""

        name = "handling"
        title = "处置结果"
        metadata = facts(
            topic="handling",
            grain="one row per handling attempt",
            key=("handling_id",),
            history="latest",
            share="CONDITIONAL",
            id_column="handling_id",
        )
