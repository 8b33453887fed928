"""The reference page names every option, and every option has its sentence."""

from __future__ import annotations

import pytest

from hub.partners.meaning import meaning
from hub.partners.options_page import CITY_TABLES, PARTNER_TABLES, reference_page
from hub.partners.wording import describe

MODELS = [model for _, model in (*PARTNER_TABLES, *CITY_TABLES)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_option_has_a_sentence(model):
    silent = [name for name in model.model_fields if not meaning(model, name)]

    assert silent == []


def test_every_option_is_on_the_page():
    page = reference_page()

    rows = [line for line in page.splitlines() if line.startswith("| `")]
    hidden = {
        "source",
        "feeds",
        "emits",
        "deliveries",
        "channel",
    }  # tables and blocks of their own
    for model in MODELS:
        for name, field in model.model_fields.items():
            key = field.alias or name
            if key not in hidden and (model.__name__, key) != ("Lead", "by_unit"):
                assert any(row.startswith(f"| `{key}` |") for row in rows), key


def test_a_row_gives_key_type_default_and_sentence():
    lines = reference_page().splitlines()

    assert (
        "| `mode` | `changes`, `events`, `snapshot` | `changes` | `changes`: rows that "
        "are new or changed; `events`: rows that never change; `snapshot`: everything, "
        "each time. |"
    ) in lines
    assert (
        "| `from` | text | required | Request name (rest) or column (sql) of the "
        in "\n".join(lines)
    )
    assert all(
        line.count("|") - line.count("\\|") == 5
        for line in lines
        if line.startswith("| `")
    )


def test_every_column_of_the_table_of_successors_is_on_the_page():
    page = reference_page()

    told = page.partition("## division_successor.csv")[2].splitlines()

    rows = [line.split(" | ") for line in told if line.startswith("| `")]
    assert [(one[0][3:-1], *one[1:3]) for one in rows] == [
        ("division_code", "text", "required"),
        ("successor_code", "text", "required"),
        ("from_on", "a date", "required"),
        ("note", "text", ""),
    ]


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (str | None, "text"),
        (tuple[str, ...], "a list of text"),
        (str | tuple[str, ...] | None, "text or a list of text"),
        (dict[str, int], "a table"),
        (float, "a number"),
        (bool, "true or false"),
    ],
)
def test_types_are_said_in_words(annotation, words):
    assert describe(annotation) == words
