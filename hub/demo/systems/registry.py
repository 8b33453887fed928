"""Every simulated system, in the order in which a day is told.

What lives here: the one list. A system is added by its module, its declaration in the
city's `partners/` folder, and one line here. What does not: any system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hub.demo.systems.base import Surroundings, System
from hub.demo.systems.cityguard import Caidian, Qingshan
from hub.demo.systems.dongxihu import Dongxihu
from hub.demo.systems.fengjing import Fengjing
from hub.demo.systems.hanyang import Hanyang
from hub.demo.systems.hongshan import Hongshan
from hub.demo.systems.hotline import Hotline
from hub.demo.systems.huangpi import Huangpi
from hub.demo.systems.jiangan import Jiangan
from hub.demo.systems.jianghan import Jianghan
from hub.demo.systems.jiangxia import Jiangxia
from hub.demo.systems.jingkai import Jingkai
from hub.demo.systems.lzz.system import Lzz
from hub.demo.systems.office import Office
from hub.demo.systems.open311 import Gaoxin, Ssp
from hub.demo.systems.platform.system import Platform
from hub.demo.systems.qiaokou import Qiaokou
from hub.demo.systems.roster import Roster
from hub.demo.systems.wuchang import Wuchang
from hub.demo.systems.xinzhou import Xinzhou

SYSTEMS: tuple[Callable[[Surroundings], System], ...] = (
    Roster,
    Platform,
    Office,
    Lzz,
    Jianghan,
    Hanyang,
    Jiangxia,
    Fengjing,
    Qingshan,
    Caidian,
    Dongxihu,
    Huangpi,
    Jingkai,
    Gaoxin,
    Ssp,
    Qiaokou,
    Jiangan,
    Wuchang,
    Hongshan,
    Xinzhou,
    Hotline,
)


def make_systems(around: Surroundings, only: Sequence[str] = ()) -> Iterator[System]:
    """The systems of a city one after the other; with `only`, those partners alone."""
    for make in SYSTEMS:
        one = make(around)
        if not only or one.partner in only:
            yield one
