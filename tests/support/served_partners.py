"""Partners of the served city, as their files declare them.

What lives here: declarations, with every personal column that the model has. What does
not: what they drop (`served_rows`).
"""

FILES = """
[partner]
id = "{id}"
title = "{title}"
timezone = "Asia/Shanghai"
coordinates = "wgs84"

[source]
connector = "files"
folder = "env:DROP"
"""
PLATFORM = (
    FILES.format(id="platform", title="平台")
    + """
[[feed]]
name = "cases"
key = ["id"]
changed = "changed"
category_system = "GBT30428.2-2013"
events_complete = true
read = { files = "cases_*.jsonl" }

[[feed.emit]]
dataset = "issue"

[feed.emit.columns]
case_no = "no"
source_channel_code = { value = "XC" }
category_kind_code = { value = "MATTER" }
category_code = { value = "0110" }
reporter_name = "who"
reporter_phone = "call"
reporter_person_id = { field = "found_by", ref = "person" }
description = "told"
address = "place"
lon = "lon"
lat = "lat"
street_code = "street"
district_code = "district"
handling_org_id = { field = "unit", ref = "org" }
source_stage_id = { field = "state", codes = "stage" }
reported_at = "reported"
accepted_at = "accepted"
registered_at = "registered"
dispatched_at = "dispatched"
handled_at = "handled"
source_deadline_at = "deadline"
extension_minutes = "longer"
is_supervised = "watched"
media_count = { value = 0 }

[feed.emit.codes.stage]
1 = "DISCOVERED"
3 = ["ACCEPTED", "REGISTERED", "DISPATCHED"]
5 = "HANDLED"

[[feed.emit]]
dataset = "issue_event"
explode = "trail"
part = { field = "step" }

[feed.emit.columns]
issue_id = { field = "../id", ref = "issue" }
action_code = { field = "action", codes = "action" }
happened_at = "at"
actor_person_id = { field = "by", ref = "person" }
opinion = "words"
is_inferred = { value = false }

[feed.emit.codes.action]
report = "SUBMIT"
dispatch = "DISPATCH"

[[feed]]
name = "works"
dataset = "handling"
key = ["id"]
changed = "at"
read = { files = "works_*.jsonl" }

[feed.columns]
issue_id = { field = "case", ref = "issue" }
attempt_seq = { value = 1 }
org_id = { field = "unit", ref = "org" }
handler_person_id = { field = "by", ref = "person" }
finished_at = "at"
opinion = "words"
penalty_yuan = "fine"
media_count = { value = 0 }
"""
)
ROSTER = (
    FILES.format(id="roster", title="路长名册")
    + """
[[feed]]
name = "orgs"
dataset = "org"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
as_of = { file = '_([0-9]{8})', format = "%Y%m%d" }
read = { files = "orgs_*.jsonl" }

[feed.columns]
org_name = "name"
org_level_code = { value = "DISTRICT" }
org_kind_code = { value = "ENFORCEMENT_CENTRE" }
division_code = "division"
valid_from_on = "since"

[[feed]]
name = "areas"
dataset = "area"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
as_of = { file = '_([0-9]{8})', format = "%Y%m%d" }
read = { files = "areas_*.jsonl" }

[feed.columns]
area_name = "name"
area_kind_code = { value = "ZONE" }
status_code = { value = "ACTIVE" }
is_required = { value = true }
street_code = "street"
area_km2 = "size"

[[feed]]
name = "people"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
as_of = { file = '_([0-9]{8})', format = "%Y%m%d" }
read = { files = "people_*.jsonl" }

[[feed.emit]]
dataset = "person"

[feed.emit.columns]
person_name = "name"
mobile = "mobile"
duty_phone = "duty"
org_id = { field = "org", ref = "org" }
employment_code = { value = "ENFORCEMENT" }
is_active = { value = true }

[[feed.emit]]
dataset = "assignment"
part = { value = "ROAD_CHIEF" }

[feed.emit.columns]
person_id = { field = "id", ref = "person" }
role_code = { value = "ROAD_CHIEF" }
target_kind_code = { value = "AREA" }
target_id = { field = "area", ref = "area" }
is_primary = { value = true }
start_on = "since"

[[feed]]
name = "shops"
dataset = "service_object"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
as_of = { file = '_([0-9]{8})', format = "%Y%m%d" }
read = { files = "shops_*.jsonl" }

[feed.columns]
object_kind_code = { value = "SHOP" }
object_name = "sign"
legal_name = "licence"
uscc_id = "code"
owner_name = "owner"
owner_phone = "call"
address = "place"
street_code = "street"
open_status_code = { value = "OPEN" }
valid_from_on = "since"

[[feed]]
name = "boards"
dataset = "sign_board"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
as_of = { file = '_([0-9]{8})', format = "%Y%m%d" }
read = { files = "boards_*.jsonl" }

[feed.columns]
area_id = { field = "area", ref = "area" }
shown_chief_name = "chief"
shown_phone = "phone"
status_code = { value = "IN_USE" }
valid_from_on = "since"

[[feed]]
name = "patrols"
dataset = "patrol"
key = ["id"]
changed = "at"
read = { files = "patrols_*.jsonl" }

[feed.columns]
person_id = { field = "by", ref = "person" }
area_id = { field = "area", ref = "area" }
status_code = { value = "DONE" }
started_at = "at"
length_m = "length"
track = "track"
"""
)
DARK = """
[partner]
id = "dark"
title = "连不上的系统"
timezone = "Asia/Shanghai"

[source]
connector = "rest"
base_url = "env:DARK_URL"
auth = { kind = "bearer", token = "env:DARK_TOKEN" }
limits = { timeout_seconds = 2 }

[[feed]]
name = "checks"
dataset = "review"
key = ["id"]
changed = "at"
read = { path = "/checks" }

[feed.columns]
issue_id = { field = "case", ref = "issue" }
attempt_seq = { value = 1 }
review_kind_code = { value = "CHECK" }
done_at = "at"
media_count = { value = 0 }
"""
