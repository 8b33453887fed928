"""A city folder becomes one typed city, or one error that says why not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from hub.errors import DeclarationError
from hub.partners.loader import load_city


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def lines_of(folder: Path) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        load_city(folder)
    return [line.removeprefix("  - ") for line in str(caught.value).splitlines()[1:-1]]


def test_wuhan_is_sound():
    city = load_city("wuhan")

    assert (city.id, city.name, city.timezone) == ("wuhan", "武汉市", "Asia/Shanghai")
    assert city.bbox == (113.68, 29.96, 115.09, 31.37)
    assert city.division_code_lengths == (6, 9, 12)
    assert city.standard_category_system == "GBT47678.5-2026"
    assert city.languages[0] == "zh-CN"
    assert city.norms.clock_tolerance == timedelta(minutes=10)
    assert city.formats["mobile"] == "^1[3-9][0-9]{9}$"
    assert not city.broken


def test_wuhan_has_the_divisions_of_the_national_list():
    divisions = load_city("wuhan").reference("division")

    counted = dict(divisions.group_by("level_code").len().rows())
    assert counted == {"CITY": 1, "DISTRICT": 13, "STREET": 193, "COMMUNITY": 3495}


def test_every_street_of_wuhan_belongs_to_one_ranked_unit():
    city = load_city("wuhan")
    members = city.reference("assessment_unit_member")
    units = city.reference("assessment_unit").select("unit_code", "level_code")

    counted = (
        members.join(units, on="unit_code")
        .group_by("level_code")
        .agg(
            pl.col("unit_code").n_unique(),
            pl.col("member_id").n_unique().alias("streets"),
        )
    )

    assert sorted(counted.rows()) == [
        ("DISTRICT_UNIT", 15, 193),
        ("STREET_UNIT", 193, 193),
    ]


def test_wuhan_loads_no_example_limits():
    assert load_city("wuhan").reference("time_limit").height == 0


def test_a_lead_may_be_one_name_or_a_table_with_exceptions(
    city_folder, add_partner, head, feed
):
    add_partner(head + feed)
    add_partner("", "platform")
    toml = city_folder / "city.toml"
    toml.write_text(
        toml.read_text() + '[lead]\norg = "platform"\n'
        'area = { default = "platform", "AU-420104" = "qiaokou" }\n'
    )

    lead = load_city(city_folder).lead

    assert lead["org"].of("AU-420104") == "platform"
    assert lead["area"].of("AU-420104") == "qiaokou"
    assert lead["area"].of(None) == lead["area"].default == "platform"
    assert lead["area"].partners == {"platform", "qiaokou"}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            'area = "platfrom"',
            'lead → area: unknown partner "platfrom"; did you mean "platform"?; '
            "allowed: "
            "platform",
        ),
        (
            'area = { default = "platform", "AU-420105" = "platform" }',
            'lead → area: unknown assessment unit "AU-420105"; did you mean '
            '"AU-420104"?; '
            "allowed: AU-420104, AU-420104001, AU-420104002",
        ),
        (
            'aera = "platform"',
            'lead: unknown dataset with a lead "aera"; did you mean "area"?; allowed: '
            "area, assignment, org, patrol, person, road_section, service_object, "
            "sign_board",
        ),
        (
            'area = { "AU-420104" = "platform" }',
            'lead → area: "default" is missing; The lead source.',
        ),
    ],
)
def test_a_lead_that_leads_nowhere_is_refused(
    city_folder, add_partner, table, expected
):
    add_partner("", "platform")
    toml = city_folder / "city.toml"
    toml.write_text(toml.read_text() + f"[lead]\n{table}\n")

    assert lines_of(city_folder) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'calendar = "WUHAN"',
            'calender = "WUHAN"',
            [
                'city: "calendar" is missing; Work calendar that deadlines use, a '
                "calendar_code.",
                'city: unknown key "calender"; did you mean "calendar"?; allowed: '
                "bbox, "
                "calendar, coordinates, deadline_reach, future_tolerance, id, "
                "languages, "
                "month_start, name, timezone, title",
            ],
        ),
        (
            "[113.0, 29.0, 116.0, 32.0]",
            "[29.0, 113.0, 32.0, 116.0]",
            [
                "city → bbox: has a lat beyond the pole; write least lon, least lat, "
                "greatest lon, greatest lat"
            ],
        ),
        (
            "[113.0, 29.0, 116.0, 32.0]",
            "[116.0, 29.0, 113.0, 32.0]",
            [
                "city → bbox: is empty; write least lon, least lat, greatest lon, "
                "greatest lat"
            ],
        ),
        (
            '"Asia/Shanghai"',
            '"Asia/Shanghay"',
            [
                'city → timezone: unknown zone "Asia/Shanghay"; did you mean '
                '"Asia/Shanghai"?'
            ],
        ),
        (
            "national = true",
            'national = true\nlocal_systems = ["MINE"]',
            [
                'categories → local_systems: "MINE" is no code of CATEGORY_SYSTEM; a '
                "list "
                'of one partner is called "LOCAL-<partner>"'
            ],
        ),
        (
            "national = true",
            "national = false",
            [
                "categories → standard_system: unknown category system "
                '"GBT47678.5-2026"; '
                "none is allowed here"
            ],
        ),
        (
            "DISTRICT = '",
            "DISTRCT = '",
            [
                'city.toml → divisions → patterns: unknown level "DISTRCT"; did you '
                "mean "
                '"DISTRICT"?; allowed: CITY, COMMUNITY, DISTRICT, STREET'
            ],
        ),
        (
            "'^4201[0-9]{2}$'",
            "'^4201[0-9{2}$'",
            [
                "city.toml → divisions → patterns → DISTRICT: is not a regular "
                "expression"
            ],
        ),
    ],
)
def test_a_wrong_city_file_says_what_is_wrong(city_folder, old, new, expected):
    change(city_folder, "city.toml", old, new)

    assert sorted(lines_of(city_folder)) == sorted(expected)


def test_a_city_elsewhere_brings_its_own_formats(city_folder):
    change(city_folder, "city.toml", "national = true", "national = false")
    change(city_folder, "city.toml", 'standard_system = "GBT47678.5-2026"\n', "")
    change(
        city_folder,
        "city.toml",
        "[divisions]",
        "[formats]\nphone = '^[0-9]{10}$'\n[divisions]",
    )

    city = load_city(city_folder)

    assert dict(city.formats) == {"phone": "^[0-9]{10}$"}
    assert city.standard_category_system is None
    assert city.reference("category").height == 0


def test_a_street_may_settle_its_posts_differently(city_folder):
    toml = city_folder / "city.toml"
    toml.write_text(
        toml.read_text() + "[roster]\nmax_areas_per_chief = 2\n"
        "[roster.streets.420104001]\nmax_areas_per_chief = 3\n"
    )

    roster = load_city(city_folder).roster

    assert roster.max_areas("420104001") == 3
    assert roster.max_areas("420104002") == 2


def test_the_digest_follows_every_file_and_nothing_else(city_folder):
    before = load_city(city_folder).digest()
    (city_folder / ".cache").mkdir()
    (city_folder / ".cache" / "x").write_text("x")
    same = load_city(city_folder).digest()
    change(city_folder, "division.csv", "易家街道", "易家街")

    assert before == same
    assert load_city(city_folder).digest() != before


def test_a_crosswalk_is_a_file_or_empty(city_folder):
    city = load_city(city_folder)
    empty = city.crosswalk("area")
    (city_folder / "crosswalks").mkdir()
    path = city_folder / "crosswalks" / "area.csv"
    path.write_text(
        "partner,source_id,lead_partner,lead_source_id\nqiaokou,007,platform,7\n"
    )

    rows = city.crosswalk("area").rows()

    assert empty.height == 0
    assert rows == [("qiaokou", "007", "platform", "7")]
    path.write_text("partner,source\nqiaokou,007\n")
    with pytest.raises(DeclarationError, match="lead_source_id"):
        city.crosswalk("area")


def test_there_is_no_other_reference_data(small_city):
    with pytest.raises(KeyError, match="no reference data 'issue'"):
        small_city.reference("issue")


def test_a_city_says_which_cases_count(city_folder):
    assert load_city(city_folder).population == "LZZ_OR_AREA"

    change(city_folder, "city.toml", "[assessment]", '[assessment]\npopulation = "ALL"')

    assert load_city(city_folder).population == "ALL"
