"""Columns of an emit: they exist, are complete, and point to what there is."""

from __future__ import annotations

import pytest

IN_COLUMNS = 'feed "cases" → columns → '


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('case_no = "no"', None),
        (
            'reportd_on = "t"',
            'feed "cases" → columns: unknown column of issue "reportd_on"; did you '
            "mean "
            '"reported_at"?; allowed: accepted_at, address, ',
        ),
        ('issue_id = "id"', "issue_id: is the hub's own identifier"),
        ('stage_code = "s"', "stage_code: is made by the hub; leave it out"),
        ('source_id = "s"', "source_id: is made by the hub; leave it out"),
        (
            'handling_org_id = "unitId"',
            'handling_org_id: holds identifiers of org; write { field = "…", ref = '
            '"org" }',
        ),
        (
            'handling_org_id = { field = "u", ref = "orgs" }',
            'handling_org_id → ref: unknown dataset "orgs"; did you mean "org"?',
        ),
        (
            'handling_org_id = { field = "u", ref = "person" }',
            "handling_org_id → ref: is person; this column points to org",
        ),
        (
            'handling_org_id = { field = "u", ref = "org", partner = "platfrom" }',
            'handling_org_id → partner: unknown partner "platfrom"; did you mean '
            '"platform"?; allowed: platform, qiaokou',
        ),
        ('handling_org_id = { field = "u", ref = "org", partner = "platform" }', None),
        (
            'handling_org_id = { field = "u", ref = "org", by = "org_nam" }',
            'handling_org_id → by: unknown column of org "org_nam"; did you mean '
            '"org_name"?',
        ),
        ('handling_org_id = { field = "u", ref = "org", by = "org_name" }', None),
        (
            'district_code = { value = "420104" }\nstreet_code = { field = "s", '
            'ref = "division", by = "division_name", within = "district_code" }',
            None,
        ),
        (
            'street_code = { field = "s", ref = "division", by = "division_name", '
            'within = "420104" }',
            None,
        ),
        (
            'street_code = { field = "s", ref = "division" }',
            'street_code → by: is missing; write by = "division_name", or leave ref',
        ),
        (
            'street_code = { field = "s", ref = "division", by = "division_code" }',
            'street_code → by: is division_code; write by = "division_name"',
        ),
        (
            'street_code = { field = "s", ref = "division", by = "division_name", '
            'within = "district_code" }',
            'street_code → within: column "district_code" is not mapped',
        ),
        (
            'district_code = "d"\nstreet_code = { field = "s", ref = "division", '
            'by = "division_name", within = "distric_code" }',
            "street_code → within: unknown higher column of this block or code of a "
            'district or street "distric_code"; did you mean "district_code"?',
        ),
        (
            'street_code = { field = "s", ref = "division", by = "division_name", '
            'within = "420100" }',
            "street_code → within: unknown higher column",
        ),
        (
            'street_code = { field = "s", ref = "division", by = "division_name", '
            'partner = "platform" }',
            "street_code → partner: has no meaning for divisions; leave it out",
        ),
        (
            'case_no = { field = "s", ref = "division", by = "division_name" }',
            "case_no → ref: is division",
        ),
        (
            'handling_org_id = { field = "u", ref = "org", within = "420104" }',
            "handling_org_id → within: is for divisions, not for org; leave it out",
        ),
        ('case_no = { field = "n", within = "x" }', "case_no → within: needs ref"),
        ('case_no = { field = "n", by = "x" }', "case_no → by: needs ref"),
        (
            'case_no = { field = "n", value = "x" }',
            "case_no: has field and value; give one of field, value or sql",
        ),
        ("case_no = {}", "case_no: has no source; give one of field, value or sql"),
        (
            'first_org_id = { field = "n", ref = "org", codes = "x" }',
            "first_org_id: has codes and ref",
        ),
        (
            'case_no = { value = "x", codes = "x" }',
            "case_no: is a constant, and has codes; leave that out",
        ),
        (
            'case_no = { field = "n", format = "%Y" }',
            "case_no → format: has no meaning for a column of type str; leave it out",
        ),
        (
            'accepted_at = { field = "n", unit = "m" }',
            "accepted_at → unit: has no meaning for a column of type ts; leave it out",
        ),
        (
            'accepted_at = { field = "n", format = "yyyy-MM-dd" }',
            'accepted_at → format: holds no % sign; write it like "%Y-%m-%d %H:%M:%S"',
        ),
        ('accepted_at = { field = "n", type = "epoch_ms" }', None),
        ('lon = "x"', 'feed "cases" → columns: maps lon without lat; map both'),
        ('lon = "x"\nlat = "y"', None),
        (
            'lon = "x"\nlat = { sql = "upper(y)" }',
            "lat: is not a field; name the source field",
        ),
        (
            'closed_at = { sql = "CURRENT_DATE" }',
            "closed_at → sql: CURRENT_DATE reads the clock",
        ),
    ],
)
def test_one_column(problem_lines, add_partner, head, feed, line, expected):
    add_partner("", "platform")

    lines = problem_lines(f"{head}{feed}{line}\n")

    if expected is None:
        assert lines == []
    else:
        start = expected if expected.startswith("feed") else IN_COLUMNS + expected
        assert any(found.startswith(start) for found in lines), lines


