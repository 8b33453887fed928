"""A partner's words laid over a vendor profile."""

from __future__ import annotations

import pytest

from hub.partners.merge import profile_names

SITE = """
[partner]
id = "qiaokou"
title = "硚口区 eGova"
timezone = "Asia/Shanghai"
coordinates = "gcj02"

[source]
profile = "egova"
base_url = "env:QK_URL"
auth = { kind = "bearer", token = "env:QK_TOKEN" }

[[feed]]
name = "cases"
category_system = "GBT30428.2-2013"
[feed.codes.source_channel]
1 = "XC"
2 = "HL19"
"""


def test_a_partner_on_a_known_product_is_short(load):
    partner = load(SITE)

    assert len(SITE.strip().splitlines()) < 25
    assert partner.profile == "egova"
    assert partner.source.connector == "rest"
    assert [emit.dataset for emit in partner.feeds[0].emits] == ["issue", "issue_event"]


def test_own_keys_win_and_the_rest_of_the_table_stays(load):
    text = SITE.replace("auth =", "limits = { per_minute = 60 }\nauth =") + (
        "[feed.read]\npage = { size = 50 }\n[feed.expect]\nmin_rows = 7\n"
    )

    partner = load(text)

    read = partner.feeds[0].read
    assert (partner.source.limits.per_minute, partner.source.limits.concurrency) == (
        60,
        2,
    )
    assert (read.page.size, read.page.kind, read.page.total) == (
        50,
        "number",
        "totalCount",
    )
    assert partner.feeds[0].expect.min_rows == 7


def test_a_column_is_replaced_as_a_whole(load):
    text = SITE + (
        '[[feed.emit]]\ndataset = "issue"\n[feed.emit.columns]\n'
        'district_code = { field = "districtId", codes = "district" }\n'
        'closed_at = "finishTime"\n'
        '[feed.emit.codes.district]\n80157 = "420104"\n'
    )

    emit = load(text).feeds[0].emits[0]

    assert emit.columns["district_code"].codes == "district"
    assert (emit.columns["closed_at"].field, emit.columns["closed_at"].sql) == (
        "finishTime",
        None,
    )
    assert emit.columns["case_no"].field == "taskNum"
    assert set(emit.codes) == {"source_channel", "category_kind", "stage", "district"}


def test_columns_of_the_named_dataset_need_no_block(load):
    text = SITE.replace('"cases"\n', '"cases"\ndataset = "issue"\n') + (
        '[feed.columns]\nhotline_order_no = "orderNo"\n'
    )

    emits = load(text).feeds[0].emits

    assert emits[0].columns["hotline_order_no"].field == "orderNo"
    assert "hotline_order_no" not in emits[1].columns


def test_columns_without_a_dataset_are_refused(problem_lines):
    text = SITE + '[feed.columns]\nhotline_order_no = "orderNo"\n'

    assert problem_lines(text) == [
        'feed "cases" → columns: meets several emits of the profile; put them in a '
        "[[feed.emit]] block with its dataset (issue, issue_event)"
    ]


def test_a_site_adds_values_to_a_table_of_the_profile(load):
    text = (
        SITE + '[feed.codes.action]\n"610:7-8>7-8" = "DISPATCH"\n800 = "FORCE_CLOSE"\n'
    )

    table = load(text).feeds[0].emits[1].codes["action"]

    assert table["610:7-8>7-8"] == ("DISPATCH",)
    assert table["800"] == ("FORCE_CLOSE",)
    assert table["814"] == ("CANCEL",)


def test_fields_to_ignore_and_never_to_land_are_joined(load):
    text = SITE.replace(
        'name = "cases"', 'name = "cases"\nignore = ["x"]\nnever_land = ["pwd"]'
    )

    feed = load(text).feeds[0]

    assert {"x", "recId", "shuffleNum"} <= set(feed.ignore)
    assert feed.never_land == ("idCardNo", "pwd")


