"""A person at a browser: goes by the words on buttons and links, and notes everything that is wrong with a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT

from registry.infrastructure.database import db
from registry.models import User
from tests.factories.world import PASSWORD, TOTP_SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

    from tests.browser.live import LiveSite

# A file that is refused, or an address without a certificate, is told in the console too; the page says it better.
_TOLD_BY_THE_PAGE = "Failed to load resource"
_PATIENCE_MS = 30_000  # For a machine that is busy with other tests.
_ASK_AXE = """options => axe.run(document, {resultTypes: ["violations"], iframes: false, ...options}).then(found =>
  found.violations.map(each => each.id + ": " + each.nodes.map(node => node.html).join(" | ")))"""


# Where a form saves itself, a save under way comes first, and the page that the button leads to afterwards.
_WAITS_FOR_ITS_FORM = "button => button.name === 'save' && button.closest('form[data-autosave]') !== null"

# A click meant for the page goes to the PDF in it while the frames stand where they stood before.
_DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class Screen:
    """What somebody looks at."""

    name: str
    width: int
    height: int
    touch: bool = False

    def __str__(self) -> str:
        return self.name


DESKTOP = Screen("desktop", 1280, 800)
PHONE = Screen("phone", 360, 740, touch=True)
NARROWEST = 320  # px; WCAG 2.2 success criterion 1.4.10.


@dataclass
class Seen:
    """What came over the line for the page that is open."""

    scripts: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


class Visitor:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Browser, site: LiveSite, screen: Screen, pictures: Path, **options: Any) -> None:
        self.site, self.screen, self.pictures = site, screen, pictures
        self.context = browser.new_context(
            base_url=site.address,
            viewport={"width": screen.width, "height": screen.height},
            is_mobile=screen.touch,
            has_touch=screen.touch,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **options,
        )
        self.context.set_default_timeout(_PATIENCE_MS)
        self.scripted = options.get("java_script_enabled", True)
        self.trouble: list[str] = []
        self.seen = Seen()
        self.page = self._watched(self.context.new_page())

    def leave(self) -> None:
        self.context.close()

    def assert_no_trouble(self) -> None:
        assert not self.trouble, "\n".join(self.trouble)

    # What a person does

    def open(self, address: str) -> None:
        """Type an address, or part of one, into the address bar."""
        self.page.goto(address)

    def follow(self, words: str) -> None:
        """Click the first link with these words; on a phone the menu may have to be opened first."""
        menu = self.page.locator("details:not([open]) > .site-nav-toggle")
        if menu.is_visible() and self.page.locator(".site-nav a", has_text=words).count():
            menu.click()
        self.link(words).click()

    def press(self, words: str) -> None:
        """Click the first button with these words."""
        button = self.button(words)
        if button.evaluate(_WAITS_FOR_ITS_FORM):
            with self.page.expect_navigation():
                button.click()
        else:
            button.click()

    def link(self, words: str) -> Locator:
        return self.page.get_by_role("link", name=words).first

    def button(self, words: str) -> Locator:
        return self.page.get_by_role("button", name=words, exact=True).first

    def control(self, name: str) -> Locator:
        """The control that sends its value under this name."""
        return self.page.locator(f'[name="{name}"]:not([type=hidden])')

    def fill(self, values: dict[str, Any]) -> None:
        """Type, choose and tick; a list ticks several boxes."""
        for name, value in values.items():
            control = self.control(name)
            kind = control.first.evaluate("control => control.type")
            if kind in {"checkbox", "radio"}:
                for each in value if isinstance(value, list) else [value]:
                    self.page.locator(f'[name="{name}"][value="{each}"]').check()
            elif kind == "select-one":
                control.select_option(value)
            elif kind == "date":
                control.fill(value)  # What a picker gives.
            else:
                control.select_text()
                self.page.keyboard.insert_text(value)  # As an input method does.

    def sign_in(self, user_id: int) -> None:
        """Through the page, as this member of the small world."""
        self.open("/account/login")
        email = self.site.world.emails[user_id]
        self.give_account(email)
        self.page.wait_for_url(lambda address: urlsplit(address).path != "/account/login")
        if self.path == "/account/login/second":
            self.give_code(email)

    def give_code(self, email: str) -> None:
        """What the authenticator app shows; the clock stands still, so that a code may be used once more."""
        with self.site.app.app_context():
            db.session.query(User).filter_by(email=email).update({"tf_last_counter": None})
            db.session.commit()
            authenticator = self.site.app.extensions["registry"].authenticator
            shown = authenticator.code(TOTP_SECRET)[0]
        self.fill({"code": shown})
        self.press("验证并登录")

    def give_account(self, email: str, password: str = PASSWORD) -> None:
        self.fill({"email": email, "password": password})
        self.press("登录")

    def sign_out(self) -> None:
        """Through the menu under the own name."""
        self.page.locator("details.account > summary").click()
        self.press("退出登录")

    # What a person sees

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text().strip()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def reads(self, words: str) -> bool:
        """Whether these words can be seen somewhere on the page; waits for them."""
        self.page.get_by_text(words).first.wait_for()
        return True

    # What is checked

    def look(self, name: str, *, dark: bool = False, public: bool = False) -> None:
        """Keep a picture of the page that is open, and check it as far as a machine can.

        Args:
            name: of the picture.
            dark: check the contrasts of the dark page as well.
            public: it must know nobody: no cookie, no script.
        """
        self.page.wait_for_load_state("load")
        self.page.evaluate("scrollTo(0, 0)")
        where = f"{name} ({self.path}, {self.screen})"
        self.page.screenshot(path=self.pictures / f"{self.screen}-{name}.png", full_page=True)
        self._measure(where)
        self._ask_axe(where)
        if dark:
            self.page.emulate_media(color_scheme="dark")
            self._ask_axe(f"{where}, dark", only="color-contrast")
            self.page.screenshot(path=self.pictures / f"{self.screen}-{name}-dark.png", full_page=True)
            self.page.emulate_media(color_scheme="light")
        if public:
            assert not self.seen.scripts, where
            assert not self.page.locator("script").count(), where
            assert not self.context.cookies(), where
        self.assert_no_trouble()

    def _measure(self, where: str) -> None:
        """Nothing is wider than the screen, here or on the narrowest phone."""
        widths = (self.screen.width, NARROWEST) if self.screen.touch else (self.screen.width,)
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": self.screen.height})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                culprits = self.page.evaluate(
                    """width => [...document.body.querySelectorAll("*")]
                      .filter(element => element.getBoundingClientRect().right > width + 0.5)
                      .map(element => element.tagName + "." + element.className).slice(0, 8)""",
                    width,
                )
                self.trouble.append(f"{where}: {wide} px wide at {width}: {culprits}")
        self.page.set_viewport_size({"width": self.screen.width, "height": self.screen.height})
        if self.scripted:
            self.page.evaluate(_DRAWN)

    def _ask_axe(self, where: str, *, only: str | None = None) -> None:
        """Ask axe, which needs scripts to run; without them the same markup was checked with them."""
        if not self.scripted:
            return
        # What the debugger evaluates is not under the page's policy, so the policy itself stays in force.
        self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate(_ASK_AXE, {"runOnly": [only]} if only else {})
        self.trouble += [f"{where}: axe {each}" for each in found]

    def _watched(self, page: Page) -> Page:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.trouble.append(f"{page.url}: {error}"))
        page.on("request", self._requested)
        page.on("response", lambda answer: self._answered(answer.request, answer.status))
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        """Refused by the policy, thrown by a script, or deprecated by the browser: all of it is said here."""
        if message.type in {"error", "warning"} and not message.text.startswith(_TOLD_BY_THE_PAGE):
            self.trouble.append(f"{self.page.url}: {message.text}")

    def _requested(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self.seen = Seen()
        elif request.resource_type == "script":
            self.seen.scripts.append(request.url)
        if request.url.startswith("http") and not request.url.startswith(self.site.address):
            self.trouble.append(f"{self.page.url} asks a stranger: {request.url}")

    def _answered(self, request: Request, status: int) -> None:
        if status >= 400 and not request.is_navigation_request():
            self.trouble.append(f"{self.page.url}: {status} for {request.url}")
