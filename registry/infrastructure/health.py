"""Whether what the process leans on is there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session


def problems(session: Session, files_dir: Path) -> list[str]:
    """What is wrong, named without details that an outsider could use; empty when all is well."""
    found = []
    try:
        session.execute(text("SELECT code FROM area LIMIT 1"))
    except SQLAlchemyError:
        found.append("database")
    if not os.access(files_dir, os.W_OK):
        found.append("files")
    return found
