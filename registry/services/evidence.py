"""The evidence library of a firm: each file once, read only by those who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, and_, case, cast, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from registry.domain.errors import InvalidFields, NotFound, StaleRevision
from registry.domain.evidence import EXPIRES_SOON, Standing, columns_of, facts_of, kind_named, number_key
from registry.domain.filenames import display_name
from registry.domain.filings import DEFINITIONS
from registry.domain.messages import N_, Message
from registry.domain.requirements import row_numbers
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES
from registry.domain.text import clean_line
from registry.domain.workflow import Status
from registry.models import Evidence, Filing, FilingProduct, filing_evidence
from registry.services import audit, enterprises, files, scope
from registry.services.constraints import add_once
from registry.services.locking import lock
from registry.services.paging import PER_PAGE, Page, paginate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from sqlalchemy import ColumnElement

    from registry.domain.requirements import Field
    from registry.domain.roles import Role
    from registry.models import Enterprise, StoredFile
    from registry.services.work import Work


def add(work: Work, path: Path, name: str, *, kind: str, facts: Mapping[str, Any] | None = None) -> Evidence:
    """Put a file into the library of the actor's firm; the same file again gives the same piece of evidence.

    Args:
        work: who acts.
        path: where the file lies.
        name: the name it came with.
        kind: what it is, see `domain.evidence.KINDS`.
        facts: what the firm says of it, as typed; None: that comes later.

    Raises:
        KeyError: there is no such kind.
        InvalidFields: facts are missing or wrong; nothing is kept.
        RefusedFile: the file is none that is accepted; the message says why and what to do.
        StorageFull: there is no room.
    """
    return add_or_find(work, path, name, kind=kind, facts=facts)[0]


def add_or_find(
    work: Work, path: Path, name: str, *, kind: str, facts: Mapping[str, Any] | None = None
) -> tuple[Evidence, bool]:
    """As `add`, and whether the file is new to the library.

    Of one that is not, known facts stay as they are; one that was not used any more is used again.
    """
    enterprise = enterprises.own(work, to_file=True)
    known = kind_named(kind)
    columns = columns_of(known, facts, work.today) if facts is not None else {}
    return _add(work, enterprise, files.keep_upload(work, path), name, kind=kind, columns=columns)


def add_made(work: Work, stored: StoredFile, name: str, *, kind: str, facts: Mapping[str, Any]) -> Evidence:
    """As `add`, of a file that is in the store already, since the registry made it itself."""
    enterprise = enterprises.own(work, to_file=True)
    columns = columns_of(kind_named(kind), facts, work.today)
    return _add(work, enterprise, stored, name, kind=kind, columns=columns)[0]


def _add(
    work: Work, enterprise: Enterprise, stored: StoredFile, name: str, *, kind: str, columns: Mapping[str, Any]
) -> tuple[Evidence, bool]:
    same = select(Evidence).where(
        Evidence.enterprise_id == enterprise.id, Evidence.file_id == stored.id, Evidence.kind == kind
    )
    known = work.session.scalar(same)
    if known is not None:
        if not known.number:
            _fill(work, known, columns)
        if known.retired_at is not None:
            _set_retired(work, known, retired=False)
        return known, False
    evidence = Evidence(
        enterprise_id=enterprise.id,
        file=stored,
        kind=kind,
        file_name=display_name(name, stored.media_type),
        uploaded_by_id=work.actor.user_id,
        created_at=work.now,
        **columns,
    )
    if not add_once(work.session, evidence, "uq_evidence_enterprise_id_file_id_kind"):
        return work.session.scalars(same).one(), False
    audit.record(work, "enterprise:evidence:add", evidence.id, kind=kind, sha256=stored.sha256)
    return evidence, True


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for in a firm's library."""

    text: str = ""  # A part of the number, the issuer or the file's name.
    kind: str = ""
    standing: Standing | None = None  # None: all that is in use.
    page: int = 1


