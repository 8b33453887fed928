"""What no line may hold is taken out, in every spelling and wherever it stands."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from support.log_lines import logging_to
from support.trap_partner import cases, opened, partner

from hub.telling import log_fields
from hub.telling.events import LOGGER

SECRET = "S3cr/t +&字"
SOURCE = """[source]
connector = "rest"
base_url = "https://district.example"
auth = { kind = "bearer", token = "env:DISTRICT_TOKEN" }
"""


@pytest.fixture
def known(tmp_path: Path) -> None:
    """A hub whose one partner has a secret."""
    text = partner(cases('path = "/cases"'), source=SOURCE)
    opened(tmp_path, text, DISTRICT_TOKEN=SECRET).control.close()


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"the server said {SECRET}!",
        "https://x/y?q=S3cr%2Ft%20%2B%26%E5%AD%97",
        "https://someone:pw-hush@x/y",
        "https://x/y?access_token=pw-hush&page=1",
    ],
)
def test_secrets_are_masked_in_text_and_inside_values(text: str) -> None:
    with logging_to() as told:
        log_fields(LOGGER, logging.INFO, "told", {"reason": text})
        log_fields(LOGGER, logging.INFO, "told", {"nested": {"list": [text]}})
        logging.getLogger("a.library").warning("it said %s", text)

    assert len(told.lines) == 3
    assert told.text.count("***") == 3
    for hidden in ("S3cr", "pw-hush", "%E5%AD%97"):
        assert hidden not in told.text


def test_a_field_that_is_named_like_a_secret_is_masked_whatever_it_holds() -> None:
    with logging_to() as told:
        log_fields(LOGGER, logging.INFO, "told", {"appSecret": "x", "rows": 3})

    (line,) = told.lines
    assert line["appSecret"] == "***"
    assert line["rows"] == 3


@pytest.mark.usefixtures("known")
def test_ids_and_numbers_stay_as_they_are() -> None:
    with logging_to() as told:
        fields = {"batch": "b00000001", "dataset": "issue", "rows": 3, "share": 0.5}
        log_fields(LOGGER, logging.INFO, "told", fields)

    (line,) = told.lines
    assert {name: line[name] for name in fields} == fields
