"""The ground every declaration stands on: frozen, strict, and silent on secrets.

What lives here: the base class of `spec`, `source` and `city` types. It forbids
unknown keys, takes the docstring under a field as its description, and masks
secret-bearing values whenever a declaration is printed or dumped. What does
not: any field.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)

from hub.partners.redaction import mask

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Span = Annotated[str, StringConstraints(pattern=r"^\d+[smhd]$")]


class Strict(BaseModel):
    """Frozen, and deaf to nothing: an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,
        extra="forbid",
        populate_by_name=True,
        # An error must not carry the input along: it may be a secret.
        hide_input_in_errors=True,
    )

    secret_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields that are printed as `***`, even when they hold a reference."""

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Fields for `repr` and `str`, secrets masked."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            yield name, mask(value, secret=name in self.secret_fields)

    @model_serializer(mode="wrap")
    def dump_masked(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Fields for `model_dump`, secrets masked."""
        dumped = cast(dict[str, Any], handler(self))
        return {
            name: mask(value, secret=name in self.secret_fields)
            for name, value in dumped.items()
        }
