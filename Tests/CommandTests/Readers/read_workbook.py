"""Prints what openpyxl finds in a workbook, as JSON: for each sheet its name, how it looks, and its cells with their types."""

import datetime
import json
import sys

import openpyxl
from openpyxl.utils.escape import unescape


def cell(found):
    value = found.value
    if value is None:
        return ["empty", ""]
    if found.data_type == "f" or found.hyperlink is not None:
        return ["formula or link", str(value)]
    if isinstance(value, datetime.datetime):
        return ["day", value.date().isoformat()]
    if isinstance(value, bool):
        return ["boolean", str(value)]
    if isinstance(value, (int, float)):
        return ["number", repr(float(value))]
    return ["text", unescape(value)]


def sheet(found):
    rows = [[cell(one) for one in row] for row in found.iter_rows()]
    return {
        "name": found.title,
        "frozen": found.freeze_panes,
        "filter": found.auto_filter.ref,
        "areHeadingsBold": all(one.font.b for one in found[1]),
        "widths": [found.column_dimensions[one.column_letter].width for one in found[1]],
        "rows": rows,
    }


book = openpyxl.load_workbook(sys.argv[1])
json.dump([sheet(found) for found in book.worksheets], sys.stdout)
