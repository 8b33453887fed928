"""A miniature partner with a bad habit, from its bytes to core and quarantine.

What lives here: a partner file in as few lines as a trap needs, the files or the
server of that partner, one run of the flow over them, and what it came to. What does
not: any trap; those stand in `tests/traps`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from support.partner_server import Answer, PartnerServer, serve
from support.rest_partner import Clock
from support.small_city import CITY, write_city

from hub.alarms.looking import look
from hub.alarms.sight import Sight
from hub.connectors.base import Connector
from hub.connectors.kinds import connect
from hub.connectors.rest import RestConnector
from hub.flow import tables
from hub.flow.house import House, open_house
from hub.flow.link import link
from hub.flow.published import published
from hub.flow.run import Window, run_partner
from hub.partners.spec import Partner
from hub.schemas import dataset
from hub.settings import Settings
from hub.storage.alarms import Cause
from hub.storage.batches import Batch

NOW = datetime(2026, 10, 3, tzinfo=UTC)
FILES = '[source]\nconnector = "files"\nfolder = "env:DROP"\n'
HTTP = '[source]\nconnector = "rest"\nbase_url = "env:PARTNER_URL"\n'
# What every case of these partners has; a trap changes one line of it.
COLUMNS = {
    "case_no": '"编号"',
    "reported_at": '"上报"',
    "street_code": '"街道"',
    "source_channel_code": '{ value = "LZZ" }',
    "category_kind_code": '{ value = "MATTER" }',
    "category_code": '{ value = "0110" }',
    "media_count": "{ value = 0 }",
}
CASE = {
    "编号": "A1",
    "更新": "2026-10-02 12:00:00",
    "上报": "2026-10-01 08:00:00",
    "街道": "420102001",
}


def partner(
    *feeds: str, source: str = FILES, id_: str = "district", **about: str
) -> str:
    """A partner file; `about` are further lines of [partner], as TOML."""
    given = {"timezone": '"Asia/Shanghai"', "coordinates": '"wgs84"'} | about
    lines = "".join(f"{name} = {value}\n" for name, value in given.items())
    head = f'[partner]\nid = "{id_}"\ntitle = "某区"\n{lines}'
    return "\n".join((head, source, *feeds))


def cases(
    read: str = 'files = "cases_*.csv"',
    *,
    feed: str = "",
    more: str = "",
    name: str = "cases",
    **columns: str | None,
) -> str:
    """A feed of issues.

    Args:
        read: the keys of [feed.read].
        feed: further keys of [[feed]].
        more: further tables behind the columns, such as [feed.codes.stage].
        name: of the feed.
        columns: lines of [feed.columns] that differ; None leaves one out.
    """
    wanted = {key: said for key, said in (COLUMNS | columns).items() if said}
    lines = "".join(f"{key} = {said}\n" for key, said in wanted.items())
    return (
        f'[[feed]]\nname = "{name}"\ndataset = "issue"\nkey = ["编号"]\n'
        f'changed = "更新"\ncategory_system = "GBT30428.2-2013"\n{feed}\n'
        f"[feed.read]\n{read}\n\n[feed.columns]\n{lines}\n{more}\n"
    )


def csv(*rows: Mapping[str, str], codec: str = "utf-8") -> bytes:
    """A CSV of cases, each row a change of CASE; the first one names the columns."""
    full = [CASE | row for row in rows]
    names = list(full[0])
    lines = [",".join(names), *(",".join(row[n] for n in names) for row in full)]
    return ("\n".join(lines) + "\n").encode(codec)


@dataclass(frozen=True)
class Taken:
    """What a run came to."""

    house: House
    batches: Sequence[Batch]

    @property
    def batch(self) -> Batch:
        """The last batch."""
        return self.batches[-1]

    @property
    def counts(self) -> tuple[int | None, ...]:
        """(received, accepted, quarantined, duplicate) of the last batch."""
        one = self.batch
        return (one.received, one.accepted, one.quarantined, one.duplicate)

    def told(self, severity: str | None = None) -> dict[tuple[str, str | None], int]:
        """(rule, column) → count in the last batch, of one severity or of all."""
        return {
            (one.rule, one.column): one.count
            for one in self.house.ledger.rules(self.batch.number)
            if severity in (None, one.severity)
        }

    def rows(self, name: str = "issue") -> pl.DataFrame:
        """The published rows, by source key."""
        return published(self.house, dataset(name)).sort("source_id")

    def column(self, column: str, name: str = "issue") -> list[Any]:
        """One column of the published rows, by source key."""
        return self.rows(name)[column].to_list()

    def linked(self) -> set[tuple[str, str]]:
        """(source key, rule) of what linking found odd about cases."""
        found = tables.issue_finding_table(self.house.lake).read()
        named = self.rows().select("issue_id", "source_id")
        return set(found.join(named, on="issue_id").select("source_id", "rule").rows())

    def quarantined(self) -> list[str]:
        """Rows kept out, as they were sent."""
        one = self.batch
        table = tables.quarantine_table(self.house.lake, one.partner, one.feed)
        frame = table.read().filter(batch_id=self.batch.id)
        return frame.sort("row")["text"].to_list()


def opened(
    folder: Path,
    *partners: str,
    now: datetime = NOW,
    city: str = "",
    files: Mapping[str, str] | None = None,
    **environment: str,
) -> House:
    """A hub over a small city of these partners.

    Args:
        folder: takes city, home and drop folder.
        partners: partner files.
        now: the hub's clock.
        city: further tables of city.toml.
        files: files of the city folder that differ, by name.
        environment: variables beside DROP.
    """
    place = folder / "city"
    if not place.exists():
        write_city(place)
        about = CITY.partition("[lead]")[0]
        (place / "city.toml").write_text(about + city, "utf-8")
        (folder / "drop").mkdir()
    for name, text in (files or {}).items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, "utf-8")
    for text in partners:
        id_ = text.partition('id = "')[2].partition('"')[0]
        (place / "partners" / f"{id_}.toml").write_text(text, "utf-8")
    house = open_house(
        Settings(
            home=folder / "home",
            city=str(place),
            now=now,
            environment={"DROP": str(folder / "drop"), **environment},
        )
    )
    assert not house.city.broken, house.city.broken
    return house


def taken(house: House, *names: str, window: Window | None = None) -> Taken:
    """Run partners (all, in order of their ids, if none is named), then link."""
    done: list[Batch] = []
    for name in names or sorted(house.city.partners):
        done += run_partner(house, house.city.partners[name], window or Window())
    link(house)
    return Taken(house, done)


def dropped(folder: Path, text: str, **files: bytes) -> Taken:
    """One run of one partner over files `cases_1=…`; `.csv` is added to the names."""
    house = opened(folder, text)
    for name, body in files.items():
        (folder / "drop" / f"{name}.csv").write_bytes(body)
    return taken(house)


def given(folder: Path, *rows: Mapping[str, str], **columns: str | None) -> Taken:
    """One run over a CSV of cases whose feed differs by some columns."""
    return dropped(folder, partner(cases(**columns)), cases_1=csv(*rows))


def looked(house: House, now: datetime | None = None) -> dict[str, Cause]:
    """Rule → what the alarms' look sees, at the hub's clock or another instant."""
    seen = look(Sight(house, now or house.now()))
    assert not seen.blind, seen.blind
    return {one.rule: one for one in seen.causes}


@dataclass(frozen=True)
class Asked(Taken):
    """What a run over a server came to, what it was asked, and what we waited."""

    server: PartnerServer
    clock: Clock


def asked(
    folder: Path,
    text: str,
    answer: Answer,
    *,
    window: Window | None = None,
    now: datetime = NOW,
    runs: Iterable[datetime] = (),
) -> Asked:
    """One run, or one per instant of `runs`, against a server on loopback."""
    clock = Clock()

    def patient(one: Partner, settings: Settings) -> Connector:
        if one.source.connector != "rest":
            return connect(one, settings)
        return RestConnector(one, settings, sleep=clock.sleep)

    done: list[Batch] = []
    with serve(answer) as server:
        for at in tuple(runs) or (now,):
            house = opened(folder, text, now=at, PARTNER_URL=server.url)
            house = replace(house, connect=patient)
            done += taken(house, window=window).batches
    return Asked(house, done, server, clock)
