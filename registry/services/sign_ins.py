"""Sessions that the registry itself keeps: each signing in is a row, and a session lasts no longer than its row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, exists, or_, select, update

from registry.domain.errors import NotAllowed, NotFound
from registry.domain.sign_in import (
    END_LABELS,
    LONG_AGO,
    NEW_ACCOUNT,
    EndReason,
    Factor,
    is_strong,
    needs_second_factor,
    proves_again,
    session_length,
)
from registry.models import Passkey, SignIn, User
from registry.services import audit, people, security_letters
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.domain.roles import Role
    from registry.services.work import Work

_MOST_DEVICE: Final = 80  # characters of the column


@dataclass(frozen=True, slots=True)
class Device:
    """Where a person signs in."""

    origin: str  # network address
    words: str  # browser and system
    key: str  # SHA-256 of the device's own cookie


def begin(work: Work, user: User, *, factors: Sequence[Factor], device: Device, is_fresh: bool = True) -> SignIn:
    """Note that a person has signed in; from a device the account has not seen before, a letter says so.

    Args:
        work: when.
        user: the account.
        factors: what was shown.
        device: where.
        is_fresh: whether it was shown just now; an identity service may vouch for somebody it asked hours ago.
    """
    known = _devices(work, user.id)
    # Old sign-ins are deleted, so that a device may be unknown because nothing is remembered; a letter too many is
    # better than none.
    is_new_account = not known and user.created_at > work.now - NEW_ACCOUNT
    sign_in = SignIn(
        user_id=user.id,
        at=work.now,
        factors="+".join(factors),
        strong=is_strong(factors),
        confirmed_at=work.now if is_fresh else work.now - LONG_AGO,
        origin=device.origin,
        device=device.words[:_MOST_DEVICE],
        device_key=device.key,
        expires_at=work.now + session_length(roles_of(work, user.id)).longest,
    )
    work.session.add(sign_in)
    work.session.flush()
    audit.record(
        work,
        "account:session:begin",
        sign_in.id,
        person_id=user.id,
        factors=sign_in.factors,
        strong=sign_in.strong,
    )
    if device.key not in known and not is_new_account:
        security_letters.new_device(work, user, sign_in)
    return sign_in


def renew(work: Work, old: SignIn, *, factors: Sequence[Factor] = ()) -> SignIn:
    """Put another row in the place of this one, with factors shown since then; its end stays where it was.

    A copy of the old cookie is worth nothing afterwards: nobody else comes to more rights, or to a fresh proof, by
    what its owner does. The proof is as old as it was unless one was shown that counts for this person: where a
    second factor is set up, the password is none.
    """
    shown = list(dict.fromkeys([*map(Factor, old.factors.split("+")), *factors]))
    new = SignIn(
        user_id=old.user_id,
        at=old.at,
        factors="+".join(shown),
        strong=old.strong or is_strong(shown),
        confirmed_at=work.now if proves_again(factors, is_protected=is_protected(old.user)) else old.confirmed_at,
        origin=old.origin,
        device=old.device,
        device_key=old.device_key,
        expires_at=old.expires_at,
    )
    _end(old, work.now, EndReason.RENEWED)
    work.session.add(new)
    work.session.flush()
    return new


def find(session: Session, uniquifier: str, number: int, now: datetime) -> tuple[User, SignIn] | None:
    """The person whose session this is, with the sign-in it rests on, in one statement; None where it has ended.

    A session from before the account had a second factor is worth nothing either: it shows less than is asked for.
    """
    unprotected = and_(User.tf_totp_secret.is_(None), ~exists().where(Passkey.user_id == User.id))
    row = session.execute(
        select(User, SignIn)
        .join(SignIn, SignIn.user_id == User.id)
        .where(
            User.fs_uniquifier == uniquifier,
            User.active,
            SignIn.id == number,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            or_(SignIn.strong, unprotected),
        )
    ).first()
    return (row[0], row[1]) if row else None


def is_protected(user: User) -> bool:
    """Whether a second factor is set up for this account."""
    return bool(user.tf_totp_secret or user.webauthn)


def stay(work: Work, user: User, here: SignIn) -> None:
    """Let nobody else change how this person signs in before the commit, and see that the session still counts.

    A request that began a moment before another one ended its session, or set up a second factor, stops here.

    Raises:
        NotAllowed: the session has ended, or has shown less than the account asks for by now.
    """
    lock(work.session, user)
    work.session.expire(user, ["webauthn"])
    work.session.refresh(here)
    if here.ended_at is not None:
        raise NotAllowed(END_LABELS.get(here.end_reason, END_LABELS[EndReason.RENEWED]))
    if is_protected(user) and not here.strong:
        raise NotAllowed(END_LABELS[EndReason.FACTORS])


def knows_device(work: Work, email: str, device_key: str) -> bool:
    """Whether somebody has signed in with this address on this device; one statement, whatever is found."""
    found = (
        select(SignIn.id)
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.device_key == device_key, User.email == email.strip().lower())
    )
    return work.session.scalar(found.limit(1)) is not None


def device_keys(work: Work, user_id: int) -> set[str]:
    """The devices that a person has signed in on, as far as is remembered."""
    return _devices(work, user_id)


def find_any(session: Session, number: int) -> SignIn | None:
    """A sign-in whether it has ended or not."""
    return session.get(SignIn, number)


def own(work: Work) -> list[SignIn]:
    """The actor's sign-ins that last, the newest first."""
    return list(
        work.session.scalars(
            select(SignIn)
            .where(SignIn.user_id == work.actor.user_id, SignIn.ended_at.is_(None), SignIn.expires_at > work.now)
            .order_by(SignIn.at.desc(), SignIn.id.desc())
        )
    )


def end(work: Work, number: int, reason: EndReason) -> None:
    """End one of the actor's own sign-ins.

    Raises:
        NotFound: the actor has no such sign-in, or it has ended.
    """
    sign_in = work.session.get(SignIn, number)
    if sign_in is None or sign_in.user_id != work.actor.user_id or sign_in.ended_at is not None:
        raise NotFound
    _end(sign_in, work.now, reason)
    work.session.flush()
    audit.record(work, "account:session:end", sign_in.id, person_id=sign_in.user_id, reason=str(reason), count=1)


def end_all(work: Work, user_id: int, reason: EndReason, but: int | None = None) -> int:
    """End all sign-ins of a person, except perhaps one; returns how many that were."""
    lasting = [SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.expires_at > work.now]
    if but is not None:
        lasting.append(SignIn.id != but)
    numbers = work.session.scalars(select(SignIn.id).where(*lasting)).all()
    if numbers:
        work.session.execute(
            update(SignIn).where(*lasting).values(ended_at=work.now, end_reason=str(reason)),
            execution_options={"synchronize_session": "fetch"},
        )
        audit.record(work, "account:session:end", None, person_id=user_id, reason=str(reason), count=len(numbers))
    return len(numbers)


def roles_of(work: Work, user_id: int) -> frozenset[Role]:
    """The roles that a person holds now."""
    return frozenset(seat.role for seat in people.actor_of(work.session, user_id, work.now).seats)


def must_be_strong(work: Work, user_id: int) -> bool:
    """Whether the person may work only after two factors."""
    return needs_second_factor(roles_of(work, user_id))


def _devices(work: Work, user_id: int) -> set[str]:
    """The keys of the devices a person has signed in with."""
    return set(work.session.scalars(select(SignIn.device_key).where(SignIn.user_id == user_id).distinct()))


def _end(sign_in: SignIn, now: datetime, reason: EndReason) -> None:
    sign_in.ended_at, sign_in.end_reason = now, str(reason)
