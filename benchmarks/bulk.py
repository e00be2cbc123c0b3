"""What it costs to take thousands of products in from a spreadsheet, against a plain loop that enters the same.

    python -m benchmarks.bulk [rows]

The template is filled in and uploaded; a worker in a process of its own checks it and takes the rows in, a hundred to
a transaction. The plain way is `products.add` for each row, in one transaction and a process of its own, without
check, progress or remarks. On SQLite, and on PostgreSQL where TEST_POSTGRESQL_URL names a server or one runs here.
Seconds are those on the clock, and those of the processor without the database's server; memory is that of the largest
process. Trust the ratios.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import current_app
from openpyxl import load_workbook
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from registry.app import create_app
from registry.config import load_settings
from registry.domain.bulk import MOST_ROWS
from registry.domain.identifiers import make_uscc
from registry.domain.product import SINGLE
from registry.domain.roles import Role
from registry.infrastructure import workbooks
from registry.infrastructure.database import db
from registry.models import BulkImport, Enterprise, User
from registry.services import bulk_imports, people, products, reference_data
from registry.services.work import Work
from registry.services.worker import HANDLERS, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERVER: Final = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
_FIRM: Final = {
    "uscc": make_uscc("91330481T00000010"),
    "name": "示例企业（虚构）",
    "area_code": "330481",
    "address": "示例路 1 号",
    "industry_code": "30",
    "contact_name": "示例联系人（虚构）",
    "contact_phone": "0573-55500001",
}


def values_of(number: int) -> dict[str, Any]:
    """One product: every second one has a bar code, every fifth one two variants and a link."""
    many = not number % 5
    return {
        "name": f"示例玻璃杯 {number}（虚构）",
        "name_en": f"Fictional tumbler {number}",
        "brand": "虚构牌",
        "model": f"GB-{number}",
        "category": "consumer",
        "gtin": _gtin(number) if number % 2 else "",
        "hs_code": "7013.37.00",
        "variants": [{"name": size, "gtin": "", "hs_code": ""} for size in ("300 mL", "500 mL")] if many else [],
        "links": [{"shop": "示例旗舰店（虚构）", "url": f"https://shop.example.com/{number}"}] if many else [],
    }


def _gtin(number: int) -> str:
    body = f"69099{number:07d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def prepare(_rows: int, _path: Path) -> None:
    """Make the tables, and a firm with its owner."""
    app = current_app
    app.extensions["alembic"].upgrade()
    reference_data.load(db.session)
    work = Work(db.session, app.extensions["registry"])
    owner = people.add_user(work, email="owner@bench.example", name="示例（虚构）", password_hash="x")
    firm = Enterprise(created_at=work.now, **_FIRM)
    db.session.add(firm)
    db.session.flush()
    people.join(work, owner, firm, Role.OWNER)
    db.session.commit()


def fill(rows: int, path: Path) -> None:
    """Fill the template in, as a person would."""
    workbooks.write_template(path, bulk_imports.template(_work(), "product"))
    book = load_workbook(path)
    main, variants, links = book.worksheets[:3]
    for number in range(1, rows + 1):
        values = values_of(number) | {"category": "一般消费品"}
        main.append([number, *(values[field.name] or None for field in SINGLE)])
        for each in values["variants"]:
            variants.append([number, each["name"]])
        for each in values["links"]:
            links.append([number, each["shop"], each["url"]])
    book.save(path)


def upload(_rows: int, path: Path) -> None:
    """Send it."""
    bulk_imports.upload(_work(), "product", path, "产品.xlsx")
    db.session.commit()


def check(rows: int, _path: Path) -> None:
    """Let the worker check the rows."""
    _run_worker()
    row = db.session.scalars(select(BulkImport).order_by(BulkImport.id.desc())).first()
    assert row is not None
    assert (row.status, row.total, row.wrong) == ("checked", rows, 0), (row.status, row.total, row.wrong, row.message)


def start(_rows: int, _path: Path) -> None:
    """Say that they are meant."""
    row = db.session.scalars(select(BulkImport).order_by(BulkImport.id.desc())).first()
    assert row is not None
    bulk_imports.start(_work(), row.id, revision=row.revision, only_right=False)
    db.session.commit()


def take(rows: int, _path: Path) -> None:
    """Let the worker take them in."""
    _run_worker()
    row = db.session.scalars(select(BulkImport).order_by(BulkImport.id.desc())).first()
    assert row is not None
    assert (row.status, row.done) == ("imported", rows), (row.status, row.done)


def plain(rows: int, _path: Path) -> None:
    """Enter the same one after the other, in one transaction."""
    work = _work()
    for number in range(1, rows + 1):
        products.add(work, values_of(number))
    db.session.commit()


WAYS: Final[dict[str, Callable[[int, Path], None]]] = {
    way.__name__: way for way in (prepare, fill, upload, check, start, take, plain)
}


class Taken(NamedTuple):
    """What one way has taken."""

    seconds: float
    processor: float
    megabytes: float


def measure(way: str, rows: int, folder: Path, url: str) -> Taken:
    """Run one way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bulk", way, str(rows), str(folder), url]
    return Taken(*json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout))


