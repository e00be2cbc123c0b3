"""The evidence library of a firm: each file once, read only by those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from registry.domain.errors import NotFound
from registry.domain.filenames import display_name
from registry.models import Evidence, Filing, filing_evidence
from registry.services import audit, enterprises, files, scope
from registry.services.constraints import add_once

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from registry.services.work import Work


def add(work: Work, path: Path, name: str, *, kind: str) -> Evidence:
    """Put a file into the library of the actor's firm; the same file again gives the same piece of evidence.

    Raises:
        RefusedFile: the file is none that is accepted; the message says why and what to do.
        StorageFull: there is no room.
    """
    enterprise = enterprises.own(work, to_file=True)
    stored = files.keep_upload(work, path)
    same = select(Evidence).where(
        Evidence.enterprise_id == enterprise.id, Evidence.file_id == stored.id, Evidence.kind == kind
    )
    known = work.session.scalar(same)
    if known is not None:
        return known
    evidence = Evidence(
        enterprise_id=enterprise.id,
        file=stored,
        kind=kind,
        file_name=display_name(name, stored.media_type),
        uploaded_by_id=work.actor.user_id,
        created_at=work.now,
    )
    if not add_once(work.session, evidence, "uq_evidence_enterprise_id_file_id_kind"):
        return work.session.scalars(same).one()
    audit.record(work, "enterprise:evidence:add", evidence.id, kind=kind, sha256=stored.sha256)
    return evidence


def list_own(work: Work) -> list[Evidence]:
    """All evidence of the actor's firms, the newest first."""
    return list(
        work.session.scalars(
            select(Evidence)
            .where(Evidence.enterprise_id.in_(work.actor.enterprise_ids()))
            .options(joinedload(Evidence.file))
            .order_by(Evidence.id.desc())
        )
    )


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


def own_ids(work: Work, enterprise_id: int) -> frozenset[str]:
    """The numbers of a firm's pieces of evidence, as forms carry them."""
    ids = work.session.scalars(select(Evidence.id).where(Evidence.enterprise_id == enterprise_id))
    return frozenset(str(number) for number in ids)


def by_ids(work: Work, ids: Iterable[str], enterprise_id: int) -> dict[str, Evidence]:
    """Those of a firm's pieces of evidence that have these numbers."""
    # What a form sends may be no row number at all, or one that no database can hold.
    numbers = [int(number) for number in own_ids(work, enterprise_id).intersection(ids)]
    found = work.session.scalars(select(Evidence).where(Evidence.id.in_(numbers)).options(joinedload(Evidence.file)))
    return {str(evidence.id): evidence for evidence in found}
