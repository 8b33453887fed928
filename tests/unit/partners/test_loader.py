"""Loading partner files: the forms they may take, and what is refused whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.errors import DeclarationError
from hub.partners.loader import load_city
from hub.partners.spec import Column, Sweep
from hub.settings import Settings


def test_a_short_file_becomes_a_typed_partner(load, head, feed):
    partner = load(head + feed)

    emit = partner.feed("cases").emits[0]
    assert partner.id == "qiaokou"
    assert emit.dataset == "issue"
    assert emit.columns["category_code"] == Column(field="code")
    assert emit.columns["media_count"].value == 0


def test_one_code_and_a_list_of_codes_are_both_lists(load, head, feed):
    text = feed + (
        'source_stage_id = { field = "state", codes = "stage" }\n'
        '[feed.codes.stage]\n3 = ["REGISTERED", "DISPATCHED"]\n6 = "CLOSED"\n'
    )

    emit = load(head + text).feeds[0].emits[0]

    assert emit.codes["stage"] == {
        "3": ("REGISTERED", "DISPATCHED"),
        "6": ("CLOSED",),
    }


def test_codes_that_look_like_numbers_stay_text(load, head, feed):
    text = feed + (
        'source_stage_id = { field = "state", codes = "stage" }\n'
        '[feed.codes.stage]\n0123 = "CLOSED"\nno = "HANDLING"\n"4.1" = "HANDLED"\n'
        '"结案" = "CLOSED"\n'
    )

    emit = load(head + text).feeds[0].emits[0]

    assert list(emit.codes["stage"]) == ["0123", "no", "4.1", "结案"]


def test_a_sweep_may_be_one_word(load, head, feed):
    text = feed.replace('records = "data.list"', 'sweep = "open_issues"')

    assert load(head + text).feeds[0].read.sweep == Sweep()


def test_a_dropped_file_may_be_named_by_path(load, head, feed):
    source = head.replace('"rest"', '"files"').replace("base_url", "folder")
    text = feed.replace(
        'path = "/api/cases"\nrecords = "data.list"', 'path = "c_*.csv"'
    )

    assert load(source + text).feeds[0].read.files == "c_*.csv"


def test_one_row_may_become_several_datasets(load, head):
    text = (
        head
        + """
[[feed]]
name = "roster"
key = ["gridId"]
mode = "snapshot"
deletes = { kind = "snapshot" }
[feed.read]
path = "/api/roster"
[feed.codes.kind]
1 = "COMMUNITY"
2 = "ZONE"

[[feed.emit]]
dataset = "area"
[feed.emit.columns]
area_name = "gridName"
area_kind_code = { field = "gridKind", codes = "kind" }
status_code = { value = "ACTIVE" }
is_required = { value = true }
street_code = "streetCode"

[[feed.emit]]
dataset = "assignment"
part = { value = "ROAD_CHIEF" }
when = "chiefId IS NOT NULL"
[feed.emit.columns]
person_id = { field = "chiefId", ref = "person" }
role_code = { value = "ROAD_CHIEF" }
target_kind_code = { value = "AREA" }
target_id = { field = "gridId", ref = "area" }
is_primary = { value = true }

[[feed.emit]]
dataset = "assignment"
explode = "helpers"
part = { field = "humanId" }
[feed.emit.columns]
person_id = { field = "humanId", ref = "person" }
role_code = { value = "CO_GOVERN" }
target_kind_code = { value = "AREA" }
target_id = { field = "../gridId", ref = "area" }
is_primary = { value = false }
"""
    )

    feed = load(text).feeds[0]

    assert [emit.dataset for emit in feed.emits] == ["area", "assignment", "assignment"]
    assert all(
        emit.codes["kind"] == {"1": ("COMMUNITY",), "2": ("ZONE",)}
        for emit in feed.emits
    )
    assert feed.emits[1].key == ()
    assert feed.emits[2].key == ("../gridId",)


def test_a_file_is_found_by_its_name(problem_lines, head, feed):
    assert problem_lines(head + feed, "jianghan") == [
        'partner → id: is "qiaokou", and the file is called jianghan.toml; '
        "a partner is found by its file: give both the same name"
    ]


def test_two_feeds_of_one_name_are_refused(problem_lines, head, feed):
    assert problem_lines(head + feed + feed) == [
        'feed "cases": stands 2 times; give each feed its own name'
    ]


def test_a_broken_file_does_not_take_the_others_down(
    city_folder, add_partner, head, feed
):
    add_partner(head + feed)
    bad = add_partner("[partner\n", "bad")

    city = load_city(city_folder)

    assert list(city.partners) == ["qiaokou"]
    assert list(city.broken) == [bad]
    assert city.partner_ids == {"qiaokou", "bad"}


def test_strict_loading_raises_for_a_broken_file(city_folder, add_partner):
    add_partner("[partner\n", "bad")

    with pytest.raises(DeclarationError, match=r"could not load partners/bad\.toml"):
        load_city(city_folder, strict=True)


def test_all_problems_of_a_file_come_in_one_error(city_folder, add_partner, head, feed):
    text = (head + feed).replace('"rest"', '"rest"\ncolour = "x"')
    path = add_partner(text.replace("category_code", "categry_code"))

    error = load_city(city_folder).broken[path]

    lines = str(error).splitlines()
    assert lines[0] == "qiaokou: could not load partners/qiaokou.toml: 3 problems"
    assert [line.startswith("  - ") for line in lines[1:-1]] == [True] * 3
    assert lines[-1] == "Correct the file, then run `hub partner check qiaokou`."
    assert error.as_dict()["code"] == "declaration"
    assert error.partner == "qiaokou"


def test_a_feed_beyond_repair_does_not_hide_the_next_one(problem_lines, head, feed):
    spoilt = '[[feed]]\nname = "x"\ndataset = "issue"\n'
    lines = problem_lines(head + spoilt + feed.replace('"code"', '{ codes = "c" }'))

    assert any('feed "x" → name' in line for line in lines)
    assert any('feed "x": "key" is missing' in line for line in lines)
    assert any(
        'feed "cases" → columns → category_code: has no source' in line
        for line in lines
    )


def test_a_city_is_found_by_settings_name_or_folder(city_folder):
    assert load_city("wuhan").id == "wuhan"
    assert load_city(Settings(city="wuhan")).id == "wuhan"
    assert load_city(Settings(city=str(city_folder))).id == "small"
    assert load_city(city_folder).id == "small"


def test_an_unknown_city_is_refused_with_the_shipped_ones():
    with pytest.raises(DeclarationError, match='Did you mean "wuhan"'):
        load_city("wuhna")


def test_a_folder_without_city_toml_is_no_city(tmp_path: Path):
    with pytest.raises(DeclarationError, match="no folder of that name"):
        load_city(tmp_path)


def test_a_city_whose_files_say_the_same_is_judged_once(city_folder):
    assert load_city(city_folder) is load_city(city_folder)


def test_a_changed_file_is_seen_at_once(city_folder):
    before = load_city(city_folder)
    path = city_folder / "city.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a remark\n", "utf-8")

    assert load_city(city_folder) is not before