def find_own(work: Work, query: Query) -> Page[Evidence]:
    """One page of the evidence of the actor's firms, the newest first."""
    conditions = [_own(work), _stands(query.standing, work.today) if query.standing else Evidence.retired_at.is_(None)]
    if query.kind:
        conditions.append(Evidence.kind == query.kind)
    text = clean_line(query.text)
    if text:
        conditions.append(
            or_(
                Evidence.number_key.contains(number_key(text), autoescape=True),
                Evidence.issuer.icontains(text, autoescape=True),
                Evidence.file_name.icontains(text, autoescape=True),
            )
        )
    statement = select(Evidence).where(*conditions).order_by(Evidence.id.desc())
    return paginate(work.session, statement, query.page, joinedload(Evidence.file))


def count_own(work: Work) -> dict[tuple[str, Standing], int]:
    """How many pieces of evidence the actor's firms have, by kind and by how they stand today."""
    standing = case(*((_stands(each, work.today), each.value) for each in Standing), else_=Standing.VALID.value)
    rows = work.session.execute(
        select(Evidence.kind, standing, func.count()).where(_own(work)).group_by(Evidence.kind, standing)
    )
    return {(kind, Standing(stands)): count for kind, stands, count in rows}


def get_own(work: Work, evidence_id: int, *, to_change: bool = False) -> Evidence:
    """One piece of evidence of the actor's firms.

    Raises:
        NotFound: there is none, or it is another firm's.
    """
    evidence = work.session.scalar(
        select(Evidence)
        .where(Evidence.id == evidence_id, _own(work, FILING_ROLES if to_change else ENTERPRISE_ROLES))
        .options(joinedload(Evidence.file))
    )
    if evidence is None:
        raise NotFound
    return evidence


def change(work: Work, evidence_id: int, facts: Mapping[str, Any], *, revision: int) -> Evidence:
    """Change what the firm says of a piece of evidence. What was submitted keeps what it was submitted with.

    Raises:
        InvalidFields: facts are missing or wrong.
        StaleRevision: somebody else changed it since the form was shown.
    """
    evidence = _locked(work, evidence_id, revision)
    _fill(work, evidence, columns_of(kind_named(evidence.kind), facts, work.today))
    return evidence


def replace(
    work: Work, evidence_id: int, path: Path, name: str, facts: Mapping[str, Any], *, revision: int
) -> tuple[Evidence, bool]:
    """Put a newer file in the place of a piece of evidence, which stays for the filings that it was submitted with.

    Returns the newer piece, and whether its file is new to the library: of one that is not, known facts stay.

    Drafts that name the old piece name the new one from now on; for corrections see `services/evidence_replacing.py`.

    Raises:
        InvalidFields: facts are missing or wrong, or the file is the same.
        RefusedFile, StorageFull: as for adding.
        StaleRevision: somebody else changed the old piece since the form was shown.
    """
    old = _locked(work, evidence_id, revision)
    new, is_new = add_or_find(work, path, name, kind=old.kind, facts=facts)
    if new is old:
        raise InvalidFields({"file": Message(N_("这就是现有的文件，请选择新的文件。"))})
    _set_retired(work, old, retired=True)
    for draft in naming(work, old, {Status.DRAFT}):
        exchange(draft, old, new, DEFINITIONS[draft.kind].evidence_fields)
    work.session.flush()
    return new, is_new


def exchange(filing: Filing, old: Evidence, new: Evidence, fields: Iterable[str]) -> None:
    """Let these fields of a filing name the new piece in the place of the old one."""
    names = [name for name in fields if _names(filing, name, old)]
    filing.content = filing.content | {name: _exchanged(filing.content[name], old, new) for name in names}


def set_retired(work: Work, evidence_id: int, *, retired: bool) -> Evidence:
    """Take a piece of evidence off the lists to choose from, or put it back. Nothing is deleted."""
    evidence = get_own(work, evidence_id, to_change=True)
    lock(work.session, evidence)
    if retired is (evidence.retired_at is None):
        _set_retired(work, evidence, retired=retired)
    return evidence


