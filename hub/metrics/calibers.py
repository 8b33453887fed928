"""Calibers (口径): the small print that every published figure carries.

What lives here: the definitions as data, so that a figure names what it rests on
and both versions of a changed definition can be computed for any month, and the
rule that one caliber of a family replaces another. What does not: the metrics
(`registry`), the expressions that obey a caliber (`flags`).

Wordings follow metrics §3; all defaults still need the city's signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from hub.errors import MisuseError


@dataclass(frozen=True, kw_only=True)
class Caliber:
    """One definition; a change makes a new version, never another text."""

    id: str
    version: int
    text_zh: str
    text_en: str
    source: str
    valid_from_on: date = date(2021, 8, 31)
    valid_to_on: date | None = None
    approved_by: str | None = None

    @property
    def family(self) -> str:
        """What the caliber decides; one of a family is in force at a time."""
        return self.id.partition("-")[0]


_ALL = (
    Caliber(
        id="FLAGS-EG",
        version=1,
        text_zh="基础标志按推导出的环节判断;终止环节的案件没有环节标志",
        text_en="base flags follow from the derived stage; ended cases have none",
        source="metrics §2",
    ),
    Caliber(
        id="MD-1",
        version=1,
        text_zh="没有时限的案件按按期计,并公布其数量",
        text_en="a case without a deadline counts as on time; their number is shown",
        source="metrics §3",
    ),
    Caliber(
        id="MD-2",
        version=1,
        text_zh="没有时限的案件不进入按期类指标,另行计数",
        text_en="a case without a deadline is left out of on-time metrics and counted",
        source="metrics §3",
    ),
    Caliber(
        id="AP-1",
        version=1,
        text_zh="申诉获准的案件不计超期",
        text_en="a case with a granted appeal is not overdue",
        source="metrics §3",
    ),
    Caliber(
        id="AP-2",
        version=1,
        text_zh="不考虑申诉",
        text_en="granted appeals are ignored",
        source="metrics §3",
    ),
    Caliber(
        id="SU-1",
        version=1,
        text_zh="挂账案件不进分母,单列",
        text_en="suspended cases are out of the denominator and listed",
        source="metrics §3",
    ),
    Caliber(
        id="SU-3",
        version=1,
        text_zh="挂账案件留在分母",
        text_en="suspended cases stay in the denominator",
        source="metrics §3",
    ),
    Caliber(
        id="COV-AREA",
        version=1,
        text_zh="覆盖率按应设责任区计;某地没有申报应设责任区的,按其社区(村)计",
        text_en=(
            "coverage counts required areas; a place that has filed none is counted "
            "by its communities"
        ),
        source="metrics §6.2",
    ),
    Caliber(
        id="ACT-DAY",
        version=1,
        text_zh="作为率按路长应履职日计,一人兼多岗的一日只计一次",
        text_en=(
            "action counts days of duty of road chiefs; a person with several posts "
            "owes a day once"
        ),
        source="metrics §6.3",
    ),
    Caliber(
        id="DAY-LAST",
        version=1,
        text_zh="以月末为准;当月未完的,以最近一次到达数据所在日为准",
        text_en=(
            "as of the last day of the month; while it runs, as of the local day of "
            "the newest delivery"
        ),
        source="metrics §6.2, §6.3",
    ),
)
CALIBERS: Mapping[str, Caliber] = MappingProxyType({one.id: one for one in _ALL})


def caliber(id_: str) -> Caliber:
    """The caliber of that id; MisuseError lists the ids there are."""
    if id_ not in CALIBERS:
        raise MisuseError(
            "look up a caliber",
            seen=f"there is no caliber {id_!r}",
            next_step=f"Use one of {', '.join(sorted(CALIBERS))}.",
        )
    return CALIBERS[id_]


def in_force(defaults: Iterable[str], chosen: Iterable[str] = ()) -> tuple[str, ...]:
    """The calibers of a metric after a choice, in the order of its defaults.

    A chosen caliber takes the place of the default of its family; one whose
    family the metric does not know changes nothing.
    """
    by_family = {caliber(id_).family: id_ for id_ in chosen}
    return tuple(by_family.get(caliber(id_).family, id_) for id_ in defaults)
