"""The hub's rows of rosters, acts and papers for a batch of towns."""

from __future__ import annotations

import polars as pl
from support.slow.hub_side import ZONE, places_of
from support.slow.town import local_day
from support.slow.towns import Batch

from hub.metrics.area_rows import area_rows, last_known_days
from hub.metrics.duty_days import ActionRules, Deeds, Roster, duty_days, working_days
from hub.metrics.posts import PostRules
from hub.metrics.roster_rows.acts import chief_rows, patrol_rows
from hub.metrics.roster_rows.papers import institution_rows, meeting_rows
from hub.metrics.roster_rows.streets import (
    Terrain,
    board_rows,
    community_rows,
    named_org_rows,
    object_rows,
    section_rows,
)
from hub.schemas.code_lists import institution_items

POST_RULES = PostRules(mobile="^1[3-9][0-9]{9}$", phone="^[0-9]{8}$")
ACTION_RULES = ActionRules(
    min_minutes=30, min_checkpoints=3, min_acts=2, response_minutes=60
)


def roster_rows(batch: Batch) -> dict[str, pl.DataFrame]:
    """Rows by what one of them is."""
    frame, places = batch.frame, places_of(batch)
    roster = Roster(frame("area"), frame("assignment"), frame("person"))
    deeds = Deeds(frame("patrol"), frame("issue"), frame("handling"), frame("review"))
    days = last_known_days([batch.month], batch.as_of, ZONE)
    worked = working_days(frame("work_calendar"), [batch.month], batch.as_of, ZONE)
    terrain = Terrain(roster, places, days, POST_RULES)
    acting = {"rules": ACTION_RULES, "zone": ZONE}
    return {
        "area": area_rows(*roster, places, days=days, rules=POST_RULES),
        "community": community_rows(terrain),
        "road_section": section_rows(frame("road_section"), terrain),
        "board": board_rows(frame("sign_board"), terrain),
        "service_object": object_rows(frame("service_object"), terrain, ZONE),
        "named_org": named_org_rows(frame("org"), terrain),
        "duty_day": duty_days(roster, deeds, places, days=worked, **acting),
        "chief": chief_rows(roster, deeds, places, days=days, **acting),
        "patrol": patrol_rows(
            frame("patrol"),
            roster,
            frame("road_section"),
            places,
            days=days,
            zone=ZONE,
        ),
        "institution_item": institution_rows(
            frame("institution_doc"),
            institution_items(),
            places,
            days=days,
            weights={},
        ),
        "meeting_item": meeting_rows(
            frame("meeting_item"),
            frame("org"),
            places,
            days=days,
            today=local_day(batch.as_of),
        ),
    }