def filings_with(work: Work, evidence: Evidence) -> Page[Filing]:
    """The newest filings submitted with a piece of evidence, or with the firm and naming it, and how many there are."""
    linked = select(filing_evidence.c.filing_id).where(filing_evidence.c.evidence_id == evidence.id)
    content = select(Filing.id, Filing.kind, Filing.content).where(
        Filing.enterprise_id == evidence.enterprise_id, Filing.status.in_(_WITH_FIRM), _mentions(evidence)
    )
    numbers = set(work.session.scalars(linked))
    for number, kind, typed in work.session.execute(content):
        if any(str(evidence.id) in (typed.get(name) or []) for name in DEFINITIONS[kind].evidence_fields):
            numbers.add(number)
    newest = sorted(numbers, reverse=True)[:PER_PAGE]
    rows = work.session.scalars(
        select(Filing).where(Filing.id.in_(newest)).options(*_TITLES).order_by(Filing.id.desc())
    ).all()
    return Page(rows, 1, len(numbers))


def same_number(work: Work, evidence: Evidence) -> list[Evidence]:
    """Other pieces in use of the same kind and firm with the same number: perhaps the same paper, scanned twice."""
    if not evidence.number_key:
        return []
    return list(
        work.session.scalars(
            select(Evidence)
            .where(
                Evidence.enterprise_id == evidence.enterprise_id,
                Evidence.kind == evidence.kind,
                Evidence.number_key == evidence.number_key,
                Evidence.id != evidence.id,
                Evidence.retired_at.is_(None),
            )
            .options(joinedload(Evidence.file))
            .order_by(Evidence.id)
        )
    )


def as_form(evidence: Evidence) -> dict[str, str]:
    """What is known of a piece of evidence, as the form of its kind wants it."""
    return facts_of(kind_named(evidence.kind), evidence)


def read(work: Work, evidence_id: int) -> Evidence:
    """A piece of evidence the actor may read: the firm's own, or linked to a case within the actor's scope.

    Raises:
        NotFound: there is none, or the actor may not know that there is.
    """
    in_scope = (
        select(filing_evidence.c.evidence_id)
        .join(Filing, Filing.id == filing_evidence.c.filing_id)
        .where(scope.reviewable(work.actor))
    )
    evidence = work.session.scalar(
        select(Evidence)
        .where(
            Evidence.id == evidence_id,
            or_(Evidence.enterprise_id.in_(work.actor.enterprise_ids()), Evidence.id.in_(in_scope)),
        )
        .options(joinedload(Evidence.file))
    )
    if evidence is None:
        raise NotFound
    return evidence


def own_ids(work: Work, enterprise_id: int, kind: str) -> frozenset[str]:
    """The numbers of a firm's pieces of evidence of one kind, as forms carry them."""
    ids = work.session.scalars(
        select(Evidence.id).where(Evidence.enterprise_id == enterprise_id, Evidence.kind == kind)
    )
    return frozenset(str(number) for number in ids)


def to_choose(work: Work, filing: Filing, field: Field) -> list[Evidence]:
    """What a filing's field offers: the firm's evidence of its kind that is in use, and what is chosen already."""
    chosen = row_numbers(filing.content.get(field.name) or [])
    return list(
        work.session.scalars(
            select(Evidence)
            .where(
                Evidence.enterprise_id == filing.enterprise_id,
                Evidence.kind == field.evidence_kind,
                or_(Evidence.retired_at.is_(None), Evidence.id.in_(chosen)),
            )
            .options(joinedload(Evidence.file))
            .order_by(Evidence.id.desc())
        )
    )


def in_use(work: Work, enterprise_id: int, kind: str) -> list[Evidence]:
    """A firm's evidence of one kind that is offered in filings, the newest first."""
    return list(
        work.session.scalars(
            select(Evidence)
            .where(Evidence.enterprise_id == enterprise_id, Evidence.kind == kind, Evidence.retired_at.is_(None))
            .order_by(Evidence.id.desc())
        )
    )


def label(found: Evidence) -> str:
    """What a piece of evidence is called in a list to choose from: number, who issued it, when."""
    parts = (found.number or found.file_name, found.issuer, str(found.issued_on or ""))
    return " · ".join(part for part in parts if part)


