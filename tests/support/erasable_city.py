"""A small city that tells of persons, and a search for values in everything kept.

What lives here: a platform that sends reporters and free text, days of it, and reading
all bytes below a home, compressed or not. What does not: erasing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from support.small_city import PLATFORM, sending, small_house

from hub.flow import tables
from hub.flow.house import House
from hub.flow.link import link
from hub.flow.published import digest_of
from hub.flow.reference_data import publish_reference_data
from hub.flow.release import make_release
from hub.flow.run import Window, run_partner
from hub.pipeline.digest import hub_id
from hub.schemas import dataset

DAY = datetime(2026, 10, 1, 16, tzinfo=UTC)
NOW = DAY + timedelta(days=100)
PHONE, NAME, OPINION = "13800009999", "金丝雀", "鸟语花香"
SPOKEN = PLATFORM.replace(
    "media_count = { value = 0 }",
    'media_count = { value = 0 }\nreporter_phone = "who.phone"\n'
    'reporter_name = "who.name"',
).replace('happened_at = "at"', 'happened_at = "at"\nopinion = "said"')
RULE = """
[[retention]]
rule = "reporters"
dataset = "issue"
columns = ["reporter_phone", "reporter_name"]
since = ["closed_at"]
months = 2
basis = "结案满两个月"
"""
COLUMNS = ("reporter_phone", "reporter_name")


def case(key: str, *, closed: bool = True, hour: int = 12, **more: object) -> object:
    """A case with its reporter and one step."""
    told: dict[str, object] = {
        "id": key,
        "changed": f"2026-10-01 {hour}:00:00",
        "category": "0110",
        "street": "420102001",
        "district": "420102",
        "state": "6" if closed else "1",
        "reported": "2026-10-01 08:00:00",
        "closed": "2026-10-01 11:00:00" if closed else None,
        "op": "U",
        "lon": "114.3051",
        "lat": "30.5931",
        "who": {"phone": PHONE, "name": NAME},
        "trail": [
            {"step": "1", "action": "report", "at": "2026-10-01 08:00:00",
             "said": OPINION},
        ],
    }  # fmt: skip
    return told | more


def other(key: str) -> object:
    """A case that is open, of somebody else."""
    return case(
        key, closed=False, who={"phone": "13911112222", "name": "旁人"}, trail=[]
    )


def erasable_house(folder: Path, rule: str = RULE) -> House:
    """A hub of that city, with a rule of retention."""
    small_house(folder, NOW, platform=SPOKEN).control.close()
    about = folder / "city" / "city.toml"
    if "[[retention]]" not in about.read_text("utf-8"):
        about.write_text(about.read_text("utf-8") + rule, "utf-8")
    return small_house(folder, NOW)


def deliver(house: House, *days: Sequence[object]) -> None:
    """Deliveries one after the other, each published; figures are nobody's concern."""
    publish_reference_data(house)
    for nth in range(len(days)):
        sends = [(DAY + timedelta(days=n), list(days[n])) for n in range(nth + 1)]
        served = sending(house, {"cases": sends})
        run_partner(served, house.city.partners["platform"], Window(), ["cases"])
        link(house)
        make_release(house)


def key_of(source_id: str, name: str = "issue") -> str:
    """The hub id of a row of the platform."""
    made = pl.select(hub_id(name, "platform", pl.lit(source_id))).item()
    return str(made)


def places_of(home: Path, value: str) -> list[str]:
    """Files of a home in which a value stands, whatever they are packed in."""
    wanted = value.encode()
    return sorted(
        {
            path.relative_to(home).as_posix()
            for path, content in _contents(home)
            if wanted in content
        }
    )


def _contents(home: Path) -> Iterator[tuple[Path, bytes]]:
    for path in home.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield path, content
        if path.suffix == ".zst":
            packed = pa.BufferReader(content)
            yield path, pa.CompressedInputStream(packed, "zstd").read()
        if path.suffix == ".parquet":
            rows = pq.read_table(pa.BufferReader(content)).to_pylist()
            yield path, str(rows).encode()


def state_of(house: House) -> dict[str, object]:
    """What a hub holds, in a form that can be compared."""
    told: dict[str, object] = {}
    for name in ("issue", "issue_event"):
        ds = dataset(name)
        table = tables.staged_table(house.lake, "platform", ds)
        staged = table.read(columns=["key", "version_at", "row_digest", "batch_id"])
        told[f"staged {name}"] = staged.sort(staged.columns).rows()
        told[f"core {name}"] = digest_of(house, ds)
        index = house.keys.lookup(name, staged["key"])
        told[f"index {name}"] = index.sort("hub_id").rows()
    told["raw"] = [part.sha256 for b in house.ledger.batches()
                   for part in house.ledger.parts(b.number)]  # fmt: skip
    return told
