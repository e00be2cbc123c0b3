from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from registry.infrastructure import health
from registry.infrastructure.database import READ, db

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site


def test_all_is_well(site: Site) -> None:
    with site.app.app_context():
        db.session.bind = db.get_engine(READ)
        assert health.problems(db.session, site.data_dir / "files") == []


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:////nowhere/at/all.sqlite3", "postgresql+psycopg://a@127.0.0.1:1/b"]
)
def test_what_is_wrong_is_named_without_details(tmp_path: Path, url: str) -> None:
    """A database without tables, one that is not there, a server that is away; and a folder that is not there."""
    engine = create_engine(url)
    with Session(engine) as session:
        assert health.problems(session, tmp_path) == ["database"]
    with Session(engine) as session:
        assert health.problems(session, tmp_path / "missing") == ["database", "files"]
    engine.dispose()
