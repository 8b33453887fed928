"""The OpenAPI is the whole truth: no answer that it does not declare, and no failure.

Schemathesis asks whatever fits the description, and what does not fit it, of a server
on loopback; as a granted consumer, as another one, without key and with a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from support.served import Served, listening
from support.thorough import of

ASKERS = ("east", "whole", "nobody", "wrong")
FORMS = (
    "application/json",
    "application/ld+json",
    "text/html",
    "application/x-ndjson",
    "text/csv",
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.parquet",
)
# What uvicorn itself says to a request line that is longer than it reads.
TOO_LONG = b"Invalid HTTP request received."
EVERY = {"405", "500"}
GUARDED = EVERY | {"400", "401", "429", "503"}
# What is looked at in every answer. A key that is wrong or missing is asked with on
# purpose, so whether keys are demanded is for `test_who_sees_what`.
LOOKED_AT = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


@pytest.fixture(scope="module")
def port(served: Served) -> Iterator[int]:
    with listening(served.app) as number:
        yield number


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_declared(
    served: Served, port: int, mode: GenerationMode
) -> None:
    url = f"http://127.0.0.1:{port}/openapi.json"
    schemathesis.checks.load_all_checks()
    checks = [CHECKS.get_one(name) for name in LOOKED_AT]
    asked = set()
    for found in schemathesis.openapi.from_url(url).get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=of(200, 6),
            phases=[Phase.generate],
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=operation.as_strategy(generation_mode=mode),
            form=strategies.sampled_from(FORMS),
        )
        def holds(case: schemathesis.Case, form: str) -> None:
            for who in ASKERS:
                headers = served.headers(who, Accept=form)
                answer = case.call(headers=headers)
                if answer.content != TOO_LONG:
                    case.validate_response(answer, checks=checks)

        try:
            holds()
        except Unsatisfiable:  # without parameters there is nothing to get wrong
            assert mode is GenerationMode.NEGATIVE
        else:
            asked.add(operation.path)
    assert len(asked) >= 7


def test_every_status_that_can_come_is_declared_as_a_problem(served: Served) -> None:
    told = served.get("//openapi.json").json()
    problem = {"$ref": "#/components/schemas/Problem"}

    assert told["components"]["schemas"]["Problem"]["required"]
    for path, operations in told["paths"].items():
        for operation in operations.values():
            answers = operation["responses"]
            is_guarded = path.startswith(("/api/", "/open311/"))
            assert set(answers) >= (GUARDED if is_guarded else EVERY), path
            assert {"200", "202"} & set(answers), path
            assert ("security" in operation) is is_guarded
            for status, one in answers.items():
                if status >= "400" and not path.startswith("/open311/"):
                    media = {"application/problem+json": {"schema": problem}}
                    # What people open in a browser is refused by a page as well.
                    if path.endswith(("/page", "/workbook")):
                        media["text/html"] = {"schema": {"type": "string"}}
                    assert one["content"] == media
    rows = told["paths"]["/api/v1/datasets/{name}/rows"]["get"]["responses"]
    assert set(rows) >= {"206", "304", "403", "404", "406", "410", "416"}
    assert set(rows["200"]["content"]) == {FORMS[0], *FORMS[3:]}
    assert set(rows["206"]["content"]) == set(FORMS[3:])
