"""Dataset `person`, 人员.

Identity numbers, birth dates, home addresses, portraits and passwords are no
columns here and are cut before landing where a partner sends them (T50).
"""

from __future__ import annotations

from hub.schemas.fields import Bool, Date, Text, field, hub_id, valid_from, valid_to
from hub.schemas.model import HubModel, facts


class Person(HubModel):
    """People who hold posts; citizens are never among them."""

    person_id: Text = hub_id("人员标识", mask="pseudonym", personal="PERSONAL")
    person_name: Text = field(
        "姓名",
        "1 to 50 code points",
        required=True,
        mask="name",
        personal="PERSONAL",
        length=(1, 50),
    )
    mobile: Text = field("手机", mask="phone", personal="PERSONAL", form="mobile")
    duty_phone: Text = field(
        "工作电话",
        "mobile or landline",
        mask="phone",
        personal="PERSONAL",
        form="phone",
    )
    org_id: Text = field("所属单位", ref="org")
    employment_code: Text = field("人员类别", required=True, codes="EMPLOYMENT")
    is_active: Bool = field("是否在岗", required=True)
    valid_from_on: Date = valid_from()
    valid_to_on: Date = valid_to()

    class Config:
        """Facts of the dataset as a whole."""

        name = "person"
        title = "人员"
        metadata = facts(
            topic="people",
            grain="one row per person and version",
            key=("person_id", "valid_from_on"),
            history="scd2",
            share="CONDITIONAL",
            id_column="person_id",
        )
