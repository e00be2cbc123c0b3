"""What tests about signing in share: trying, showing codes and passkeys, and reading what was recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from registry.infrastructure.database import db
from registry.models import AuditEvent, User
from tests.authenticator import SoftPasskey
from tests.factories import some_passkey
from tests.factories.world import PASSWORD, TOTP_SECRET
from tests.harness import ORIGIN

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.conftest import Site
    from tests.harness import Browser, Page

UNKNOWN = "nobody-at-all@test.example"


def attempt(browser: Browser, email: str, password: str = PASSWORD) -> TestResponse:
    page = browser.get("/account/login").page
    return browser.press(page, "登录", {"email": email, "password": password})


def recorded(site: Site, tag: str) -> list[tuple[bool, int | None, dict[str, Any]]]:
    with site.app.app_context():
        events = db.session.query(AuditEvent).filter_by(tag=tag).order_by(AuditEvent.id)
        return [(event.success, event.person_id, event.payload) for event in events]


def email_of(site: Site, name: str) -> str:
    return site.world.emails[getattr(site.world, name)]


def passkey_of(site: Site, user_id: int) -> SoftPasskey:
    soft = SoftPasskey(ORIGIN)
    with site.work(user_id) as work:
        some_passkey(work, work.session.get_one(User, user_id), soft)
    site.clock.moment += timedelta(seconds=5)
    return soft


def by_passkey(browser: Browser, page: Page, button: str, soft: SoftPasskey) -> TestResponse:
    """What the script does: ask the passkey, put its answer into the form, and send it."""
    form, _pressed = page.form_of(button)
    (part,) = [each for each in form.element.iter() if each.get("data-options")]
    answer = getattr(soft, part.get("data-passkey"))(part.get("data-options"))
    data = dict(form.entries()) | {"credential": answer}
    return browser.post(form.element.get("action"), data=data, headers={"Referer": ORIGIN + page.address})


def recovery(page: Page) -> list[str]:
    """The recovery codes that a page shows."""
    return [each.text for each in page.all("code", **{"class": "nowrap"})]


def code(site: Site, secret: str = TOTP_SECRET) -> str:
    """What an authenticator app shows now."""
    authenticator = site.app.extensions["registry"].authenticator
    return authenticator.code(secret)[0]
