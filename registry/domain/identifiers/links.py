"""Addresses of pages elsewhere, such as where a product is sold."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.text import clean_line

MOST: Final = 500  # characters of an address in its normal form

_SCHEMES: Final = frozenset({"http", "https"})
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# What somebody copies without its beginning: example.com/item?id=1
_BARE: Final = re.compile(r"[\w-]+(\.[\w-]+)+(:[0-9]+)?([/?#].*)?")
_LONGEST_HOST: Final = 253  # RFC 1035, section 2.3.4, as it is written
# What stands in an address as it is; everything else is written as RFC 3986 says. Percent signs are there already.
_SAFE: Final = "/:@!$&'()*+,;=~?%-._"


def check_link(raw: str) -> str:
    """Return a page's address in normal form, with the host in ASCII (RFC 5890): what is shown is where it leads.

    Raises:
        InvalidValue: not of the web, without a host's name, with a user's name in it, or too long.
    """
    text = clean_line(raw)
    if _BARE.fullmatch(text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise InvalidValue(Message(N_("这不是一个网页地址，请从浏览器的地址栏复制。"))) from error
    if parts.scheme not in _SCHEMES:
        raise InvalidValue(Message(N_("网页地址应以 http:// 或 https:// 开头。")))
    if "@" in parts.netloc:
        raise InvalidValue(Message(N_("网页地址中不能带用户名和密码（@ 之前的部分）。")))
    host = _host(parts)
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    link = f"{parts.scheme}://{host}{quote(parts.path or '/', safe=_SAFE)}"
    link += f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    link += f"#{quote(parts.fragment, safe=_SAFE)}" if parts.fragment else ""
    if len(link) > MOST:
        text = N_("网页地址最多 %(most)s 个字符，现有 %(count)s 个；可以去掉问号之后用于跟踪的部分。")
        raise InvalidValue(Message(text, {"most": MOST, "count": len(link)}))
    return link


def _host(parts: SplitResult) -> str:
    """Return the host's name in ASCII.

    Raises:
        InvalidValue: there is none, or it is a number or a name without a domain.
    """
    name = (parts.hostname or "").rstrip(".")
    if not name:
        raise InvalidValue(Message(N_("网页地址中没有网站的域名。")))
    if _is_number(name):
        raise InvalidValue(Message(N_("请填写网站的域名，不要填写 IP 地址。")))
    ascii_name = _in_ascii(name) if len(name) <= _LONGEST_HOST else ""
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+", ascii_name):
        raise InvalidValue(Message(N_("网页地址中的域名不正确，请核对。")))
    return ascii_name


def _in_ascii(name: str) -> str:
    """The host's name with its labels in Punycode where they need it; empty where it cannot be one."""
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