def run(way: str, rows: int, folder: Path, url: str) -> None:
    """Print what one way takes, for `measure`."""
    settings = load_settings({"REGISTRY_ENV": "development", "DATA_DIR": str(folder)})
    app = create_app(replace(settings, data_dir=folder, database_url=url, database_read_url=url))
    with app.app_context():
        began, worked = time.perf_counter(), processor_seconds()
        WAYS[way](rows, folder / "sent.xlsx")
        taken = [time.perf_counter() - began, processor_seconds() - worked]
    print(json.dumps([*taken, max(usage.ru_maxrss for usage in usages()) / 1024]))


def usages() -> list[resource.struct_rusage]:
    """What this process has taken, and those that it has started."""
    return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]


def processor_seconds() -> float:
    """Seconds of processor time until now: others on the machine do not count."""
    return sum(usage.ru_utime + usage.ru_stime for usage in usages())


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database, gone when the block ends."""
    if engine == "sqlite":
        yield f"sqlite:///{folder}/registry.sqlite3"
        return
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    name = f"registry_bench_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def main(rows: int = MOST_ROWS) -> None:
    """Print what each part takes, and the ratios to the plain loop."""
    for engine in ("sqlite", "postgresql"):
        try:
            taken = _both(engine, rows)
        except OperationalError:
            print(f"{engine}: no server is reachable")
            continue
        check, take, loop = taken["check"], taken["take"], taken["plain"]
        taken["together"] = Taken(
            check.seconds + take.seconds, check.processor + take.processor, max(check.megabytes, take.megabytes)
        )
        print(
            f"{engine}, {rows} products: seconds, of the processor, rows a second, megabytes; ratios to the plain loop"
        )
        for way in ("fill", "upload", "check", "take", "together", "take again", "plain"):
            each = taken[way]
            ratios = "".join(f"{mine / its:8.2f}" for mine, its in zip(each, loop, strict=True))
            print(
                f"  {way:12}{each.seconds:8.2f}{each.processor:8.2f}{rows / each.seconds:8.0f}{each.megabytes:8.0f}"
                f"   {ratios}",
                flush=True,
            )


def _both(engine: str, rows: int) -> dict[str, Taken]:
    """What every part takes, each way on a database of its own."""
    taken = {}
    for ways in (("fill", "upload", "check", "start", "take", "upload", "check", "start", "take"), ("plain",)):
        with tempfile.TemporaryDirectory() as folder, _database(engine, Path(folder)) as url:
            for way in ("prepare", *ways):
                name = f"{way} again" if way in taken else way
                taken[name] = measure(way, rows, Path(folder), url)
    return taken


def _work() -> Work:
    user = db.session.scalars(select(User.id).order_by(User.id.desc()).limit(1)).one()
    adapters = current_app.extensions["registry"]
    return Work(db.session, adapters, people.actor_of(db.session, user, adapters.clock.now()))


def _run_worker() -> None:
    db.session.rollback()
    Worker(db.sessionmaker, current_app.extensions["registry"], HANDLERS).run_due()


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WAYS:
        run(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
    else:
        main(*(int(argument) for argument in sys.argv[1:2]))
