"""Dataset `institution_doc`, 建章立制材料.

A new edition is a new row. Items that are due every month name their month.
"""

from __future__ import annotations

import polars as pl

from hub.schemas.code_lists import institution_items
from hub.schemas.fields import Date, Text, field, hub_id
from hub.schemas.model import HubModel, facts

MONTH = "^[0-9]{4}-(?:0[1-9]|1[0-2])$"
# Items whose evidence is due anew every month.
MONTHLY = institution_items().filter(pl.col("frequency") == "MONTHLY")["code"].to_list()


class InstitutionDoc(HubModel):
    """Evidence that rules were set up, one item of the list at a time."""

    institution_doc_id: Text = hub_id("材料标识")
    unit_code: Text = field("考核单位", required=True, ref="assessment_unit")
    item_code: Text = field("材料类别", required=True, codes="INSTITUTION_ITEM")
    period_month: Text = field(
        "所属月份",
        "YYYY-MM; due for items that are due every month",
        required_if=pl.col("item_code").is_in(MONTHLY),
        pattern=MONTH,
    )
    document_name: Text = field("材料名称", required=True)
    document_no: Text = field("文号")
    issued_on: Date = field("印发日期", required=True)
    expires_on: Date = field("失效日期", "first day on which it no longer counts")
    document_uri: Text = field("材料地址", mask="drop")
    file_digest: Text = field("文件摘要", form="sha256")
    verdict_code: Text = field(
        "评定", "null until somebody checked it", codes="DOC_VERDICT"
    )
    checked_on: Date = field("评定日期")
    checked_by_name: Text = field("评定人", mask="name", personal="PERSONAL")

    class Config:
        """Facts of the dataset as a whole."""

        name = "institution_doc"
        title = "建章立制材料"
        metadata = facts(
            topic="papers",
            grain="one row per document, unit and item",
            key=("institution_doc_id",),
            history="latest",
            share="CONDITIONAL",
            id_column="institution_doc_id",
        )
