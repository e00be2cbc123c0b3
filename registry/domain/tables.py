"""Cells of tables that people open in a spreadsheet program."""

from __future__ import annotations

from typing import Final

# Spreadsheet programs set to Chinese take the wide signs for the narrow ones.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it without running it as a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
