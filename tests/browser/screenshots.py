"""Takes the pictures in docs/screenshots from a site with the demonstration's made-up data.

    python -m tests.browser.screenshots [DATA_DIR]

Loading the demonstration takes most of the time; given a folder that already holds it, that one is used.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
from flask_security import hash_password
from PIL import Image
from playwright.sync_api import sync_playwright
from sqlalchemy import select

from registry.app import create_app
from registry.cli.demonstration import accounts, loading
from registry.config import PROJECT_ROOT, load_settings
from registry.domain.roles import Tier
from registry.infrastructure.database import db
from registry.models import Certificate, Declaration, Filing, Membership, User
from registry.services import demonstration, documents
from registry.services.work import Work
from tests import chromium
from tests.browser import live

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from playwright.sync_api import Browser, Page
    from sqlalchemy import Select

FOLDER = PROJECT_ROOT / "docs" / "screenshots"
MOST_BYTES = 200 * 1024
FIRM = "firm01"  # The account whose desk is shown.
HOST = "santong.example.gov.cn"  # The browser is told that this is the server on this machine.

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
WIDE = {"viewport": {"width": 1440, "height": 960}}
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


@dataclass
class Places:
    """Addresses of what is worth a look."""

    valid: str
    suspended: str
    draft: str
    case: str


@dataclass(frozen=True)
class Shot:
    """One picture: what is opened, as whom, on which screen."""

    name: str
    address: Callable[[Places], str]
    screen: dict[str, Any]
    account: str = ""
    scheme: str = "light"


SHOTS = (
    Shot("home", lambda _: "/", DESKTOP),
    Shot("directory", lambda _: "/directory", DESKTOP),
    Shot("directory-phone", lambda _: "/directory", PHONE),
    Shot("verification-phone", lambda places: places.valid, PHONE),
    Shot("verification-suspended-phone", lambda places: places.suspended, PHONE),
    Shot("verification-dark-phone", lambda places: places.valid, PHONE, scheme="dark"),
    Shot("dashboard", lambda _: "/enterprise/", DESKTOP, FIRM),
    Shot("filing", lambda places: f"{places.draft}/edit/standard", DESKTOP, FIRM),
    Shot("queue", lambda _: "/review/", DESKTOP, "haining"),
    Shot("case", lambda places: places.case, WIDE, "haining"),
    Shot("supervision", lambda _: "/bureau/certificates", DESKTOP, "jiaxing-supervisor"),
)


def take_all(data_dir: Path | None = None) -> None:
    """Take every picture, and the first page of a certificate."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = data_dir or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server, address = stack.enter_context(live.served())
        app = _demonstration(folder)
        server.app = app
        places = _find_places(app)
        playwright = stack.enter_context(sync_playwright())
        rule = f"--host-resolver-rules=MAP {HOST} {address.removeprefix('http://')}"
        browser = stack.enter_context(chromium.launched(playwright, rule))
        if browser is None:
            raise SystemExit("There is no Chromium on this machine: install one, or name it in CHROMIUM.")
        signed_in: dict[str, Any] = {}  # By account: a code proves somebody only once.
        for shot in SHOTS:
            _take(app, browser, shot, places, signed_in)
        _take_certificate(app, places)


def _demonstration(folder: Path) -> Flask:
    environ = {
        "REGISTRY_ENV": "development",
        "DATA_DIR": str(folder),
        "PUBLIC_URL": f"http://{HOST}",
        "DEMONSTRATION": "1",
    }
    app = create_app(load_settings(environ))
    with app.app_context():
        app.extensions["alembic"].upgrade()  # Keeps its connection, and so its lock, until the context ends.
    with app.app_context():
        if not accounts.is_loaded(db.session):
            loading.load(db.session, app.extensions["registry"], hash_password(accounts.PASSWORD))
            db.session.commit()
    return app


def _find_places(app: Flask) -> Places:
    """A certificate that holds, with its document; a suspended one; a draft; a case that waits."""
    with app.app_context():
        owner = select(User.id).where(User.email == accounts.email_of(FIRM)).scalar_subquery()
        firm = select(Membership.enterprise_id).where(Membership.user_id == owner).scalar_subquery()
        mine = select(Certificate).where(Certificate.enterprise_id == firm).order_by(Certificate.id.desc())
        valid = _pictured(mine.where(Certificate.state == "valid"))
        suspended = _pictured(select(Certificate).where(Certificate.state == "suspended"))
        drafts = select(Declaration).where(Declaration.enterprise_id == firm, Declaration.status == "draft")
        draft = max(db.session.scalars(drafts), key=lambda each: len(str(each.content)))
        waiting = select(Filing).where(
            Filing.status == "under_review", Filing.tier == Tier.COUNTY, Filing.area_code == "330481"
        )
        case = db.session.scalars(waiting.order_by(Filing.submitted_at)).first()
        assert case is not None
        documents.make(Work(db.session, app.extensions["registry"]), valid.id)
        db.session.commit()
        return Places(
            valid=f"/c/{valid.code}",
            suspended=f"/c/{suspended.code}",
            draft=f"/enterprise/filings/{draft.id}",
            case=f"/review/cases/{case.id}",
        )


def _pictured(statement: Select[tuple[Certificate]]) -> Certificate:
    """The first certificate whose product has a picture."""
    return next(found for found in db.session.scalars(statement) if '"pictures":[]' not in found.snapshot)


def _take(app: Flask, browser: Browser, shot: Shot, places: Places, signed_in: dict[str, Any]) -> None:
    context = browser.new_context(
        base_url=f"http://{HOST}",
        locale="zh-CN",
        color_scheme=shot.scheme,
        storage_state=signed_in.get(shot.account),
        **shot.screen,
    )
    page = context.new_page()
    if shot.account and shot.account not in signed_in:
        _sign_in(app, page, shot.account)
        signed_in[shot.account] = context.storage_state()
    page.goto(shot.address(places), wait_until="networkidle")
    _keep(shot.name, page.screenshot())
    context.close()


def _sign_in(app: Flask, page: Page, account: str) -> None:
    page.goto("/account/login")
    page.locator("[name=email]").fill(accounts.email_of(account))
    page.locator("[name=password]").fill(accounts.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda address: "/account/login" not in address or "second" in address)
    if "second" in page.url:
        page.locator("[name=code]").fill(demonstration.code(app.extensions["registry"].authenticator)[0])
        page.get_by_role("button", name="验证并登录", exact=True).click()
        page.wait_for_url(lambda address: "/account/" not in address)


def _take_certificate(app: Flask, places: Places) -> None:
    body = app.test_client().get(f"{places.valid}.pdf").data
    buffer = BytesIO()
    pypdfium2.PdfDocument(body)[0].render(scale=1.6).to_pil().save(buffer, "PNG")
    _keep("certificate", buffer.getvalue())


def _keep(name: str, picture: bytes) -> None:
    """With as many colours as the limit allows: text on paper needs few."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        buffer = BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MOST_BYTES:
            break
    path = FOLDER / f"{name}.png"
    path.write_bytes(buffer.getvalue())
    print(f"{path.relative_to(PROJECT_ROOT)}: {len(buffer.getvalue()) // 1024} KB")  # noqa: T201


if __name__ == "__main__":
    take_all(Path(sys.argv[1]) if sys.argv[1:] else None)
