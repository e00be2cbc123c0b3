"""The catalogue of standards: looking numbers up, picking them, and what is said to those that firms write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, or_, select

from registry.domain.identifiers import base_standard_no, find_standard, normalise_standard_no, standard_root
from registry.domain.messages import N_, Message
from registry.domain.remarks import Remark, Weight
from registry.domain.requirements import Note
from registry.domain.standards import KnownStandard, StandardStatus, doubt_about, remark_on
from registry.domain.text import clean_line, fold
from registry.models import Standard, StandardPair

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session
    from sqlalchemy.orm.attributes import InstrumentedAttribute

    from registry.domain.filings import Definition
    from registry.services.work import Work

_BETWEEN: Final = " / "  # Between several numbers in one column; a slash without blanks belongs to a number.
_NATURES: Final = ("", "/T", "/Z")


@dataclass(frozen=True, slots=True)
class Counterpart:
    """An overseas standard that a Chinese one is usually compared with."""

    number: str
    relation: str  # IDT (identical), MOD (modified) or related, after GB/T 1.2; sometimes with a remark


def look_up(session: Session, numbers: Iterable[str]) -> dict[str, KnownStandard]:
    """The standards of these numbers, by number as it was written; what the catalogue does not have is left out.

    One statement for all of them. Spelling, amendment sheets and remarks in brackets do not matter, nature and year do.
    """
    wanted = {written: base_standard_no(written) for written in numbers}
    known = _fetch(session, Standard.number.in_(set(wanted.values())))
    return {written: known[number] for written, number in wanted.items() if number in known}


def remarks(session: Session, numbers: Sequence[str], today: date) -> list[Remark]:
    """What the catalogue says to these numbers, in their order; nothing to those in force. At most two statements.

    A warning: replaced, withdrawn, not yet in force, or known with another nature or with a year. A note: unknown to
    the catalogue, which is never complete, or in force with the day on which another edition takes over.
    """
    roots = set(filter(None, map(standard_root, numbers)))
    if not roots:
        return []
    known = _fetch(session, or_(*_editions(Standard.number, roots)))
    following = {number for each in known.values() for number in each.successors} - known.keys()
    if following:
        known |= _fetch(session, Standard.number.in_(following))
    found = (remark_on(written, known, today) for written in dict.fromkeys(numbers))
    return [remark for remark in found if remark is not None]


def notes(work: Work, content: Mapping[str, Any], definition: Definition) -> list[Note]:
    """What is to be said of the standards that a filing names, at their fields. At most three statements.

    How a number will be spelt, what the catalogue says to it, and with which overseas standards it is usually compared.
    """
    named = {
        field.name: [line.strip() for line in str(content.get(field.name) or "").splitlines() if line.strip()]
        for field in definition.fields.values()
        if field.check is normalise_standard_no
    }
    known = remarks(work.session, [number for numbers in named.values() for number in numbers], work.today)
    by_number = {remark.subject: remark for remark in known}
    found = []
    for name, numbers in named.items():
        for number in dict.fromkeys(numbers):
            remark = by_number.get(number) or doubt_about(number, domestic=name == "domestic_standards")
            found += [(name, said) for said in (_respelt(number), remark) if said]
    if "overseas_standards" in named and not named["overseas_standards"]:
        usual = counterparts(work.session, named["domestic_standards"])
        found += [("overseas_standards", _usually(number, others)) for number, others in usual.items()]
    return [Note(definition.step_of(name).name, name, said.message, said.weight) for name, said in found]


def _respelt(number: str) -> Remark | None:
    normal = normalise_standard_no(number)
    if normal == number:
        return None
    text = Message(N_("“%(typed)s”将记为 %(normal)s。"), {"typed": number, "normal": normal})
    return Remark(number, text, Weight.HINT)


def _usually(number: str, others: Iterable[Counterpart]) -> Remark:
    text = N_("%(number)s 通常与这些境外标准对照：%(others)s。")
    args = {"number": number, "others": _BETWEEN.join(other.number for other in others)}
    return Remark(number, Message(text, args), Weight.HINT)


def suggestions(session: Session, text: str, limit: int) -> list[KnownStandard]:
    """Standards that somebody may mean who types this: a part of the number in any spelling, or of the title.

    The number itself comes first, then its other editions, then the rest; what is in force before what is not.
    """
    typed = clean_line(text)
    if not typed:
        return []
    number, root = normalise_standard_no(typed), standard_root(typed)
    same_work = or_(*_editions(Standard.number, {root})) if root else Standard.number == number
    words = [
        or_(Standard.number.icontains(word, autoescape=True), Standard.title.icontains(word, autoescape=True))
        for word in fold(typed).split()
    ]
    nearness = case((Standard.number == number, 0), (same_work, 1), else_=2)
    in_force_first = case((Standard.status == StandardStatus.IN_FORCE, 0), else_=1)
    rows = session.scalars(
        select(Standard)
        .where(or_(Standard.number.icontains(number, autoescape=True), same_work, and_(*words)))
        .order_by(nearness, in_force_first, Standard.number)
        .limit(limit)
    )
    return [_known(row) for row in rows]


def counterparts(session: Session, numbers: Iterable[str]) -> dict[str, list[Counterpart]]:
    """The overseas standards that these are usually compared with, by number as it was written. One statement.

    Where nothing is known of the edition itself, the newest edition of which something is known stands in.
    """
    wanted = {written: base_standard_no(written) for written in numbers}
    roots = set(filter(None, map(standard_root, wanted)))
    rows = session.scalars(
        select(StandardPair)
        .where(or_(StandardPair.number.in_(set(wanted.values())), *_editions(StandardPair.number, roots)))
        .order_by(StandardPair.id)
    )
    pairs: dict[str, list[Counterpart]] = {}
    for row in rows:
        found = pairs.setdefault(row.number, [])
        found.extend(Counterpart(number, row.relation) for number in row.overseas.split(_BETWEEN))
    meant = {written: _nearest(number, pairs) for written, number in wanted.items()}
    return {written: pairs[number] for written, number in meant.items() if number is not None}


def _nearest(number: str, known: Iterable[str]) -> str | None:
    numbers = tuple(known)
    return find_standard(number, numbers) or find_standard(standard_root(number), numbers)


def _editions(column: InstrumentedAttribute[str], roots: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions for all editions of these standards, whatever their nature and year."""
    for root in roots:
        code, _, number = root.rpartition(" ")
        for nature in _NATURES:
            edition = f"{code}{nature} {number}"
            yield column == edition
            yield column.startswith(f"{edition}-", autoescape=True)


def _fetch(session: Session, condition: ColumnElement[bool]) -> dict[str, KnownStandard]:
    return {row.number: _known(row) for row in session.scalars(select(Standard).where(condition))}


def _known(row: Standard) -> KnownStandard:
    return KnownStandard(
        number=row.number,
        title=row.title,
        status=StandardStatus(row.status),
        in_force_from=row.in_force_from,
        successors=tuple(row.successor.split(_BETWEEN)) if row.successor else (),
    )
