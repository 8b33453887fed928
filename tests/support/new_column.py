"""An open dataset to which somebody added columns and forgot to classify one.

What lives here: the model. What does not: what becomes of it.
"""

from __future__ import annotations

from hub.schemas.fields import Text, field
from hub.schemas.model import HubModel, facts


class NewArea(HubModel):
    """The dataset area with two columns more, one of which states a class."""

    area_id: Text = field("责任区标识")
    brand_new: Text = field("新字段", codes="BOARD_STATUS")
    brand_new_open: Text = field("写明分级的新字段", share="OPEN")

    class Config:
        """Facts of the dataset as a whole."""

        name = "area"
        title = "责任区"
        metadata = facts(
            topic="areas",
            grain="one row",
            key=("area_id",),
            history="static",
            share="OPEN",
        )
