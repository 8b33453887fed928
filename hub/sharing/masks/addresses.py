"""The mask of addresses: no finer than a community, an estate or a house number.

What lives here: where an address is cut (sharing §4). What does not: coordinates,
which are columns of their own.
"""

from __future__ import annotations

import polars as pl

from hub.sharing.masks.free_text import scrub

NUMBER = "0-9０-９"
ALPHA = "A-Za-zＡ-Ｚａ-ｚ"
CHINESE = "一二三四五六七八九十百零〇两"
# A part of a building. Chinese numerals name roads as well (三层楼, 八铺街), so
# before a floor or shop they count only where nothing of a name follows.
FINE = (
    rf"(?:[{NUMBER}{ALPHA}]+(?:[-－—_]+[{NUMBER}{ALPHA}]+)*[号號]?\s*"
    r"(?:楼|栋|幢|座|单元|門|门|室|层|户|房|铺|梯)"
    rf"|[{CHINESE}]+(?:号楼|栋|幢|单元|室)"
    rf"|[{CHINESE}]+(?:楼|层|座|户|铺)(?:[^\p{{L}}]|$))"
    r"(?s:.*)$"
)
ROAD = r"(?:路|街|大道|道|巷|弄|胡同|里|堤|环线)(?:[东南西北中]?[一二三四]?段)?"
HOUSE = (
    rf"(?:特|附|甲|乙|临)?(?:[{NUMBER}]+|[{CHINESE}]+)"
    rf"(?:[-－—][{NUMBER}]+)?号(?:[附之][{NUMBER}]+号?)?"
)
COARSE = rf"(?s)^(.*(?:社区|小区|{ROAD}\s*{HOUSE}))"
# Without a road or estate the number belongs to a home: 五里村三组12号.
HOME = rf"(?:[{NUMBER}{ALPHA}]+|[{CHINESE}]+[号號])(?s:.*)$"


def address(value: pl.Expr) -> pl.Expr:
    """An address cut behind its last community, estate, or road and number.

    `某路12号某小区3栋2单元501室` → `某路12号某小区`. Building, entrance and room go
    first; where none of the three is named, everything from the first number on goes.
    Personal numbers in front are scrubbed.
    """
    outer = scrub(value).str.replace(FINE, "")
    return pl.coalesce(outer.str.extract(COARSE), outer.str.replace(HOME, ""))
