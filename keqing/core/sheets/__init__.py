"""Reads a company's own spreadsheets: any usual file type and Chinese encoding, or one clear sentence why not."""

from keqing.core.sheets.cells import BadCell, is_blank, safe_cell, text
from keqing.core.sheets.days import day, moment
from keqing.core.sheets.guard import Limits, Unreadable
from keqing.core.sheets.headers import Header, find_header, propose_mapping
from keqing.core.sheets.numbers import decimal, integer, ratio
from keqing.core.sheets.table import Cell, Table
from keqing.core.sheets.words import boolean, choice, mobile
from keqing.core.sheets.workbook import open_table

__all__ = [
    "BadCell",
    "Cell",
    "Header",
    "Limits",
    "Table",
    "Unreadable",
    "boolean",
    "choice",
    "day",
    "decimal",
    "find_header",
    "integer",
    "is_blank",
    "mobile",
    "moment",
    "open_table",
    "propose_mapping",
    "ratio",
    "safe_cell",
    "text",
]
