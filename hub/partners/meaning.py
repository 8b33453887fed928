"""What a field of a declaration means: the sentence that stands under it.

What lives here: reading those sentences from the source when somebody asks. What does
not: who asks (`wording` for a complaint, `options_page` for the reference). Pydantic
would read them all while the types are made, a tenth of the start of every command.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel


def meaning(model: type[BaseModel], name: str) -> str | None:
    """The sentence under a field, of the type or of one it comes from; None without."""
    told = (
        _sentences(owner) for owner in model.__mro__ if issubclass(owner, BaseModel)
    )
    return next((one[name] for one in told if name in one), None)


@cache
def _sentences(model: type[BaseModel]) -> Mapping[str, str]:
    """Field → the text that stands alone behind its declaration."""
    if model is BaseModel:
        return {}
    tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(tree, ast.ClassDef)
    return {
        told.target.id: inspect.cleandoc(text.value.value)
        for told, text in zip(tree.body, tree.body[1:], strict=False)
        if isinstance(told, ast.AnnAssign)
        and isinstance(told.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
