"""Tables of attendance as files: CSV, and XLSX that prints on A4 (reliability X12: no cell is a formula)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain
from typing import Any

from xlsxwriter import Workbook

from mobilegpt.attendance.messages import Language, text
from mobilegpt.attendance.tables import Table
from mobilegpt.core.spreadsheet import csv_pieces, safe

FORMATS = ("csv", "xlsx")
_A4 = 9
_NAME = 1
_WIDEST = 40


def pieces(table: Table, kind: str, language: Language) -> Iterator[bytes]:
    """The file in pieces; ``kind`` is one of ``FORMATS``."""
    return csv_pieces(chain([table.columns], table.rows)) if kind == "csv" else iter([_workbook(table, language)])


def _workbook(table: Table, language: Language) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(buffer, options) as book:
        sheet = book.add_worksheet(text("title", language))
        looks = _Looks(book)
        sheet.write_string(0, 0, text("title", language), looks.title)
        for row, (word, said) in enumerate(table.heading, start=1):
            sheet.write_string(row, 0, word, looks.bold)
            _write(sheet, row, 1, said, looks, looks.plain)
        first = len(table.heading) + 2
        for column, name in enumerate(table.columns):
            _write(sheet, first, column, name, looks, looks.head)
            sheet.set_column(column, column, min(_WIDEST, 24 if column == _NAME else max(8, 2 * len(name))))
        for row, cells in enumerate(table.rows, start=first + 1):
            for column, cell in enumerate(cells):
                _write(sheet, row, column, cell, looks, looks.line)
        sheet.freeze_panes(first + 1, _NAME + 1)
        sheet.autofilter(first, 0, first + len(table.rows), len(table.columns) - 1)
        _print_on_a4(sheet, first)
    return buffer.getvalue()


class _Looks:
    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.bold = book.add_format({"bold": True})
        self.plain = book.add_format()
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.line = book.add_format({"bottom": 4})
        self.only_text = book.add_format({"bottom": 4, "quote_prefix": True})


def _write(sheet: Any, row: int, column: int, cell: str | int, looks: _Looks, look: Any) -> None:
    """A text stays one also when it is edited: a sign says so, as an apostrophe typed before it would."""
    if isinstance(cell, int):
        sheet.write_number(row, column, cell, look)
    else:
        sheet.write_string(row, column, cell, looks.only_text if safe(cell) != cell else look)


def _print_on_a4(sheet: Any, head: int) -> None:
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer("&C&P / &N")
