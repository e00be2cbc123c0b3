"""How long a session lasts, how patient the sign-in is, and what counts as proof of being somebody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.roles import ADMIN_ROLES, STAFF_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Factor(StrEnum):
    """What a person has shown."""

    PASSWORD = "password"  # noqa: S105  # The name of a kind of proof.
    TOTP = "totp"  # A code of an authenticator app (RFC 6238).
    RECOVERY = "recovery"
    PASSKEY = "passkey"
    OIDC = "oidc"  # An identity service vouches for the person.
    OIDC_STRONG = "oidc2"  # It does, and says that it has asked for two factors.
    MAIL = "mail"  # A link in a letter was opened.


FACTOR_LABELS: Final[Mapping[str, str]] = {
    Factor.PASSWORD: N_("密码"),
    Factor.TOTP: N_("动态码"),
    Factor.RECOVERY: N_("恢复码"),
    Factor.PASSKEY: N_("通行密钥"),
    Factor.OIDC: N_("统一身份认证"),
    Factor.OIDC_STRONG: N_("统一身份认证"),
    Factor.MAIL: N_("邮件链接"),
}
# Each of these proves possession of a thing; a passkey asks for a finger or a PIN besides, and is two by itself.
_SECOND: Final = frozenset({Factor.TOTP, Factor.RECOVERY, Factor.PASSKEY, Factor.OIDC_STRONG})


def is_strong(factors: Iterable[Factor]) -> bool:
    """Whether these are two factors of different kinds (GB/T 22239-2019 clause 8.1.4.1 d)."""
    shown = frozenset(factors)
    return bool(shown & {Factor.PASSKEY, Factor.OIDC_STRONG}) or (len(shown) > 1 and bool(shown & _SECOND))


def proves_again(factors: Iterable[Factor], *, is_protected: bool) -> bool:
    """Whether these prove once more that it is the person: a second factor where one is set up, else anything."""
    shown = frozenset(factors)
    return bool(shown & _SECOND) if is_protected else bool(shown)


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Whether somebody with these roles may work only after a second factor: everybody who acts for the state."""
    return any(role in STAFF_ROLES for role in roles)


@dataclass(frozen=True, slots=True)
class SessionLength:
    """When a session ends by itself."""

    longest: timedelta  # after signing in, whatever is done
    idle: timedelta  # after the last page


# A working day, and the pause for lunch, for firms, whose long forms are typed with papers beside them. Whoever can
# decide about others leaves an unlocked screen for less long, and whoever can change rights for least.
FIRM_SESSION: Final = SessionLength(timedelta(hours=8), timedelta(minutes=60))
STAFF_SESSION: Final = SessionLength(timedelta(hours=8), timedelta(minutes=30))
ADMIN_SESSION: Final = SessionLength(timedelta(hours=4), timedelta(minutes=15))


def session_length(roles: Iterable[Role]) -> SessionLength:
    """The shortest of what the roles held allow."""
    held = frozenset(roles)
    if held & ADMIN_ROLES:
        return ADMIN_SESSION
    return STAFF_SESSION if held & STAFF_ROLES else FIRM_SESSION


# How recently the person must have proved to be there. Reading one case takes longer than a quarter of an hour, and a
# reviewer decides on one after the other: once an hour is often enough there, since an idle screen locks itself after
# half of that. What takes effect on a firm at once, or changes who may do what, asks for more.
FRESH_FOR_DECISIONS: Final = timedelta(minutes=60)
FRESH_FOR_MEASURES: Final = timedelta(minutes=15)
# Of a proof whose moment nobody knows: longer ago than anything asks for.
LONG_AGO: Final = timedelta(days=1)
NEW_ACCOUNT: Final = timedelta(hours=1)  # Nobody is told that a new account is used on its first device.


class EndReason(StrEnum):
    """Why a session was ended before its time."""

    SIGN_OUT = "sign_out"
    ENDED = "ended"  # by its owner, from another device
    RENEWED = "renewed"  # another one has taken its place on the same device
    PASSWORD = "password"  # noqa: S105  # The password was changed.
    FACTORS = "factors"  # The second factor was changed or taken away.
    ADDRESS = "address"  # The sign-in address was changed.
    RIGHTS = "rights"  # What the person may do was changed.
    CLOSED = "closed"  # The account was closed or barred.
    ADMINISTRATOR = "administrator"  # The security administrator ended it.


END_LABELS: Final[Mapping[str, str]] = {
    EndReason.SIGN_OUT: N_("您已退出登录。"),
    EndReason.ENDED: N_("这次登录已在另一台设备上被结束。"),
    EndReason.RENEWED: N_("登录状态已更新，请重新登录。"),
    EndReason.PASSWORD: N_("密码已更改，请用新密码登录。"),
    EndReason.FACTORS: N_("第二重验证已更改，请重新登录。"),
    EndReason.ADDRESS: N_("登录邮箱已更改，请用新邮箱登录。"),
    EndReason.RIGHTS: N_("您的岗位或权限有变动，请重新登录。"),
    EndReason.CLOSED: N_("这个账号已停用。"),
    EndReason.ADMINISTRATOR: N_("安全管理员已结束您的登录，请重新登录。"),
}


# Failed tries in a row. The first few are mistypings and cost nothing; then each one costs a wait twice as long as
# the one before. After a day without a try all is forgotten.
FREE_FAILURES: Final = 5
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(days=1)


def wait_after(failures: int) -> timedelta:
    """How long no further try is looked at, after so many failures in a row."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES - 1, 16)  # Far beyond the longest wait; powers of two grow fast.
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


class Refused(InvalidValue):
    """What was shown does not prove who it is, or comes too soon after too many failures."""

    default = N_("没有通过验证。")

    def __init__(self, message: Message | str, *, wait: int = 0) -> None:
        """Take the sentence, and for how many seconds no further try is looked at."""
        super().__init__(message)
        self.wait = wait

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the person is told: what is wrong, and how long to wait."""
        return (self.message, too_soon(self.wait)) if self.wait else (self.message,)


def too_soon(seconds: int) -> Message:
    """The sentence for somebody who has to wait before the next try."""
    if seconds > 60:  # noqa: PLR2004  # Whole minutes are easier to wait for.
        return Message(N_("尝试次数过多，请在 %(minutes)s 分钟后再试。"), {"minutes": -(-seconds // 60)})
    return Message(N_("尝试次数过多，请在 %(seconds)s 秒后再试。"), {"seconds": seconds})


HALFWAY: Final = timedelta(minutes=10)  # From the password to the second factor at the most.
RESET_LINK: Final = timedelta(hours=1)
DEVICE_KNOWN: Final = timedelta(days=365)
RECOVERY_CODES: Final = 10

_BROWSERS: Final = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("QQBrowser", "QQ浏览器"),
    ("UCBrowser", "UC浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """Browser and system as a person calls them, such as “Chrome · Windows”; empty where neither is known.

    Browsers name those that they descend from as well, so the rarer names come first.
    """
    found = (
        next((name for mark, name in marks if re.search(rf"{mark}\b|{mark}/", user_agent)), "")
        for marks in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(name for name in found if name)
