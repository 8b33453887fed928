"""What is read of the datasets that rosters, acts and papers lie in.

What lives here: which datasets a figure rests on, by what it counts, and the columns
that are read of each. What does not: reading them (`roster_rows`).
"""

from __future__ import annotations

from collections.abc import Mapping

# Datasets that a figure rests on, by what it counts.
POSTS = ("area", "assignment", "person")
CASES = ("issue", "review", "handling")
CITY = ("division", "assessment_unit", "assessment_unit_member")
DELIVERED: Mapping[str, tuple[str, ...]] = {
    "area": POSTS,
    "community": POSTS,
    "road_section": (*POSTS, "road_section"),
    "board": (*POSTS, "sign_board"),
    "service_object": (*POSTS, "service_object"),
    "named_org": (*POSTS, "org"),
    "duty_day": (*POSTS, "patrol", *CASES),
    "chief": (*POSTS, "patrol", *CASES),
    "patrol": (*POSTS, "road_section", "patrol"),
    "institution_item": ("institution_doc",),
    "meeting_item": ("meeting_item", "org"),
}
INPUTS: Mapping[str, tuple[str, ...]] = {
    subject: (*names, *CITY) for subject, names in DELIVERED.items()
} | {"duty_day": (*DELIVERED["duty_day"], *CITY, "work_calendar")}
SPAN = ("valid_from_on", "valid_to_on")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "area": (
        "area_id", "street_code", "community_codes", "unit_grid_codes", "status_code",
        "is_required", "area_km2", "population_count", *SPAN,
    ),
    "person": (
        "person_id", "person_name", "org_id", "employment_code", "is_active", "mobile",
        "duty_phone", *SPAN,
    ),
    "assignment": (
        "assignment_id", "person_id", "role_code", "target_kind_code", "target_id",
        "is_primary", "start_on", "end_on",
    ),
    "road_section": (
        "road_section_id", "road_name", "area_id", "length_m",
        "is_shop_chief_required", *SPAN,
    ),
    "sign_board": (
        "sign_board_id", "area_id", "road_section_id", "shown_road_text",
        "shown_chief_name", "status_code", *SPAN,
    ),
    "service_object": (
        "service_object_id", "area_id", "street_code", "community_code",
        "open_status_code", "verified_at", "duplicate_of_id", *SPAN,
    ),
    "org": (
        "org_id", "org_kind_code", "division_code", "unit_code", "is_contact_required",
        "establishment_count", "in_post_count", *SPAN,
    ),
    "patrol": (
        "patrol_id", "person_id", "assignment_id", "area_id", "status_code",
        "planned_on", "started_at", "ended_at", "duration_minutes",
        "checkpoint_done_count", "shop_planned_count", "shop_visited_count",
        "is_inside_area",
    ),
    "issue": ("issue_id", "reporter_person_id", "reported_at"),
    "handling": ("issue_id", "handler_person_id", "finished_at"),
    "review": ("issue_id", "reviewer_person_id", "done_at"),
    "institution_doc": (
        "institution_doc_id", "unit_code", "item_code", "period_month", "issued_on",
        "expires_on", "verdict_code",
    ),
    "meeting_item": (
        "meeting_item_id", "host_org_id", "held_on", "issue_id", "responsible_org_id",
        "due_on", "done_on",
    ),
}  # fmt: skip
# By which column of theirs it is known who did it.
CASE_DEEDS = {
    "issue": "reporter_person_id",
    "handling": "handler_person_id",
    "review": "reviewer_person_id",
}
# When a row of these was done: only files with such an instant are read.
DONE_AT = {"issue": "reported_at", "handling": "finished_at", "review": "done_at"}
