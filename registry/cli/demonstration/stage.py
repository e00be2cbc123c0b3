"""The stage on which the demonstration is played: one database, and a clock that is moved by hand.

Everything goes through the registry's own services, in the order in which it would have happened: a scene is
a generator that yields the moment at which it wants to go on, and `play` always lets the one go on whose
moment comes first. Serial numbers, the audit trail and the public history look as if five years had passed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from registry.infrastructure.clock import OFFICE_ZONE, FixedClock, office_date
from registry.services import people
from registry.services.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from random import Random

    from sqlalchemy.orm import Session

    from registry.models import User
    from registry.services.work import Adapters

Scene = Iterator[datetime]

OPENING_DAYS_AGO: Final = 5 * 365 + 200  # When the offices took up their work.
_OPENS_AT: Final = 9
_OPEN_MINUTES: Final = 8 * 60
_SATURDAY: Final = 5


@dataclass
class Stage:
    """What every scene needs."""

    session: Session
    adapters: Adapters  # With the clock below.
    clock: FixedClock
    today: date
    folder: Path  # For files on their way into the registry.
    password_hash: str
    people: dict[str, User] = field(default_factory=dict)  # By the part of the address before the @.

    @classmethod
    def set_up(cls, session: Session, adapters: Adapters, folder: Path, password_hash: str) -> Stage:
        """A stage whose clock starts from what the real clock says."""
        clock = FixedClock(adapters.clock.now())
        return cls(
            session=session,
            adapters=replace(adapters, clock=clock),
            clock=clock,
            today=office_date(clock.now()),
            folder=folder,
            password_hash=password_hash,
        )

    def work(self, name: str = "") -> Work:
        """The unit of work of a person at this moment, or of nobody."""
        actor = None
        if name:
            actor = people.actor_of(self.session, self.people[name].id, self.clock.now())
        return Work(self.session, self.adapters, actor, request_id="demonstration")

    def moment(self, days_ago: int, random: Random) -> datetime:
        """Some moment in office hours; of a weekend the Monday after, where that is not in the future."""
        day = self.today - timedelta(days=days_ago)
        monday = day + timedelta(days=7 - day.weekday())
        if day.weekday() >= _SATURDAY and monday < self.today:
            day = monday
        minutes = random.randrange(_OPEN_MINUTES)
        at_office = datetime.combine(day, time(_OPENS_AT), OFFICE_ZONE) + timedelta(minutes=minutes)
        return at_office.astimezone(UTC)

    def play(self, scenes: Iterable[Scene]) -> None:
        """Let all scenes run to their end, each step at its moment, the earliest first."""
        waiting: list[tuple[datetime, int, Scene]] = []
        for number, scene in enumerate(scenes):
            _wait_for_next(waiting, number, scene)
        while waiting:
            moment, number, scene = heapq.heappop(waiting)
            self.clock.moment = moment
            _wait_for_next(waiting, number, scene)


def _wait_for_next(waiting: list[tuple[datetime, int, Scene]], number: int, scene: Scene) -> None:
    moment = next(scene, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, number, scene))


@dataclass
class Pace:
    """The moments of one scene, one after the other."""

    stage: Stage
    days_ago: int
    random: Random
    last: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    def now(self) -> datetime:
        """A moment on the present day of the scene, after its last one."""
        moment = self.stage.moment(self.days_ago, self.random)
        self.last = max(moment, self.last + timedelta(minutes=self.random.randrange(5, 50)))
        return self.last

    def after(self, least: int, most: int) -> datetime:
        """A moment some days later, but never today: the present belongs to those who try the registry."""
        self.days_ago = max(self.days_ago - self.random.randint(least, most), 1)
        return self.now()

    def not_before(self, earliest: int, latest: int) -> datetime:
        """A moment between so many and so many days ago, or a day later where the scene has come further."""
        wanted = self.random.randint(latest, earliest)
        self.days_ago = max(min(wanted, self.days_ago - 1), 1)
        return self.now()
