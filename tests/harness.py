"""A browser without script for tests. Every answer that comes through it is checked, whatever the test is about.

`Browser` is the application's test client: it speaks HTTPS to the official host, follows links by their words and
fills in forms as they stand in the page, with hidden fields, ticked boxes and the button that was pressed. A name
that is no control of the form, or a choice that is not offered, fails the test: nobody can type what the page does
not ask for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

import html5lib
from flask import got_request_exception, request, request_finished
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from registry.infrastructure.database import READ, WRITE, db
from registry.models import User
from registry.web.access import is_public
from tests.factories.world import PASSWORD, TOTP_SECRET
from tests.statements import Statements, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree import ElementTree as ET

    from flask import Flask
    from werkzeug.test import TestResponse

HOST = "santong.example.gov.cn"
ORIGIN = f"https://{HOST}"
COOKIE = "__Host-session"
DEVICE_COOKIE = "__Host-device"
OF_FIRMS = "noopener noreferrer nofollow"  # Marks links that firms have typed, such as their shops'.
# Where the footer's records lead, and where reviewers look certificates up.
FOREIGN = {"beian.miit.gov.cn", "beian.mps.gov.cn", "cx.cnca.cn"}

# A page may send so many statements; three of them find out who is there and four which seats they hold.
STATEMENTS = 14
STATEMENTS_OF = {
    "static": 0,
    "public.home": 0,
    "public.about": 0,
    "public.privacy": 0,
    "public.guides": 0,
    "public.guide": 3,
    "public.guide_fields": 0,
    "public.certificate": 3,  # After an editorial change, the one that holds now as well.
    "public.certificate_document": 1,
    "public.certificate_picture": 1,
    "public.verify": 1,
    "public.directory": 5,
    "enterprise.dossier": 18,  # Each part of it is counted.
    "enterprise.dashboard": 20,  # Together with the desk that sends there, where redirects are followed at once.
    "enterprise.edit_filing": 52,  # Every step knows what is missing in all of them, and what was changed since.
    "enterprise.add_evidence": 34,  # For a filing that was sent back, whether the field is open.
    "enterprise.add_factory": 34,
    "enterprise.add_product": 34,
    "enterprise.print_filing": 36,  # Of a draft, what is missing is looked for first.
    "review.case": 28,  # What else there is for its products; of a certification, its body and its certificate as well.
    "review.queue": 16,  # The piles, and in which of the cases the firm waits for an answer.
    "review.print_case": 20,
    "enterprise.check_filing": 50,
    "enterprise.sign_filing": 34,  # Whether something is missing, and then what the document says.
    "enterprise.filing": 25,  # Beside the certificates that it is to replace.
}
_POST_MORE = 60  # An operation records, notifies and checks; a page never does.


@dataclass(frozen=True)
class Upload:
    """A file that is chosen in a form."""

    name: str
    content: bytes | BinaryIO


class Page:
    """One page, as a person and as a checker see it."""

    def __init__(self, html: str, address: str) -> None:
        self.html, self.address = html, address
        parser = html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
        self.tree = parser.parse(html)
        self._parents = {child: parent for parent in self.tree.iter() for child in parent}
        self.by_id = {element.get("id"): element for element in self.tree.iter() if element.get("id")}

    def all(self, *tags: str, **attributes: str) -> list[ET.Element]:
        """Elements of these kinds with these attributes, in the order of the page."""
        return [
            element
            for element in self.tree.iter()
            if element.tag in tags and all(element.get(name) == value for name, value in attributes.items())
        ]

    @property
    def heading(self) -> str:
        return words(self.all("h1")[0])

    @property
    def title(self) -> str:
        return words(self.all("title")[0])

    @property
    def lang(self) -> str:
        return self.all("html")[0].get("lang")

    @property
    def text(self) -> str:
        """All that can be read on it."""
        return words(self.all("body")[0])

    @property
    def errors(self) -> list[str]:
        """What the summary at the top asks to be corrected."""
        return [words(item) for box in self.classed("error-summary") for item in box.iter("li")]

    @property
    def notices(self) -> list[str]:
        return [words(box) for box in self.classed("notice")]

    def classed(self, name: str) -> list[ET.Element]:
        """Elements with this class."""
        return [element for element in self.tree.iter() if name in (element.get("class") or "").split()]

    def control(self, name: str) -> ET.Element:
        """The first control with this name that can be seen."""
        found = [
            element
            for element in self.all("input", "select", "textarea")
            if element.get("name") == name and element.get("type") != "hidden"
        ]
        assert found, f"{self.address} has no control {name}"
        return found[0]

    def value(self, name: str) -> str | list[str]:
        """What stands in a control now."""
        form = next(form for form in self.forms if any(c.get("name") == name for c in form.iter()))
        found = [value for key, value in Form(self, form).entries() if key == name]
        kind = self.control(name).get("type")
        return found if kind == "checkbox" else (found[0] if found else "")

    def field_error(self, name: str) -> str:
        """What is told at a control; empty where nothing is wrong with it."""
        element: ET.Element | None = self.control(name)
        while element is not None:
            for part in (element.get("aria-describedby") or "").split():
                if part.endswith("-error"):
                    return words(self.by_id[part])
            element = self._parents.get(element)
        return ""

    @property
    def forms(self) -> list[ET.Element]:
        return self.all("form")

    def link(self, text: str) -> str:
        """Where the link with these words leads."""
        found = [a for a in self.all("a") if words(a) == text] or [a for a in self.all("a") if text in words(a)]
        assert found, f"{self.address} has no link “{text}”: {[words(a) for a in self.all('a')]}"
        return found[0].get("href")

    def form_of(self, button: str | tuple[str, str]) -> tuple[Form, ET.Element]:
        """The form with this button, by its words or by its name and value, and the button."""
        for element in self.forms:
            for pressed in element.iter("button"):
                if "default-submit" in (pressed.get("class") or ""):
                    continue
                pair = (pressed.get("name"), pressed.get("value"))
                if button in (pair, words(pressed)):
                    return Form(self, element), pressed
        raise AssertionError(f"{self.address} has no button {button}: {[words(b) for b in self.all('button')]}")

    def inside(self, element: ET.Element, *tags: str) -> ET.Element | None:
        """The nearest element around this one of one of these kinds."""
        while (element := self._parents.get(element)) is not None:
            if element.tag in tags:
                return element
        return None


class Form:
    """A form of a page, filled in as a person would."""

    def __init__(self, page: Page, element: ET.Element) -> None:
        self.page, self.element = page, element
        self.controls = [
            control
            for control in element.iter()
            if control.tag in {"input", "select", "textarea"} and control.get("name")
        ]

    def entries(self, values: dict[str, Any] | None = None) -> Iterator[tuple[str, Any]]:
        """Names and values as a browser sends them, with these values typed in first."""
        values = dict(values or {})
        unknown = values.keys() - {control.get("name") for control in self.controls}
        assert not unknown, f"{self.page.address} has no control {sorted(unknown)}"
        for name, value in values.items():
            self._can_be(name, value)
        for control in self.controls:
            yield from _entries(control, values)

    def _can_be(self, name: str, value: Any) -> None:
        """A choice must be offered, and a hidden field cannot be typed into."""
        controls = [control for control in self.controls if control.get("name") == name]
        kinds = {control.get("type") for control in controls}
        assert kinds != {"hidden"}, f"{name} is hidden"
        assert ("file" in kinds) is isinstance(value, Upload), name
        offered = None
        if controls[0].tag == "select":
            offered = [option.get("value", words(option)) for option in controls[0].iter("option")]
        elif kinds & {"radio", "checkbox"}:
            offered = [control.get("value", "on") for control in controls]
        if offered is not None:
            for each in value if isinstance(value, list) else [value]:
                assert each in offered, f"{name} does not offer {each}: {offered[:20]}"


def _entries(control: ET.Element, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    name, kind = control.get("name"), control.get("type", "text")
    typed = values.get(name)
    if control.tag == "textarea":
        text = "".join(control.itertext()) if typed is None else typed
        yield name, re.sub(r"\r?\n", "\r\n", text)  # As HTML 4.10.22.4 normalises them.
    elif control.tag == "select":
        yield from ((name, value) for value in _chosen(control, typed))
    elif kind in {"checkbox", "radio"}:
        value = control.get("value", "on")
        wanted = typed if isinstance(typed, list) else [typed]
        if value in wanted if typed is not None else control.get("checked") is not None:
            yield name, value
    elif kind == "file":
        yield name, typed or Upload("", b"")
    elif kind not in {"submit", "button", "reset", "image"}:
        yield name, control.get("value", "") if typed is None else typed


def _chosen(control: ET.Element, typed: str | list[str] | None) -> list[str]:
    options = list(control.iter("option"))
    if typed is not None:
        return typed if isinstance(typed, list) else [typed]
    chosen = [option for option in options if option.get("selected") is not None]
    return [option.get("value", words(option)) for option in chosen or options[:1]]


def words(element: ET.Element) -> str:
    """The text of an element, with its blanks made one each."""
    return " ".join("".join(element.itertext()).split())


class _Answer:
    """What a test response can do besides: it knows its page, and how it came about."""

    statements: Statements
    endpoint: str | None

    @cached_property
    def page(self) -> Page:
        return Page(self.get_data(as_text=True), self.request.full_path)  # type: ignore[attr-defined]


class Browser(FlaskClient):
    """The test client; see the head of this file."""

    may_fail = False  # Set by tests that are about a defect: the answer may be a 500.
    alone = True  # Taken back where several act at once: their statements cannot be told apart.
    foreign: frozenset[str] | set[str] = frozenset()  # Where the site may send this browser beside itself.
    _token = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.response_wrapper = type("Answer", (_Answer, self.response_wrapper), {})

    # What a person does

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Sign in through the pages, and come to the desk."""
        page = self.get("/account/login").page
        answer = self.submit(page, "登录", {"email": email, "password": password})
        if answer.page.heading == "第二重验证":
            answer = self.submit(answer.page, "验证并登录", {"code": self.code_for(email)})
        assert not answer.page.errors, answer.page.errors
        self._token = ""
        return answer

    def code_for(self, email: str) -> str:
        """What the person's authenticator app shows; the clock stands still, so that it may be used once more."""
        with self.application.app_context():
            db.session.query(User).filter_by(email=email).update({"tf_last_counter": None})
            db.session.commit()
            authenticator = self.application.extensions["registry"].authenticator
            return authenticator.code(TOTP_SECRET)[0]

    def sign_out(self) -> TestResponse:
        """Sign out through the button in the header."""
        return self.submit(self.get("/account/desk", follow_redirects=True).page, "退出登录")

    def visit(self, page: Page, link: str) -> TestResponse:
        """Follow the link with these words."""
        return self.go(urljoin(page.address, page.link(link)))

    def go(self, address: str) -> TestResponse:
        """Open an address and follow where it sends on."""
        return self._followed(self.get(_relative(address)))

    def submit(self, page: Page, button: str | tuple[str, str], values: dict[str, Any] | None = None) -> TestResponse:
        """Fill in the form with this button, press it, and go where the answer sends."""
        return self._followed(self.press(page, button, values))

    def press(self, page: Page, button: str | tuple[str, str], values: dict[str, Any] | None = None) -> TestResponse:
        """As `submit`, but stay at the first answer."""
        form, pressed = page.form_of(button)
        entries = list(form.entries(values))
        if pressed.get("name"):
            entries.append((pressed.get("name"), pressed.get("value", "")))
        action = urljoin(page.address, form.element.get("action"))
        if form.element.get("method").lower() == "get":
            # What is typed takes the place of the action's query; the fragment stays with the browser.
            return self.get(f"{action.partition('#')[0].partition('?')[0]}?{urlencode(entries)}")
        data: dict[str, list[Any]] = {}
        for name, value in entries:
            if isinstance(value, Upload):
                assert form.element.get("enctype") == "multipart/form-data", f"{name} would not be sent"
                stream = BytesIO(value.content) if isinstance(value.content, bytes) else value.content
                data.setdefault(name, []).append((stream, _as_sent(value.name)))
            else:
                data.setdefault(name, []).append(value)
        return self.post(action, data=data, headers={"Referer": urljoin(ORIGIN, page.address)})

    def forge(self, address: str, data: dict[str, Any] | None = None) -> TestResponse:
        """Send what no page offers, with a key that is good: what a person with tools can do."""
        form = {"csrf_token": self.csrf_token(), **(data or {})}
        return self.post(address, data=form, headers={"Referer": urljoin(ORIGIN, address)})

    def csrf_token(self) -> str:
        """The key of this session's forms; one holds as long as the session."""
        if self._token:
            return self._token
        for address in ("/account/login", "/account/desk"):
            page = self.get(address, follow_redirects=True).page
            for control in page.all("input", name="csrf_token"):
                self._token = control.get("value", "")
                return self._token
        raise AssertionError("no form with a key")

    def forget_session(self) -> None:
        """What the browser does with a session cookie when it is over."""
        self.delete_cookie(COOKIE, domain=HOST)
        self._token = ""

    def _followed(self, answer: TestResponse) -> TestResponse:
        for _ in range(5):
            if not 300 <= answer.status_code < 400:
                return answer
            answer = self.get(_relative(urljoin(answer.request.url, answer.location)))
        raise AssertionError("redirected in circles")

    # What is checked

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request and check the answer."""
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", ORIGIN)
        seen: dict[str, Any] = {}
        app = self.application

        def finish(_sender: Flask, **_rest: Any) -> None:
            seen["endpoint"] = request.endpoint
            if request.method in {"GET", "HEAD"}:
                seen["left"] = [*db.session.new, *db.session.dirty, *db.session.deleted]

        def failed(_sender: Flask, exception: BaseException, **_rest: Any) -> None:
            seen["exception"] = exception

        with app.app_context():
            engines = dict(db.engines)
        with (
            counted(engines) as statements,
            request_finished.connected_to(finish, app),
            got_request_exception.connected_to(failed, app),
        ):
            answer = super().open(*args, **kwargs | {"buffered": True})
        answer.request.environ["wsgi.input"].close()  # The client leaves what it sent open.
        if not self.may_fail and answer.status_code == 500:
            raise AssertionError(answer.request.full_path) from seen.get("exception")
        assert not seen.get("left"), f"{answer.request.full_path}: a GET left changes behind: {seen['left']}"
        answer.endpoint, answer.statements = seen.get("endpoint"), statements
        check(app, answer, alone=self.alone, foreign=self.foreign)
        return answer


def check(app: Flask, answer: Any, *, alone: bool = True, foreign: Iterable[str] = ()) -> None:
    """Everything that holds for every answer."""
    _check_headers(answer)
    if alone:
        _check_database(answer)
    if answer.mimetype == "text/html" and answer.data and not 300 <= answer.status_code < 400:
        assert PASSWORD not in answer.get_data(as_text=True), "a password came back"
        _check_page(app, answer)
    elif 300 <= answer.status_code < 400 and answer.location:
        parts = urlsplit(answer.location)
        assert parts.netloc in {"", HOST, *foreign}, f"sent away to {answer.location}"


def _check_headers(answer: Any) -> None:
    headers, where = answer.headers, answer.request.full_path
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }.items():
        assert headers[name] == value, f"{where}: {name}"
    assert headers["X-Frame-Options"] in {"DENY", "SAMEORIGIN"}, where
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy, where
    assert "frame-ancestors '" in policy, where
    assert "unsafe" not in policy, f"{where}: {policy}"
    assert re.fullmatch(r"[A-Za-z0-9-]{8,36}", headers["X-Request-ID"]), where
    assert "max-age=" in headers["Strict-Transport-Security"], where
    control = headers["Cache-Control"]
    if is_public(answer.endpoint):
        assert "Set-Cookie" not in headers, where
        assert "cookie" not in headers.get("Vary", "").lower(), where
        if answer.status_code < 400 and answer.endpoint not in {"static", "health.alive", "health.ready"}:
            assert control.startswith("public, max-age="), f"{where}: {control}"
    else:
        assert control == "private, no-store", f"{where}: {control}"
    for cookie in headers.getlist("Set-Cookie"):
        name, _, rest = cookie.partition("=")
        assert name in {COOKIE, DEVICE_COOKIE}, cookie
        attributes = {part.strip().lower() for part in rest.split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes, cookie
        assert not any(part.startswith("domain") for part in attributes), cookie
        assert len(cookie) < 4096, "browsers drop cookies of this size"


# That something was read or refused is recorded apart, also for a GET.
_ABOUT_THE_TRAIL = re.compile(r"\baudit_event\b|^BEGIN|pg_advisory_xact_lock")


def _check_database(answer: Any) -> None:
    where = f"{answer.request.method} {answer.request.full_path}"
    limit = STATEMENTS_OF.get(answer.endpoint, STATEMENTS)
    if answer.request.method in {"GET", "HEAD"}:
        written = [text for text in answer.statements.sent[WRITE] if not _ABOUT_THE_TRAIL.search(text)]
        assert not written, f"{where} used the writing engine:\n{answer.statements}"
        assert set(answer.statements.sent) == {READ, WRITE}
    else:
        limit += _POST_MORE
    assert len(answer.statements) <= limit, f"{where} sent {len(answer.statements)}:\n{answer.statements}"


def _check_page(app: Flask, answer: Any) -> None:
    page = answer.page
    where = answer.request.full_path
    headings = page.all("h1")
    assert len(headings) == 1, f"{where}: {len(headings)} h1"
    assert page.heading, where
    assert page.title.startswith(page.heading), f"{where}: {page.title} / {page.heading}"
    assert page.lang in {"zh-Hans", "en"}, where
    ids = [element.get("id") for element in page.tree.iter() if element.get("id") is not None]
    assert len(ids) == len(set(ids)), f"{where}: {sorted(i for i in ids if ids.count(i) > 1)}"
    for element in page.tree.iter():
        _check_element(page, element, where)
    for form in page.forms:
        _check_form(form, where)
    _check_scripts(answer, page, where)
    for element in page.tree.iter():
        for name in ("href", "src", "action"):
            if element.get(name) is not None:
                _check_address(app, page, element, element.get(name), where)


def _check_element(page: Page, element: ET.Element, where: str) -> None:
    if not isinstance(element.tag, str):
        return
    assert element.tag not in {"style", "base", "font", "center"}, f"{where}: <{element.tag}>"
    for name in element.attrib:
        assert name != "style", f"{where}: style on <{element.tag}>"
        assert not str(name).startswith("on"), f"{where}: {name} on <{element.tag}>"
    for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
        for reference in (element.get(name) or "").split():
            assert reference in page.by_id, f"{where}: {name} {reference} leads nowhere"
    if element.tag in {"input", "select", "textarea"} and element.get("type") not in {"hidden", "submit"}:
        assert _has_name(page, element), f"{where}: {element.get('name')} has no label"
        if element.get("type") == "password":
            assert not element.get("value"), f"{where}: a password is echoed"
    if element.tag in {"button", "a", "iframe"} and element.get("aria-hidden") != "true":
        named = element.get("aria-label") or element.get("title") or words(element)
        assert named, f"{where}: <{element.tag}> without words"
    if element.tag == "img":
        assert element.get("alt") is not None, f"{where}: image without alt"


def _has_name(page: Page, control: ET.Element) -> bool:
    if (control.get("aria-label") or "").strip():
        return True
    labels = [label for label in page.all("label") if label.get("for") and label.get("for") == control.get("id")]
    around = page.inside(control, "label")
    named = [*labels, *([around] if around is not None else [])]
    named += [page.by_id[part] for part in (control.get("aria-labelledby") or "").split()]
    if not any(words(label) for label in named):
        return False
    if control.get("type") == "radio":
        # One choice of several says nothing without the question.
        group = page.inside(control, "fieldset")
        return group is not None and any(words(legend) for legend in group.iter("legend"))
    return True


def _check_form(form: ET.Element, where: str) -> None:
    method, action = form.get("method"), form.get("action")
    assert method in {"get", "post"}, f"{where}: a form without method"
    assert action, f"{where}: a form without action"
    names = [control.get("name") for control in form.iter("input")]
    if method == "post":
        assert names.count("csrf_token") == 1, f"{where}: {action} has {names.count('csrf_token')} keys"
    else:
        assert "csrf_token" not in names, f"{where}: {action} shows its key in the address"
    assert any(button.get("type") == "submit" for button in form.iter("button")), f"{where}: no button"


def _check_scripts(answer: Any, page: Page, where: str) -> None:
    policy = answer.headers["Content-Security-Policy"]
    scripts = page.all("script")
    if is_public(answer.endpoint):
        assert not scripts, f"{where}: a public page with script"
        assert "script-src 'none'" in policy, where
    for script in scripts:
        nonce = script.get("nonce")
        assert nonce, f"{where}: a script without nonce"
        assert f"'nonce-{nonce}'" in policy, f"{where}: another nonce than the header's"
        assert not words(script), f"{where}: script in the page"


def _check_address(app: Flask, page: Page, element: ET.Element, address: str, where: str) -> None:
    """Own addresses lead to something; foreign ones are known; no address is a script."""
    if element.tag == "img" and address.startswith("data:image/"):
        return  # A picture in the page itself: the secret of an authenticator app has no address.
    parts = urlsplit(urljoin(urljoin(ORIGIN, page.address), address))
    assert parts.scheme == "https", f"{where}: {address}"
    if parts.netloc != HOST:
        assert element.tag == "a", f"{where}: {address} is loaded from elsewhere"
        assert parts.netloc in FOREIGN or element.get("rel") == OF_FIRMS, f"{where}: {address} leads away"
        return
    if address.startswith("#"):
        assert parts.fragment in page.by_id, f"{where}: {address} is not on the page"
        return
    post = element.tag == "form" and element.get("method") == "post"
    try:
        endpoint, arguments = app.url_map.bind(HOST).match(unquote(parts.path), method="POST" if post else "GET")
    except MethodNotAllowed:
        assert element.tag == "form" or _is_here(page, parts.path), f"{where}: {address} cannot be opened"
        return
    except (HTTPException, RequestRedirect) as error:
        raise AssertionError(f"{where}: {address} leads nowhere: {error!r}") from None
    assert not (element.tag != "a" and endpoint != "static" and element.tag == "link"), f"{where}: {address}"
    if endpoint == "static":
        file = _static_file(app, arguments["filename"])
        assert parts.fragment == "" or parts.fragment in file, f"{where}: no picture {address}"


def _is_here(page: Page, path: str) -> bool:
    return path == urlsplit(page.address).path


def _static_file(app: Flask, name: str) -> set[str]:
    """The ids inside a static file; fails where there is no such file."""
    known = app.extensions.setdefault("static_ids", {})
    if name not in known:
        with open(f"{app.static_folder}/{name}", encoding="utf-8") as file:  # noqa: PTH123
            known[name] = set(re.findall(r'\bid="([^"]+)"', file.read()))
    return known[name]


def _as_sent(name: str) -> str:
    """A file's name as browsers write it into the form (HTML 4.10.22.8)."""
    return name.replace("\n", "%0A").replace("\r", "%0D").replace('"', "%22")


def _relative(address: str) -> str:
    """Path and query of an own address: what a client is given."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def query_of(address: str) -> dict[str, str]:
    """The query of an address, as pairs."""
    return dict(parse_qsl(urlsplit(address).query))
