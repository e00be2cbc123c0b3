"""The accounts that people try the registry with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from registry.models import Bureau, Membership, Post, User
from registry.services import people

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.cli.demonstration.stage import Stage

PASSWORD: Final = "santong-demo-2026"  # noqa: S105  # Public by intention: these accounts hold made-up data only.
DOMAIN: Final = "demo.example"

# The accounts to begin with; all others are listed with `flask demo accounts --all`.
HIGHLIGHTS: Final = {
    "firm01": "Own a firm: a draft to finish, a returned case to correct, certificates in several states.",
    "viewer": "Look at the same firm without being able to change anything.",
    "newcomer": "An account without a firm: it is told whom to ask. (Registering a firm makes its account.)",
    "nanhu": "Review for 南湖区: recommend a case to the city or send it back.",
    "haining": "Review for 海宁市: see cases of 海宁 and of no other county.",
    "recusal": "Review in 海宁 as a member of firm18, a firm of 海宁: the own firm's case is for others to decide.",
    "jiaxing": "Decide for 嘉兴市: approve, return or reject what the counties recommend.",
    "jiaxing-supervisor": "Suspend, reinstate or revoke certificates of 嘉兴市.",
    "jiaxing-commerce": "The other line of offices: sees nothing of declarations.",
    "taiyuan": "Decide for 太原市.",
    "yuncheng": "Decide for 运城市.",
    "linyi": "Review for 临猗县: fruit.",
}


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the table."""

    email: str
    person: str
    seats: str
    try_this: str


def email_of(account: str) -> str:
    """The address of a demonstration account."""
    return f"{account}@{DOMAIN}"


def add_person(stage: Stage, account: str, name: str) -> User:
    """Make an account with the demonstration's password."""
    work = stage.work()
    email = email_of(account)
    user = people.add_user(work, email=email, name=name, password_hash=stage.password_hash)
    stage.people[account] = user
    return user


def is_loaded(session: Session) -> bool:
    """Whether the demonstration has been loaded."""
    return session.scalar(select(User.id).where(User.email == email_of("firm01"))) is not None


def list_accounts(session: Session, *, everybody: bool = False) -> list[Account]:
    """The demonstration accounts, the ones to begin with first."""
    users = session.scalars(select(User).where(User.email.endswith(f"@{DOMAIN}")).order_by(User.id))
    known = {user.email.partition("@")[0]: user for user in users}
    names = [*(name for name in HIGHLIGHTS if name in known)]
    if everybody:
        names += [name for name in known if name not in HIGHLIGHTS]
    return [_describe(session, known[name], HIGHLIGHTS.get(name, "")) for name in names]


def _describe(session: Session, user: User, try_this: str) -> Account:
    posts = session.execute(select(Bureau.name, Post.role).join(Post.bureau).where(Post.user_id == user.id))
    seats = [f"{name} ({role})" for name, role in posts]
    memberships = session.scalars(select(Membership).where(Membership.user_id == user.id))
    seats += [f"{membership.enterprise.name} ({membership.role})" for membership in memberships]
    return Account(user.email, user.name, "; ".join(seats), try_this)
