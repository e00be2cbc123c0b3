"""Tidying: what was kept for a while goes when its time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from registry.domain import retention
from registry.models import BulkImport, BulkRow, Claim, Invitation, Job, JoinRequest, KeptForm, SignIn, SignInFailure
from registry.services import expiry, files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from registry.services.work import Work


def tidy(work: Work) -> None:
    """Delete what `domain.retention` says is kept no longer. Failed jobs stay to be looked at."""
    now = work.now
    done = Job.status == "done"
    ended = func.coalesce(SignIn.ended_at, SignIn.expires_at)
    closed = func.coalesce(Invitation.accepted_at, Invitation.revoked_at, Invitation.expires_at)
    for model, condition in (
        (KeptForm, KeptForm.kept_at < now - retention.KEPT_FORMS),
        (Job, done & (Job.kind != expiry.ANNOUNCED) & (Job.finished_at < now - retention.SENT_LETTERS)),
        (Job, done & (Job.kind == expiry.ANNOUNCED) & (Job.finished_at < now - retention.ANNOUNCEMENTS)),
        (SignInFailure, SignInFailure.last_at < now - retention.FAILED_SIGN_INS),
        (SignIn, ended < now - retention.SIGN_INS),
        (Invitation, closed < now - retention.INVITATIONS),
        (JoinRequest, JoinRequest.answered_at < now - retention.JOIN_REQUESTS),
    ):
        work.session.execute(delete(model).where(condition))
    _forget_refused_claims(work)
    _forget_bulk_imports(work)
    files.remove_unknown(work)


def _forget_refused_claims(work: Work) -> None:
    """The papers go with the claim, unless they are evidence of something else as well."""
    refused = Claim.status.in_(["refused", "withdrawn"]) & (Claim.decided_at < work.now - retention.REFUSED_CLAIMS)
    papers = work.session.execute(delete(Claim).where(refused).returning(Claim.licence_id, Claim.letter_id)).all()
    _forget_files(work, papers)


def _forget_bulk_imports(work: Work) -> None:
    """Spreadsheets go with their rows, also those that nobody ever decided on."""
    last = func.coalesce(BulkImport.finished_at, BulkImport.created_at)
    old = last < work.now - retention.BULK_IMPORTS
    work.session.execute(delete(BulkRow).where(BulkRow.bulk_import_id.in_(select(BulkImport.id).where(old))))
    gone = delete(BulkImport).where(old).returning(BulkImport.file_id, BulkImport.remarks_id)
    sheets = work.session.execute(gone).all()
    _forget_files(work, sheets)


def _forget_files(work: Work, rows: Iterable[Sequence[Any]]) -> None:
    """What the columns of these rows refer to goes as well, unless something else needs it."""
    for digest in files.forget_unreferenced(work, {number for row in rows for number in row if number is not None}):
        # Before the commit: should that fail, the row stays, and the next upload of this content brings it back.
        work.store.remove(digest)
