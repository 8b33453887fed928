"""The reference page names every key of a policy file, each with its sentence."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from hub.partners.meaning import meaning
from hub.scoring.policy_page import (
    ELSEWHERE,
    PERSON_TABLES,
    RULE_TABLES,
    UNIT_TABLES,
    policy_page,
)
from hub.scoring.rules import RULES

MODELS = [model for _, model in (*UNIT_TABLES, *RULE_TABLES, *PERSON_TABLES)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_has_a_sentence(model: type[BaseModel]) -> None:
    silent = [name for name in model.model_fields if not meaning(model, name)]

    assert silent == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_on_the_page(model: type[BaseModel]) -> None:
    lines = policy_page().splitlines()

    for name, field in model.model_fields.items():
        if name not in ELSEWHERE.get(model, ()):
            assert any(
                line.startswith(f"| `{field.alias or name}` |") for line in lines
            ), name


def test_every_rule_kind_has_a_table() -> None:
    page = policy_page()

    assert all(f"### `rule {kind}`" in page for kind in RULES)
