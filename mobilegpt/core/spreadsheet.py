"""Files for spreadsheets: CSV that a Korean Excel opens as it is (UTF-8 with a mark, RFC 4180), and cells of text only.

A cell that a spreadsheet would take for a formula begins with an apostrophe instead (reliability X12).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

_MARK = "\ufeff"
_FORMULA = frozenset("=+-@\u2212")  # with the sign for minus that raised and lowered ones come down to
_LINES_AT_ONCE = 100
_CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def csv_pieces(rows: Iterable[Sequence[str | int]]) -> Iterator[bytes]:
    """The file in pieces, its headings the first of the rows."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(_MARK)
    for number, row in enumerate(rows):
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
        if number and number % _LINES_AT_ONCE == 0:
            yield _taken_from(buffer)
    yield _taken_from(buffer)


def _taken_from(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def safe(text: str) -> str:
    """The text as a cell that is only ever text: an apostrophe before what begins, or could begin, a formula.

    Full-width, raised and lowered signs count as the plain ones, and nothing invisible hides the first sign.
    """
    if text[:1].isalnum() or not text:
        return text
    if text[0] in "\t\r\n":
        return "'" + text
    visible = next((sign for sign in text if not sign.isspace() and unicodedata.category(sign)[0] != "C"), "")
    if unicodedata.normalize("NFKC", visible)[:1] in _FORMULA:
        return "'" + text
    return text


def file_name(title: str, day: date, ending: str = "csv") -> str:
    """``카카오톡 기초 2025-10-28.csv`` without what file systems refuse."""
    kept = "".join(sign for sign in title if sign.isalnum() or sign in " -_()").strip()
    return f"{kept[:80] or 'students'} {day.isoformat()}.{ending}"


def content_type(ending: str) -> str:
    """The media type of ``csv`` or ``xlsx``."""
    return _CONTENT_TYPES[ending]