def of_content(work: Work, filing: Filing) -> list[Evidence]:
    """The pieces of evidence that a filing's content names, in no particular order."""
    fields = DEFINITIONS[filing.kind].evidence_fields
    named = {number for name in fields for number in filing.content.get(name) or []}
    return list(by_ids(work, named, filing.enterprise_id).values())


def by_ids(work: Work, ids: Iterable[str], enterprise_id: int) -> dict[str, Evidence]:
    """Those of a firm's pieces of evidence that have these numbers."""
    found = work.session.scalars(
        select(Evidence)
        .where(Evidence.enterprise_id == enterprise_id, Evidence.id.in_(row_numbers(ids)))
        .options(joinedload(Evidence.file))
    )
    return {str(evidence.id): evidence for evidence in found}


def _fill(work: Work, evidence: Evidence, columns: Mapping[str, Any]) -> None:
    """Write checked facts into a row, and note which of them are new."""
    changed = [name for name, value in columns.items() if getattr(evidence, name) != value]
    for name in changed:
        setattr(evidence, name, columns[name])
    if changed:
        work.session.flush()
        audit.record(work, "enterprise:evidence:change", evidence.id, fields=changed)


_TITLES: Final = (selectinload(Filing.objects).joinedload(FilingProduct.product),)
_WITH_FIRM: Final = frozenset({Status.DRAFT, Status.RETURNED})


def _own(work: Work, roles: frozenset[Role] = ENTERPRISE_ROLES) -> ColumnElement[bool]:
    return Evidence.enterprise_id.in_(work.actor.enterprise_ids(roles))


def _stands(standing: Standing, today: date) -> ColumnElement[bool]:
    """As `domain.evidence.standing_of`, for the database."""
    if standing is Standing.RETIRED:
        return Evidence.retired_at.is_not(None)
    last = Evidence.expires_on
    dates = {
        Standing.VALID: or_(last.is_(None), last > today + EXPIRES_SOON),
        Standing.EXPIRING: last.between(today, today + EXPIRES_SOON),
        Standing.EXPIRED: last < today,
    }
    return and_(Evidence.retired_at.is_(None), dates[standing])


def _locked(work: Work, evidence_id: int, revision: int) -> Evidence:
    evidence = get_own(work, evidence_id, to_change=True)
    lock(work.session, evidence)
    if evidence.revision != revision:
        raise StaleRevision
    return evidence


def _set_retired(work: Work, evidence: Evidence, *, retired: bool) -> None:
    evidence.retired_at = work.now if retired else None
    work.session.flush()
    audit.record(work, _RETIRE if retired else _RESTORE, evidence.id)


def naming(work: Work, evidence: Evidence, statuses: Collection[Status]) -> list[Filing]:
    """Filings of the firm that name a piece of evidence: what was typed is one document, so each is looked into."""
    found = work.session.scalars(
        select(Filing)
        .where(Filing.enterprise_id == evidence.enterprise_id, Filing.status.in_(statuses), _mentions(evidence))
        .options(*_TITLES)
    )
    return [
        filing
        for filing in found
        if any(_names(filing, name, evidence) for name in DEFINITIONS[filing.kind].evidence_fields)
    ]


def _mentions(evidence: Evidence) -> ColumnElement[bool]:
    """Whether a piece's number stands anywhere in what was typed: a first look, in which the database needs no help."""
    return cast(Filing.content, Text).contains(f'"{evidence.id}"')


def _names(filing: Filing, field: str, evidence: Evidence) -> bool:
    return str(evidence.id) in (filing.content.get(field) or [])


def _exchanged(numbers: list[str], old: Evidence, new: Evidence) -> list[str]:
    """The numbers with the new one in the old one's place, once."""
    return list(dict.fromkeys(str(new.id) if number == str(old.id) else number for number in numbers))


_RETIRE: Final = "enterprise:evidence:retire"
_RESTORE: Final = "enterprise:evidence:restore"