def test_a_field_that_the_site_maps_is_no_longer_ignored(load):
    text = SITE.replace('"cases"\n', '"cases"\ndataset = "issue"\n') + (
        '[feed.columns]\nlon = "coordinateX"\nlat = "coordinateY"\n'
        'unit_grid_code = { sql = "COALESCE(cellCode, cellId)" }\n'
    )

    ignored = load(text).feeds[0].ignore

    assert not {"coordinateX", "coordinateY", "cellId"} & set(ignored)
    assert "cellName" in ignored


def test_columns_that_a_site_does_not_deliver_are_omitted(load, problem_lines):
    omitted = SITE.replace(
        '"cases"\n', '"cases"\nomit = ["return_count", "node_name"]\n'
    )

    emits = load(omitted).feeds[0].emits

    assert "return_count" not in emits[0].columns
    assert "node_name" not in emits[1].columns
    assert problem_lines(
        SITE.replace('"cases"\n', '"cases"\nomit = ["retrun_count"]\n')
    )[0].startswith(
        'feed "cases" → omit: unknown column of the profile "retrun_count"; did you '
        "mean "
        '"return_count"?'
    )


def test_a_required_column_cannot_be_omitted(problem_lines):
    text = SITE.replace('"cases"\n', '"cases"\nomit = ["media_count"]\n')

    assert problem_lines(text) == [
        'feed "cases" → emit "issue" → columns: required column "media_count" '
        "(影像数) is "
        "missing; map a field, or state a constant as { value = … }"
    ]


def test_a_single_listing_takes_the_place_of_several(load):
    read = load(SITE + '[feed.read]\npath = "/only"\n').feeds[0].read

    assert (read.path, read.paths) == ("/only", ())


def test_another_kind_replaces_a_table_as_a_whole(load):
    text = SITE + '[feed.read]\npage = { kind = "offset", param = "skip" }\n'

    page = load(text).feeds[0].read.page

    assert (page.kind, page.param, page.total, page.size) == (
        "offset",
        "skip",
        None,
        500,
    )


def test_a_request_template_is_replaced_as_a_whole(load):
    text = SITE + '[feed.read.body]\nfrom = "{from}"\n'

    assert load(text).feeds[0].read.body == {"from": "{from}"}


def test_a_site_adds_feeds_of_its_own(load):
    text = (
        SITE
        + """
[[feed]]
name = "units"
dataset = "org"
key = ["id"]
read = { path = "/units" }
[feed.columns]
org_name = "name"
org_level_code = { value = "DISTRICT" }
org_kind_code = { value = "HANDLING_DEPT" }
"""
    )

    assert [feed.name for feed in load(text).feeds] == ["cases", "units"]


def test_what_the_profile_leaves_to_the_site_is_said(problem_lines):
    text = SITE.partition("category_system")[0]

    assert problem_lines(text) == [
        'feed "cases" → emit "issue": category_system is missing; say which category '
        "list the codes come from",
        'feed "cases" → emit "issue" → columns → source_channel_code → codes: unknown '
        'value table "source_channel"; declare [feed.codes.source_channel]; the '
        "profile "
        "egova leaves it to the site; allowed: category_kind, stage",
    ]


def test_an_unknown_profile_lists_those_there_are(problem_lines):
    assert problem_lines(SITE.replace('"egova"', '"egov"')) == [
        'source → profile: unknown profile "egov"; did you mean "egova"?; allowed: '
        + ", ".join(profile_names())
    ]


@pytest.mark.parametrize("table", ["[partner]", "[source]"])
def test_the_profile_may_be_named_with_the_partner_or_its_source(load, table):
    text = SITE.replace('profile = "egova"\n', "").replace(
        table, f'{table}\nprofile = "egova"'
    )

    assert load(text).profile == "egova"


def test_a_dataset_that_a_site_gives_elsewhere_is_omitted_as_a_whole(load):
    partner = load(
        SITE.replace('"cases"\n', '"cases"\nomit = ["issue_event"]\n')
        + "[feed.read]\ndetail = false\n"
    )

    feed = partner.feeds[0]
    assert [emit.dataset for emit in feed.emits] == ["issue"]
    assert feed.read.detail is None
    assert feed.read.sweep is not None
