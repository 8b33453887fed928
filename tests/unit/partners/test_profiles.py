"""A partner on a known product is a short file (issue of the vendor's, not of ours)."""

from __future__ import annotations

import pytest

from hub.demo.ground.plan import CITY
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.partners.merge import profile_names

LINES = 25
ON_PROFILES = {
    path.stem: path.read_text("utf-8")
    for path in sorted((CITY / "partners").glob("*.toml"))
    if "profile = " in path.read_text("utf-8")
}


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("wuhan")


@pytest.mark.parametrize("partner", ["caidian", "qingshan", "qiaokou"])
def test_a_partner_on_a_known_product_is_a_short_file(city: City, partner: str) -> None:
    told = [
        line
        for line in ON_PROFILES[partner].splitlines()
        if line.strip() and not line.startswith("#")
    ]

    assert len(told) < LINES
    assert city.partners[partner].feeds


def test_every_profile_has_a_partner_in_the_simulated_city() -> None:
    used = {
        name
        for name in profile_names()
        for text in ON_PROFILES.values()
        if f'profile = "{name}"' in text
    }

    # The extension of Open311 is tried on a server of its own (test_open311).
    assert used == set(profile_names()) - {"open311_updates"}
