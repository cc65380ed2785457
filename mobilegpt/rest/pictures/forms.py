"""Forms with pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request

from mobilegpt.core.errors import Invalid

_FILE = {"type": "string", "format": "binary"}


def form(*, many: bool = False, **fields: dict[str, Any]) -> dict[str, Any]:
    """The form in the API's description: ``file``, which may come often where there are ``many``, and these fields."""
    properties = {"file": {"type": "array", "items": _FILE} if many else _FILE, **fields}
    return {"multipart/form-data": {"type": "object", "properties": properties, "required": ["file"]}}


@contextmanager
def files_in(request: Request, most: int) -> Iterator[list[BinaryIO]]:
    """What the form has as ``file``, in its order. Raises ``Invalid`` for none, and for more than ``most``."""
    with ExitStack() as closing:
        for _, files in request.FILES.lists():  # also those of other fields
            for file in files:
                closing.callback(file.close)
        uploads = [file for file in request.FILES.getlist("file") if isinstance(file, UploadedFile) and file.file]
        if not uploads:
            raise Invalid(message="file is missing", details={"field": "file"})
        if len(uploads) > most:
            raise Invalid(message=f"At most {most} files at once", details={"field": "file"})
        yield [cast(BinaryIO, upload.file) for upload in uploads]


def id_in(request: Request, field: str) -> int | None:
    """A number that a form may have. Raises ``Invalid``."""
    text = request.data.get(field) or None
    if text is not None and not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(message=f"{field} is a whole number", details={"field": field})
    return None if text is None else int(text)
