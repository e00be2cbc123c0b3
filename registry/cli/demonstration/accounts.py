"""The accounts that people try the registry with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from registry.models import Bureau, Membership, Post, User
from registry.services import people
from registry.services.demonstration import DOMAIN, PASSWORD, email_of

__all__ = ["HIGHLIGHTS", "PASSWORD", "Account", "add_person", "email_of", "is_loaded", "list_accounts"]

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.cli.demonstration.stage import Stage


# The accounts to begin with; all others are listed with `flask demo accounts --all`.
HIGHLIGHTS: Final = {
    "firm01": "Own a firm: a draft to finish, a returned case to correct, certificates in several states.",
    "viewer": "Look at the same firm without being able to change anything.",
    "firm02": "Serve two firms: switch between them in the header.",
    "firm04": "A firm that has another name since; older certificates say so.",
    "firm20": "Three products declared together, and a certificate of the management system that is about to expire.",
    "firm61": "A firm that nobody has verified yet: it may draft but not submit.",
    "firm62": "A firm whose papers were refused: send better ones.",
    "claimant": "Dispute whose the file of firm19 is; 海宁's reviewer decides.",
    "newcomer": "An account without a firm: has asked firm01 to be let in, and may register a firm.",
    "nanhu": "Review for 南湖区: recommend a case to the city or send it back.",
    "haining": "Review for 海宁市: see cases of 海宁 and of no other county.",
    "recusal": "Review in 海宁 as a member of firm18, a firm of 海宁: the own firm's case is for others to decide.",
    "jiaxing": "Decide for 嘉兴市: approve, return or reject what the counties recommend.",
    "jiaxing-supervisor": "Suspend, reinstate or revoke certificates of 嘉兴市.",
    "jiaxing-commerce": "The other line of offices: sees nothing of declarations.",
    "taiyuan": "Decide for 太原市.",
    "yuncheng": "Decide for 运城市.",
    "linyi": "Review for 临猗县: fruit.",
    "nanhu-deputy": "Stand in for 南湖区's reviewer: decisions say for whom. The own post is supervisor.",
    "jiaxing-expert": "Read cases and certificates of 嘉兴市 as an expert, without deciding.",
    "jiaxing-publisher": "Publish for 嘉兴市: sees no cases; may ask a colleague to stand in.",
    "system-admin": "Make offices and work accounts, singly or from a table; ask for posts.",
    "security-admin": "Give and end posts, hand cases over, deactivate and unlock accounts.",
    "audit-admin": "Read the audit trail, and nothing else.",
}


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the table."""

    email: str
    person: str
    seats: str
    try_this: str


def add_person(stage: Stage, account: str, name: str) -> User:
    """Make an account with the demonstration's password."""
    work = stage.work()
    email = email_of(account)
    user = people.add_user(work, email=email, name=name, password_hash=stage.password_hash, for_work=True)
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
    posts = session.execute(
        select(Bureau.name, Post.role, Post.stands_in_for_id)
        .outerjoin(Post.bureau)
        .where(Post.user_id == user.id)
        .order_by(Post.id)
    )
    seats = [f"{name or 'the site'} ({role}{', standing in' if original else ''})" for name, role, original in posts]
    memberships = session.scalars(select(Membership).where(Membership.user_id == user.id))
    seats += [f"{membership.enterprise.name} ({membership.role})" for membership in memberships]
    return Account(user.email, user.name, "; ".join(seats), try_this)
