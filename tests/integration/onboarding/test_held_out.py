"""Drafts of samples whose headings the words in `synonyms.csv` were not taken from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from support import made_samples
from support.answer_keys import CHANGED, KEY, NEVER, Score, score
from support.real_data import CITIES

from hub.onboarding.draft import infer
from hub.partners.city import City
from hub.partners.loader import load_city

CHICAGO = {
    "SR_NUMBER": {KEY, "case_no"},
    "SR_TYPE": {"category_code", "category_name", "record_type_name"},
    "SR_SHORT_CODE": {"category_code"},
    "OWNER_DEPARTMENT": {"handling_org_id"},
    "STATUS": {"source_stage_id", "source_stage_name"},
    "ORIGIN": {"source_channel_code", "source_channel_name"},
    "CREATED_DATE": {"reported_at"},
    "LAST_MODIFIED_DATE": {CHANGED},
    "CLOSED_DATE": {"closed_at"},
    "STREET_ADDRESS": {"address"},
    "WARD": {"district_code"},
    "LATITUDE": {"lat"},
    "LONGITUDE": {"lon"},
}
SAN_FRANCISCO = {
    "CaseID": {KEY, "case_no"},
    "Opened": {"reported_at"},
    "Closed": {"closed_at"},
    "Updated": {CHANGED},
    "Status": {"source_stage_id", "source_stage_name"},
    "Responsible Agency": {"handling_org_id"},
    "Category": {"category_code", "category_name", "record_type_name"},
    "Request Type": {"category_code", "category_name", "record_type_name"},
    "Address": {"address"},
    "Latitude": {"lat"},
    "Longitude": {"lon"},
    "Source": {"source_channel_code", "source_channel_name"},
    "Media URL": {"media_count"},
}
OFFICE = {
    "工单编号": {KEY, "case_no"},
    "诉求来源": {"source_channel_code", "source_channel_name"},
    "诉求人": {"reporter_name"},
    "联系方式": {"reporter_phone"},
    "诉求描述": {"description"},
    "事发地点": {"address"},
    "经度坐标": {"lon"},
    "纬度坐标": {"lat"},
    "所属街道编码": {"street_code"},
    "受理登记时间": {"reported_at", "accepted_at"},
    "派单时间": {"dispatched_at"},
    "办理期限": {"source_deadline_at"},
    "归档时间": {"closed_at"},
    "承办部门编码": {"handling_org_id"},
    "满意情况": {"satisfaction_code"},
    "图片张数": {"media_count"},
    "身份证号码": {NEVER},
    "最后更新时间": {CHANGED},
}
INITIALS = {
    "ID": {KEY},
    "AJBH": {"case_no"},
    "WTLY": {"source_channel_code", "source_channel_name"},
    "WTMS": {"description"},
    "SFDZ": {"address"},
    "JDDM": {"street_code"},
    "SBSJ": {"reported_at"},
    "LASJ": {"registered_at"},
    "PQSJ": {"dispatched_at"},
    "JASJ": {"closed_at"},
    "CZDW": {"handling_org_id"},
    "LXDH": {"reporter_phone"},
    "JD": {"lon"},
    "WD": {"lat"},
}
Columns = Callable[[City], Mapping[str, made_samples.Maker]]
CASES = [
    (made_samples.chicago, "boston", CHICAGO),
    (made_samples.san_francisco, "boston", SAN_FRANCISCO),
    (made_samples.office, "wuhan", OFFICE),
    (made_samples.initials, "wuhan", INITIALS),
]


def _score(columns: Columns, city: str, answers: Mapping[str, set[str]]) -> Score:
    place = load_city(city if city == "wuhan" else CITIES / city)
    sample = made_samples.sample_of(columns(place), "cases.csv")
    keyed = {field: frozenset(some) for field, some in answers.items()}
    return score(infer(sample, place), keyed, name=columns.__name__)


@pytest.mark.parametrize(("columns", "city", "answers"), CASES)
def test_nothing_wrong_is_called_certain_under_unseen_headings(
    columns: Columns, city: str, answers: Mapping[str, set[str]]
) -> None:
    found = _score(columns, city, answers)

    assert found.wrongly_certain == []
    assert found.right >= 0.7 * found.mappable, (found.missed, found.wrong)


def test_most_unseen_headings_are_mapped() -> None:
    found = [_score(*case) for case in CASES]

    print(*found, sep="\n")  # noqa: T201 - the rate is what is to be shown
    right, mappable = (sum(getattr(s, n) for s in found) for n in ("right", "mappable"))
    assert right >= 0.85 * mappable