def test_an_unknown_dataset_lists_all_and_the_nearest(problem_lines, head, feed):
    lines = problem_lines(head + feed.replace('"issue"', '"isue"'))

    assert lines == [
        'feed "cases" → dataset: unknown dataset "isue"; did you mean "issue"?; '
        "allowed: "
        "area, assessment_unit, assessment_unit_member, assignment, category, "
        "category_map, division, handling, institution_doc, issue, issue_event, "
        "meeting_item, org, patrol, person, review, road_section, service_object, "
        "sign_board, time_limit, work_calendar"
    ]


def test_a_required_column_needs_a_field_or_a_constant(problem_lines, head, feed):
    text = feed.replace("media_count = { value = 0 }\n", "")

    assert problem_lines(head + text) == [
        'feed "cases" → columns: required column "media_count" (影像数) is missing; '
        "map a "
        "field, or state a constant as { value = … }"
    ]


LIST = """
[[feed]]
name = "units"
dataset = "assessment_unit_member"
key = ["unit", "street", "from"]

[feed.read]
path = "/units"

[feed.columns]
unit_code = { field = "unit", codes = "unit" }
member_kind_code = { value = "DIVISION" }
member_id = "street"
valid_from_on = "from"

[feed.codes.unit]
"01" = "AU-NEW"
"""


def test_a_unit_list_brings_units_that_the_city_does_not_know(problem_lines, head):
    assert problem_lines(head + LIST) == []


def test_a_unit_list_names_the_days_of_its_versions(problem_lines, head):
    lines = problem_lines(head + LIST.replace('valid_from_on = "from"\n', ""))

    assert lines == [
        'feed "units" → columns: required column "valid_from_on" (生效日期) is '
        "missing; map a field, or state a constant as { value = … }"
    ]


def test_the_category_list_is_a_setting_of_the_feed(problem_lines, head, feed):
    text = feed.replace('category_system = "GBT30428.2-2013"\n', "")

    assert problem_lines(head + text) == [
        'feed "cases": category_system is missing; say which category list the codes '
        "come from"
    ]


def test_dates_of_a_version_need_not_be_delivered(problem_lines, head):
    text = """
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

    assert problem_lines(head + text) == []


def test_coordinates_need_a_declared_system(problem_lines, head, feed):
    text = head.replace('coordinates = "gcj02"\n', "") + feed

    assert problem_lines(text + 'lon = "x"\nlat = "y"\n') == [
        'partner → coordinates: is missing, and feed "cases" maps lon and lat; say the '
        'system; "unknown" if nobody knows'
    ]


def test_without_places_no_system_is_needed(problem_lines, head, feed):
    assert problem_lines(head.replace('coordinates = "gcj02"\n', "") + feed) == []


def test_conditions_and_parts_of_an_emit_are_checked(problem_lines, head, feed):
    text = feed.replace(
        'dataset = "issue"',
        'dataset = "issue"\nwhen = "count(*) > 1"\npart = { field = "a", value = "b" }',
    )

    assert problem_lines(head + text) == [
        'feed "cases" → when: count() aggregates over rows; use only the fields of one '
        "row",
        'feed "cases" → part: needs either field or value',
    ]
