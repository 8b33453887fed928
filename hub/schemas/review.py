"""Dataset `review`, 核实/核查/复核/回访.

Kinds are told apart by `review_kind_code`: on-site verification comes before
registration and carries attempt 0, all others look at an attempt.
"""

from __future__ import annotations

from hub.schemas.fields import (
    Bool,
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


class Review(HubModel):
    """Proof that somebody looked: verification, check, re-check and call-back."""

    review_id: Text = hub_id("核查标识")
    issue_id: Text = field("案件标识", required=True, ref="issue")
    attempt_seq: Int = field(
        "轮次",
        "the handling attempt looked at; 0 for VERIFY",
        required=True,
        at_least=0,
    )
    review_kind_code: Text = field("类型", required=True, codes="REVIEW_KIND")
    assigned_at: Ts = field("下发时间")
    deadline_at: Ts = field("核查时限", horizon="deadline")
    done_at: Ts = field("完成时间", "null while it is open")
    reviewer_person_id: Text = person_ref("核查人")
    result_code: Text = field(
        "结果",
        "null while open or where the partner does not say",
        codes="REVIEW_RESULT",
    )
    is_same_period: Bool = field(
        "是否同时段", "checked at the time of day at which it was found"
    )
    opinion: Text = opinion("意见")
    media: Media = media("核查影像", "photos of the check")
    media_count: Int = count("影像数", required=True)

    class Config:
        """Facts of the dataset as a whole."""

        name = "review"
        title = "核实/核查/复核/回访"
        metadata = facts(
            topic="handling",
            grain="one row per review task",
            key=("review_id",),
            history="latest",
            share="CONDITIONAL",
            id_column="review_id",
        )
