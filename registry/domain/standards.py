"""What the registry's catalogue knows of standards, and what it says to the numbers that firms write.

The catalogue is never complete, so a number that it does not have is no mistake. It knows Chinese standards only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.domain.identifiers import base_standard_no, find_standard, standard_root
from registry.domain.messages import N_, Message
from registry.domain.remarks import Remark, Weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date


_YEAR_AT_END: Final = re.compile(r"-[0-9]{4}$")


class StandardStatus(StrEnum):
    """Where a standard stands."""

    UPCOMING = "upcoming"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


STATUS_LABELS: Final = {
    StandardStatus.UPCOMING: N_("即将实施"),
    StandardStatus.IN_FORCE: N_("现行"),
    StandardStatus.REPLACED: N_("被代替"),
    StandardStatus.WITHDRAWN: N_("废止"),
}


@dataclass(frozen=True, slots=True)
class KnownStandard:
    """A standard of the catalogue."""

    number: str
    title: str
    status: StandardStatus = StandardStatus.IN_FORCE  # As it was entered; `status_on` says what it is on a day.
    in_force_from: date | None = None  # None: not known.
    successors: tuple[str, ...] = ()

    def has_begun(self, day: date) -> bool:
        """Whether it is in force on this day, or has been before."""
        if self.in_force_from is None:
            return self.status is not StandardStatus.UPCOMING
        return self.in_force_from <= day

    def next_editions(self, day: date, catalogue: Mapping[str, KnownStandard]) -> list[KnownStandard]:
        """What will replace it after this day; none where something has replaced it already.

        Args:
            day: today at the office.
            catalogue: the successors by number, as far as they are known.
        """
        known = [catalogue[number] for number in self.successors if number in catalogue]
        return [] if any(each.has_begun(day) for each in known) else known

    def status_on(self, day: date, catalogue: Mapping[str, KnownStandard]) -> StandardStatus:
        """Where it stands on a day: a standard is in force from its first day until its successor's.

        Args:
            day: today at the office.
            catalogue: the successors by number, as far as they are known.
        """
        if not self.has_begun(day):
            return StandardStatus.UPCOMING
        has_time_left = self.status is StandardStatus.REPLACED and self.next_editions(day, catalogue)
        if has_time_left or self.status is StandardStatus.UPCOMING:
            return StandardStatus.IN_FORCE
        return self.status


def remark_on(written: str, catalogue: Mapping[str, KnownStandard], today: date) -> Remark | None:
    """What the catalogue says to a number, or None: it is in force, or no Chinese standard that it could know.

    Enterprises and associations number standards of their own, which no catalogue has.

    Args:
        written: as somebody wrote it.
        catalogue: by number, all editions of the standard that are known, and what replaced them.
        today: at the office.
    """
    root = standard_root(written)
    if not root or root.startswith(("T/", "Q/")):
        return None
    number = base_standard_no(written)
    if number in catalogue:
        return _on_status(written, catalogue[number], catalogue, today)
    editions = [known for known in catalogue.values() if standard_root(known.number) == root]
    in_force = [known.number for known in editions if known.status_on(today, catalogue) is StandardStatus.IN_FORCE]
    meant = find_standard(number, in_force) or find_standard(number, (known.number for known in editions))
    if meant is not None:
        return Remark(
            written, Message(N_("%(number)s：目录中是 %(known)s，请核对。"), {"number": number, "known": meant})
        )
    if editions:
        args = {"number": number, "others": _listed(known.number for known in editions)}
        return Remark(written, Message(N_("目录中没有 %(number)s，只有 %(others)s，请核对年份。"), args), Weight.NOTE)
    return Remark(written, Message(N_("目录中没有 %(number)s，请自行核对编号。"), {"number": number}), Weight.NOTE)


def doubt_about(written: str, *, domestic: bool) -> Remark | None:
    """What is odd about a number by itself, or None: no number at all, or a Chinese one without its year.

    Args:
        written: as somebody wrote it.
        domestic: it has to be a Chinese one; abroad, each body numbers as it likes.
    """
    args = {"number": written}
    if standard_root(written):
        dated = _YEAR_AT_END.search(base_standard_no(written))
        return None if dated else Remark(written, Message(N_("“%(number)s”没有写年份，请写全。"), args), Weight.NOTE)
    if domestic or not (written.isascii() or any(character.isdecimal() for character in written)):  # Not REACH, say.
        text = N_("“%(number)s”不像标准编号，请核对；一行只写一个编号，不写名称。")
        return Remark(written, Message(text, args), Weight.NOTE)
    return None


def _on_status(
    written: str, known: KnownStandard, catalogue: Mapping[str, KnownStandard], today: date
) -> Remark | None:
    status = known.status_on(today, catalogue)
    if status is StandardStatus.IN_FORCE:
        return _on_what_comes(written, known, known.next_editions(today, catalogue))
    text = _NOT_IN_FORCE[status, bool(known.in_force_from if status is StandardStatus.UPCOMING else known.successors)]
    args = {"number": known.number, "day": str(known.in_force_from), "successors": _listed(known.successors)}
    return Remark(written, Message(text, args))


def _on_what_comes(written: str, known: KnownStandard, following: Sequence[KnownStandard]) -> Remark | None:
    days = [each.in_force_from for each in following if each.in_force_from]
    if not days:
        return None
    text = N_("%(number)s 自 %(day)s 起由 %(successors)s 代替。")
    args = {"number": known.number, "day": str(min(days)), "successors": _listed(known.successors)}
    return Remark(written, Message(text, args), Weight.NOTE)


# By whether there is more to say: the successor of what was replaced, the first day of what is not in force yet.
_NOT_IN_FORCE: Final = {
    (StandardStatus.REPLACED, True): N_("%(number)s 已被 %(successors)s 代替，请核对。"),
    (StandardStatus.REPLACED, False): N_("%(number)s 已被代替，请核对。"),
    (StandardStatus.WITHDRAWN, True): N_("%(number)s 已废止，可参照 %(successors)s，请核对。"),
    (StandardStatus.WITHDRAWN, False): N_("%(number)s 已废止，请核对。"),
    (StandardStatus.UPCOMING, True): N_("%(number)s 自 %(day)s 起实施，目前尚未生效，请核对。"),
    (StandardStatus.UPCOMING, False): N_("%(number)s 尚未实施，请核对。"),
}


def _listed(numbers: Iterable[str]) -> str:
    return " / ".join(numbers)
