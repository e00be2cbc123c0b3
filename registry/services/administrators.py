"""Administrators made from the command line: the first ones, since there is nobody yet who could make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registry.domain import staff as definition
from registry.domain.requirements import Facts, validated
from registry.domain.roles import ADMIN_ROLES
from registry.models import Post
from registry.services import audit, people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.domain.roles import Role
    from registry.models import User
    from registry.services.work import Work


def add(work: Work, role: Role, *, email: str, name: str) -> User:
    """Make somebody an administrator, with an account where there is none yet.

    Raises:
        InvalidFields: name or address are wrong, or the role is no administrator's.
        InvalidValue: the person holds another post or acts for a firm.
        Duplicate: the person is that administrator already.
    """
    normal = validated(definition.FIELDS, {"name": name, "email": email}, Facts(work.today))
    user = people.find_by_email(work.session, normal["email"])
    if user is None:
        user = people.add_user(work, email=normal["email"], name=normal["name"], password_hash=None, for_work=True)
        audit.record(work, "admin:user:add", user.id, person_id=user.id)
    user.admitted_at = user.admitted_at or work.now
    people.appoint(work, user, None, role)
    return user


def find(work: Work) -> Sequence[Post]:
    """The administrators, by role and address."""
    posts = work.session.scalars(
        select(Post).where(Post.role.in_(ADMIN_ROLES), Post.until.is_(None)).options(joinedload(Post.user))
    ).all()
    return sorted(posts, key=lambda post: (post.role, post.user.email))
