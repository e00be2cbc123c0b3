"""What the registry asks of a person who signs in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set as AbstractSet  # noqa: TC003  # The dataclass below shows it to whoever asks.
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from email_validator import EmailNotValidError, validate_email

from registry.domain.errors import InvalidValue
from registry.domain.identifiers import check_phone
from registry.domain.messages import N_, Message
from registry.domain.requirements import Field, Kind

SHORTEST_PASSWORD: Final = 10  # characters; longer words are safer than stranger ones (NIST SP 800-63B clause 5.1.1)
LONGEST_PASSWORD: Final = 128
FEWEST_CHARACTERS: Final = 4  # different ones
SHORTEST_WORD: Final = 4  # A shorter part of a name stands in too many words.
_EDGES: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_LEET: Final = str.maketrans("013457@$!", "oieastasi")


def check_email(raw: str) -> str:
    """Return a mail address in lower case.

    Raises:
        InvalidValue: it has not the form of one.
    """
    try:
        return validate_email(raw.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise InvalidValue(N_("邮箱格式不正确，例如 name@example.com。")) from error


@dataclass(frozen=True, slots=True)
class PasswordContext:
    """What a password must not be made of."""

    email: str = ""
    site_names: tuple[str, ...] = ()
    common: AbstractSet[str] = frozenset()  # Words that others use as passwords, in lower case.


def normal_password(password: str) -> str:
    """The form in which a password is compared, however the keyboard has made it (RFC 8265 clause 4.2, NFKC here)."""
    return unicodedata.normalize("NFKC", password)


def check_password(
    password: str, again: str, context: PasswordContext = PasswordContext()
) -> dict[str, Message]:  # It never changes.
    """What is wrong with a new password and its repetition, by field.

    There is no rule that asks for capitals, digits or signs: people answer it with “Password1!”. What is refused is
    what somebody who guesses would try first (NIST SP 800-63B clause 5.1.1.2).
    """
    password, again = normal_password(password), normal_password(again)
    if len(password) < SHORTEST_PASSWORD:
        return {"password": Message(N_("密码至少 %(least)s 位。"), {"least": SHORTEST_PASSWORD})}
    if len(password) > LONGEST_PASSWORD:
        return {"password": Message(N_("密码最多 %(most)s 位。"), {"most": LONGEST_PASSWORD})}
    weakness = _weakness(password.casefold(), context)
    if weakness:
        return {"password": Message(weakness)}
    if password != again:
        return {"password_again": Message(N_("两次输入的密码不一致。"))}
    return {}


def _weakness(password: str, context: PasswordContext) -> str:
    """Why somebody who guesses would soon come to this password, as a message id; empty where nobody would."""
    if password.isdigit():
        return N_("密码不能只有数字：生日、手机号最容易被猜中。")
    if len(set(password)) < FEWEST_CHARACTERS or _is_repetition(password) or _is_run(password):
        return N_("密码不能是重复或连续的字符。")
    local = context.email.casefold().partition("@")[0]
    words = [word.casefold() for word in (local, *context.site_names)]
    if any(len(word) >= SHORTEST_WORD and word in password for word in words):
        return N_("密码不能包含登录邮箱或本网站的名称。")
    # What stands before and after a common word is what people add to it: 1314, 2026, an exclamation mark.
    core = _EDGES.sub("", password)
    if {password, core, core.translate(_LEET), password.translate(_LEET)} & context.common:
        return N_("这个密码太常见，容易被猜中。可以用几个不相关的词连成一句。")
    return ""


def _is_repetition(password: str) -> bool:
    """Whether it is one shorter piece over and over: abcabcabcabc."""
    return password in (password + password)[1:-1]


def _is_run(password: str) -> bool:
    """Whether nearly every character follows from the one before, forwards or backwards: 123456789a, zyxwvutsrq."""
    steps = [ord(after) - ord(before) for before, after in pairwise(password)]
    return max(steps.count(step) for step in (-1, 0, 1)) >= len(steps) - 2


NAME_FIELD: Final = Field("person_name", N_("您的姓名"), max_length=60, why_private=N_("个人信息。"))
EMAIL_FIELD: Final = Field(
    "email",
    N_("登录邮箱"),
    help=N_("用于登录和接收通知。"),
    max_length=255,
    check=check_email,
    why_private=N_("个人信息。"),
)
# 个人信息保护法 第十四条: agreed to freely, knowing what it is about, and by an act of one's own.
CONSENT_FIELD: Final = Field(
    "privacy",
    N_("个人信息处理规则"),
    Kind.FLAG,
    choices=(("yes", N_("我已阅读并同意个人信息处理规则")),),
    why_private=N_("个人信息。"),
)
FIELDS: Final = (NAME_FIELD, EMAIL_FIELD, CONSENT_FIELD)
PHONE_FIELD: Final = Field(
    "phone",
    N_("您的电话"),
    required=False,
    help=N_("只用于办理中联系您本人。"),
    max_length=40,
    check=check_phone,
    why_private=N_("个人信息。"),
)
OWN_FIELDS: Final = (NAME_FIELD, PHONE_FIELD)  # What people correct by themselves at any time.
