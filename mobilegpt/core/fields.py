"""Field types that requests and commands share: their bounds keep what no column can hold away from the database."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Id = Annotated[int, Meta(ge=1, le=9_223_372_036_854_775_807)]
"""A row's id."""

MESSAGE_LENGTH = 1000
MessageText = Annotated[str, Meta(extra_json_schema={"maxLength": MESSAGE_LENGTH})]
"""What a person says to others. Its length is looked at where it is kept: characters count in their one form (NFC)."""
