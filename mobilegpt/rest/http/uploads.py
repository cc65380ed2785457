"""Uploads of a form, as they are read from a request: small ones in memory, others in a file that has no name."""

from __future__ import annotations

import tempfile
from typing import IO, Any

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from mobilegpt.core.errors import Unavailable

log = structlog.get_logger(__name__)

_IN_MEMORY = 64 * 1024


class NamelessFileHandler(FileUploadHandler):
    """A process that is killed leaves nothing behind: the system forgets a file without a name. Django's own temporary
    files have one, and its others are held whole in memory."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._opened: list[IO[bytes]] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(settings.FILE_UPLOAD_TEMP_DIR))  # noqa: SIM115
        self._opened.append(self.file)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Raises ``Unavailable`` when the disk is full (F18)."""
        try:
            self.file.write(raw_data)
        except OSError as error:
            self.file.close()
            log.error("upload_failed", error=str(error))
            raise Unavailable(message="The file cannot be stored now", retry_after=30) from None

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.seek(0)
        return UploadedFile(
            file=self.file,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()

    def give_up(self) -> None:
        """The form cannot be read: what came before is nobody's. Django itself closes the last file only."""
        for file in self._opened:
            file.close()
