"""Personal data and secrets that are found again wherever they leak to.

What lives here: values that occur nowhere by chance, by what they are. What does not:
where they are planted (`served_city`), where they may lie (the test).
"""

from __future__ import annotations

REPORTERS = ("冼钿珊", "欧阳镝霏")
CALLS = ("13971110001", "139-7111-0002")
PEOPLE = ("蒯雯霁", "郗凤翘", "阿凡提·买买提")
MOBILES = ("13871230001", "13871230002", "13871230003")
DUTY = "027-87654321"
OWNERS = ("禚蕴璇", "亓冰砚", "逄雪舫")
OWNER_CALLS = ("15927310001", "15927310002", "027-65432187")
TRADER = "92420102MA4KXYZQ7W"
LICENCES = ("江城茗舫小吃店", "武汉启航餐饮有限公司", "逄氏茗肆")
CODES = (TRADER, "91420102MA4AAAAA1X", None)
IDENTITY = "420106197803144527"
PLATE = "鄂A7Q3K9"
SPOKEN = ("139-7777-0001", "１３９７７７７０００２", "13977770003")
HOUSE_NO = "3栋2单元501室"
PLACE = f"汉正路12号云栖小区{HOUSE_NO}"
TRACK = "LINESTRING(114.30123 30.59321, 114.30456 30.59654)"
QUARANTINED = "误填13966660009"
BOARD_NAME, BOARD_PHONE = "扈青岚", "15871239999"

URL = "http://dark:Pw-hushhush-7531@127.0.0.1:9/api?sign=Sg-hushhush-8642"
TOKEN = "Tk-hushhush-9753-never-said"
SECRETS = (TOKEN, "Pw-hushhush-7531", "Sg-hushhush-8642")


def told(n: int) -> str | None:
    """What somebody wrote about a case; of every sixth nothing."""
    texts = (
        f"占道经营，请联系{SPOKEN[0]}张先生",
        f"车辆{PLATE}违停，电话{SPOKEN[1]}",
        f"当事人证件{IDENTITY}，已教育",
        "垃圾未清运",
        f"多次投诉, {SPOKEN[2]}",
        None,
    )
    return texts[n % 6]


CALLED = (*CALLS, *MOBILES, DUTY, *OWNER_CALLS, *SPOKEN)
NAMED = (*REPORTERS, *PEOPLE, *OWNERS, LICENCES[0], LICENCES[2])
NUMBERED = (IDENTITY, PLATE, TRADER)
# What nobody may be handed unless a grant says so; the last two nobody at all.
PERSONAL = (*CALLED, *NAMED, *NUMBERED, HOUSE_NO, TRACK, QUARANTINED)
