"""What a newcomer sees: graphs that can be read, checks with the ledger, a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import pytest
from playwright.sync_api import Page
from support.webserver import CHROMIUM, SIZE, browser_page, webserver

from hub.assets.keys import core_group, group_of, raw_key
from hub.assets.recording import dagster_home
from hub.assets.running import run_city
from hub.demo.city import SimulatedCity
from hub.flow.published import PUBLISHED
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.schemas import dataset
from hub.schemas.model import Topic
from hub.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
]
PARTNER, FEED = "fengjing", "handling"
LEAST_PIXELS = 9  # height of a letter's line that is read without zooming
TOP = 160  # where the graph begins below the page's head
WAIT = 60_000
PLACE = "/locations/__repository__@hub"


@dataclass(frozen=True)
class Looked:
    """A browser at the pages of a hub that has run a day, and a folder for pictures."""

    page: Page
    address: str
    folder: Path
    city: City
    asked: set[str] = field(default_factory=set)

    def open(self, path: str, *texts: str) -> None:
        """Go to a page and wait until it shows some texts."""
        self.page.goto(self.address + path, wait_until="domcontentloaded")
        for text in texts:
            self.page.get_by_text(text, exact=False).first.wait_for(timeout=WAIT)

    def keep(self, name: str) -> None:
        """Take the picture."""
        self.page.screenshot(path=str(self.folder / f"{name}.png"))

    def letters(self, name: str) -> float:
        """The height in which an asset's name stands on the page, in pixels."""
        label = self.page.get_by_text(name, exact=True).first
        label.wait_for(timeout=WAIT)
        box = label.bounding_box()
        assert box is not None, name
        return box["height"]

    def is_seen(self, name: str) -> bool:
        """Whether an asset's node lies wholly within the part that is shown."""
        node = self.page.locator("foreignObject").filter(has_text="Latest event")
        named = node.filter(has=self.page.get_by_text(name, exact=True))
        box = named.first.bounding_box(timeout=WAIT)
        assert box is not None, name
        return box["y"] >= TOP and box["y"] + box["height"] <= SIZE["height"]


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    """For looking only."""
    folder = tmp_path_factory.mktemp("looked")
    with SimulatedCity(
        folder / "demo", issues=60, days=1, only=(PARTNER,)
    ) as simulated:
        simulated.deliver(1)
        settings = Settings(
            home=folder / "home",
            now=simulated.now(1),
            environment=simulated.environment,
        )
        run_city(settings, [PARTNER], simulated.now(0), simulated.now(1))
    surroundings = {"HUB_HOME": str(settings.home), "HUB_CITY": "wuhan"}
    asked: set[str] = set()
    with (
        webserver(dagster_home(settings), surroundings) as address,
        browser_page(asked) as page,
    ):
        yield Looked(page, address, folder, load_city("wuhan"), asked)


def test_the_graph_of_a_partner_is_read_without_zooming(looked: Looked) -> None:
    partner = looked.city.partners[PARTNER]

    looked.open(f"{PLACE}/asset-groups/{group_of(partner)}", FEED)
    assert looked.letters(FEED) >= LEAST_PIXELS
    assert looked.page.get_by_text("Asset checks", exact=True).count() >= 3
    looked.keep("partner")


@pytest.mark.parametrize("topic", get_args(Topic))
def test_the_graph_of_core_is_seen_whole_without_zooming(
    looked: Looked, topic: str
) -> None:
    group = f"core_{topic}"
    of_topic = [one for one in map(dataset, PUBLISHED) if core_group(one) == group]
    assert of_topic

    looked.open(f"{PLACE}/asset-groups/{group}", "Latest event")
    for one in of_topic:
        assert looked.letters(one.name) >= LEAST_PIXELS
        assert looked.is_seen(one.name), one.name
    looked.keep(group)


def test_an_asset_page_shows_its_checks_and_the_ledger(looked: Looked) -> None:
    partner = looked.city.partners[PARTNER]
    path = "/".join(raw_key(partner, partner.feed(FEED)).path)

    looked.open(f"/assets/{path}?view=overview", "received", "quarantined")
    looked.keep("asset")
    looked.open(f"/assets/{path}?view=checks", "delivered", "balanced", "reconciled")
    looked.keep("checks")


def test_a_run_page_shows_its_steps(looked: Looked) -> None:
    looked.open("/runs", "Success")
    looked.keep("runs")
    looked.page.locator("a[href*='/runs/']").first.click()
    looked.page.get_by_text("RUN_SUCCESS").first.wait_for(timeout=WAIT)
    looked.keep("run")


def test_no_page_asks_another_host(looked: Looked) -> None:
    looked.open("/overview", "Overview")

    assert looked.asked == {"127.0.0.1"}
