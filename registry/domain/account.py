"""What the registry asks of a person who signs in."""

from __future__ import annotations

from typing import Final

from email_validator import EmailNotValidError, validate_email

from registry.domain.errors import InvalidValue
from registry.domain.messages import N_, Message
from registry.domain.requirements import Field

SHORTEST_PASSWORD: Final = 10  # characters; longer words are safer than stranger ones (NIST SP 800-63B clause 5.1.1)
LONGEST_PASSWORD: Final = 128


def check_email(raw: str) -> str:
    """Return a mail address in lower case.

    Raises:
        InvalidValue: it has not the form of one.
    """
    try:
        return validate_email(raw.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise InvalidValue(N_("邮箱格式不正确，例如 name@example.com。")) from error


def check_password(password: str, again: str) -> dict[str, Message]:
    """What is wrong with a new password and its repetition, by field."""
    if len(password) < SHORTEST_PASSWORD:
        return {"password": Message(N_("密码至少 %(least)s 位。"), {"least": SHORTEST_PASSWORD})}
    if len(password) > LONGEST_PASSWORD:
        return {"password": Message(N_("密码最多 %(most)s 位。"), {"most": LONGEST_PASSWORD})}
    if password != again:
        return {"password_again": Message(N_("两次输入的密码不一致。"))}
    return {}


FIELDS: Final = (
    Field("person_name", N_("您的姓名"), help=N_("您将是企业账号的所有人。"), max_length=60),
    Field("email", N_("登录邮箱"), help=N_("用于登录和接收通知。"), max_length=255, check=check_email),
)
