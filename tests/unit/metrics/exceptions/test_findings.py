"""Findings of the rules, each under the unit that it concerns."""

from __future__ import annotations

import polars as pl
from support.exception_rows import table, unit_of
from support.roster_frames import area, post
from support.street_rows import ORG, SECTION, builder, frame, terrain

from hub.metrics.exceptions.findings import rule_rows
from hub.metrics.exceptions.lists import KINDS, LISTS, RULES
from hub.schemas.rules import rule


def test_each_finding_lies_where_its_subject_lies() -> None:
    where = terrain(
        [area(community_codes=["old"]), area(area_id="a2", street_code="s2")],
        [post(), builder("s2c1", person_id="p2")],
    )
    told = [
        ("area", "a2", "K01", "AU-2"),
        ("division", "s1c2", "K03", "AU-1"),
        ("division", "old", "K03", "AU-1"),
        ("division", "s2", "K08", "AU-2"),
        ("road_section", "r1", "K04", "AU-2"),
        ("org", "o1", "K09", "AU-1"),
        ("person", "p1", "K05", "AU-1"),
        ("person", "p2", "K19", None),
        ("assignment", "p2@s2c1", "K07", "AU-2"),
        ("assignment", "p1@None", "K06", "AU-1"),
    ]
    findings = pl.DataFrame(
        [("2026-04", *one[:3]) for one in told],
        schema=["period", "dataset", "id", "rule"],
        orient="row",
    )
    words = pl.DataFrame({"rule": ["K01"], "note_zh": ["甲"], "note_en": ["a"]})
    sections = frame([{"road_section_id": "r1", "area_id": "a2"}], SECTION)
    orgs = frame([{"org_id": "o1", "division_code": "d1"}], ORG)

    found = table([rule_rows(findings, words, sections, orgs, where)], where)

    assert len(found) == len(told)
    for _, id_, _, unit in told:
        assert unit_of(found, id_) == {unit}, id_
    assert found.filter(kind="K01")["note_zh"].to_list() == ["甲"]


def test_every_list_answers_a_rule_or_requirement_in_both_tongues() -> None:
    wanted = {"R05", "R36", "R45", "R53", "R60", "R61", "R62", "R63", "K18", "K19"}

    assert wanted | {f"K{n:02}" for n in range(1, 12)} <= set(KINDS)
    assert all(one.note_zh and one.note_en for one in LISTS.values())
    assert all(rule(code).meaning_zh for code in RULES)
