"""A person comes to the registry: an address, a letter to it, and the account that its link leads to.

Whether an address has an account already is told to whoever reads its letters, and to nobody else. The page answers
every address alike, and does the same work for each: it is the worker that looks whose it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain import account, privacy
from registry.domain.errors import InvalidFields
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, Field, Step, cleaned, find_gaps, validated
from registry.models import User
from registry.services import consents, jobs, links, notifications, passwords, people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.services.work import Work

LETTER_JOB: Final = "registration-letter"
LINK_LASTS: Final = timedelta(hours=24)
_PURPOSE: Final = "register"
_NO_SECOND_LETTER: Final = 300  # seconds: nobody's mailbox is filled by somebody who presses again and again.

# Of a person who has an address already.
FIELDS: Final[tuple[Field, ...]] = (account.NAME_FIELD, account.CONSENT_FIELD)


def ask(work: Work, values: Mapping[str, Any]) -> None:
    """Ask for a letter to this address.

    Raises:
        InvalidFields: it has not the form of an address.
    """
    email = validated((account.EMAIL_FIELD,), values, Facts(work.today))["email"]
    digest = hashlib.sha256(email.encode()).hexdigest()[:32]
    key = f"{digest}-{int(work.now.timestamp()) // _NO_SECOND_LETTER}"
    jobs.enqueue(work.session, LETTER_JOB, key, {"email": email}, at=work.now)


def send_letter(work: Work, payload: dict[str, Any]) -> None:
    """Write to an address: a link to go on with, or that it has an account. The handler of the letter's job.

    Raises:
        OSError: the mail server refused or could not be reached; the job is tried again.
    """
    email, site = payload["email"], work.settings.public_url
    if work.session.scalar(select(User.id).where(User.email == email)) is not None:
        data = {"sign_in": f"{site}/account/login", "reset": f"{site}/account/reset"}
        notifications.send_now(work, to=email, template="registration_known", data=data)
        return
    token = links.sign(work, _PURPOSE, email, lasts=LINK_LASTS)
    data = {"link": f"{site}/account/register/{token}"}
    notifications.send_now(work, to=email, template="registration", data=data)


def address_of(work: Work, token: str) -> str:
    """The address that a letter's link was sent to.

    Raises:
        NotFound: the link was not made by us, or is older than a day.
    """
    return links.read(work, _PURPOSE, token)


def has_account(work: Work, email: str) -> bool:
    """Whether an address has an account: only for whoever has shown a link that was sent there."""
    return work.session.scalar(select(User.id).where(User.email == email)) is not None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who may have an account."""

    email: str
    name: str


def newcomer(work: Work, email: str, values: Mapping[str, Any], *, password: str, password_again: str) -> Newcomer:
    """See that somebody who has shown a link that was sent to this address may have an account.

    The password is hashed after this and before the account is made, as `passwords.require_good` says.

    Args:
        work: when.
        email: the address that the link stands for.
        values: name and consent, and the version of the privacy notice that was shown.
        password: as typed.
        password_again: as typed a second time.

    Raises:
        InvalidFields: fields are missing or wrong; all are named at once.
    """
    steps = (Step("", "", FIELDS),)
    wrong = {gap.field: gap.message for gap in find_gaps(steps, values, Facts(work.today))}
    wrong |= passwords.check(work, password, password_again, email)
    if values.get("notice") != privacy.current().version:
        wrong["privacy"] = Message(N_("个人信息处理规则已更新，请阅读后重新勾选。"))
    if wrong:
        raise InvalidFields(wrong)
    return Newcomer(email, cleaned(steps, values)["person_name"])


def register(work: Work, person: Newcomer, password_hash: str) -> User:
    """Make the account.

    Raises:
        Duplicate: the address has an account by now.
    """
    user = people.add_user(work, email=person.email, name=person.name, password_hash=password_hash)
    consents.give(work, user)
    return user
