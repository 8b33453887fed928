"""Catalogues for tests: of the shipped city, and of a small city with words of its own.

What lives here: cities as folders, read once where nothing changes them, and a hub with
one release whose batches are known. What does not: expectations.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from support.small_city import PLATFORM, ROSTER, small_house, write_city

from hub.flow.house import House
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.sharing.catalogue.build import declared_catalogue
from hub.sharing.catalogue.entry import Catalogue
from hub.storage.batches import RuleCount
from hub.storage.releases import Pinned, Releases, Source

AT = datetime(2026, 10, 1, 8, tzinfo=UTC)
LATER = datetime(2026, 10, 2, 8, tzinfo=UTC)
WORDS = """
[catalogue]
publisher = "小城数据局"
contact = "数据科 027-88881234"
provider = "小城城管局"
means = ["服务接口"]

[dataset.issue]
abstract = "=案件 <b>"
condition = "须经批准"
basis = "条例"
provider_code = "91350100M000100Y43"
open = "不予开放"
update_cycle = "每日"
published_on = "2026-09-01"
sequence = "0007"
resource_class.digits = ["1", "02", "003", "0004"]
resource_class.names = ["一", "二", "三", "四"]

[dataset.area]
open = "无条件开放"
"""


@cache
def shipped() -> Catalogue:
    """The catalogue of Wuhan as declared, without any release."""
    return declared_catalogue(load_city("wuhan"))


def small_city(folder: Path, words: str | None = WORDS) -> City:
    """A small city, with a `catalogue.toml` unless it has no words."""
    write_city(folder, platform=PLATFORM, roster=ROSTER)
    if words is not None:
        (folder / "catalogue.toml").write_text(words, encoding="utf-8")
    return load_city(folder)


def released_house(folder: Path) -> House:
    """A small hub with two releases; what came is told by `deliver`.

    Before r000001: 10 rows of cases (8 accepted, 2 quarantined), 5 of areas. From it to
    r000002: 7 of cases (6 accepted, 1 duplicate), 4 of areas refused. After both: 100
    of cases, which no release knows. People never come.
    """
    house = small_house(folder, AT)
    (house.settings.home.parent / "city" / "catalogue.toml").write_text(
        WORDS, encoding="utf-8"
    )
    house = house.at(house.settings)
    first = deliver(house, "platform", "cases", 8, 2, 0, AT)
    areas = deliver(house, "roster", "areas", 5, 0, 0, AT)
    _publish(house, (first, first), (areas, areas), missing=None)
    second = deliver(house, "platform", "cases", 6, 0, 1, LATER)
    refused = deliver(house, "roster", "areas", 4, 0, 0, LATER, is_refused=True)
    _publish(house, (second, second), (areas, refused), missing="refused")
    deliver(house, "platform", "cases", 100, 0, 0, LATER)
    return house


def deliver(
    house: House,
    partner: str,
    feed: str,
    accepted: int,
    quarantined: int,
    duplicate: int,
    at: datetime,
    *,
    is_refused: bool = False,
) -> int:
    """A delivery with its counts, and a finding per quarantined row; its number."""
    ledger = house.ledger
    received = accepted + quarantined + duplicate
    batch = ledger.open_batch(partner=partner, feed=feed, name=f"{feed}{at}{received}")
    if is_refused:
        ledger.set_state(batch.number, "refused", received=received, landed_at=at)
        return batch.number
    for state in ("landed", "split", "merging"):
        ledger.set_state(batch.number, state)  # type: ignore[arg-type]
    ledger.set_state(
        batch.number,
        "merged",
        received=received,
        accepted=accepted,
        quarantined=quarantined,
        duplicate=duplicate,
        landed_at=at,
    )
    if quarantined:
        ledger.record_rules(
            batch.number,
            [
                RuleCount("P01", "reject", "issue", "reported_at", quarantined),
                RuleCount("P28", "reject", "", "", 1),
                RuleCount("F01", "reject", "issue_event", "issue_id", 3),
            ],
        )
    return batch.number


def _publish(
    house: House, cases: tuple[int, int], areas: tuple[int, int], missing: str | None
) -> None:
    at = AT if missing is None else LATER
    Releases(house.control.engine).publish(
        city="small",
        digest=f"d{cases[0]}",
        datasets=(
            Pinned("issue", "core/issue", 1, 12 if missing is None else 17, "x"),
        ),
        at=at,
        sources=(
            _source("platform", "cases", ("issue", "issue_event"), cases, at),
            _source("roster", "areas", ("area",), areas, AT, missing),
            Source(
                partner="roster",
                feed="people",
                datasets=("assignment", "person"),
                reason="never",
            ),
        ),
    )


def _source(
    partner: str,
    feed: str,
    datasets: tuple[str, ...],
    batches: tuple[int, int],
    as_of: datetime,
    missing: str | None = None,
) -> Source:
    good, attempt = batches
    return Source(
        partner=partner,
        feed=feed,
        datasets=datasets,
        good=good,
        as_of=as_of,
        attempt=attempt,
        state="refused" if missing else "merged",
        is_missing=missing is not None,
        reason=missing,
    )
