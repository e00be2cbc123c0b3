"""The only writer of the audit trail. A tag reads source:subject:action, and says which details belong to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from registry.models import AuditEvent

if TYPE_CHECKING:
    from registry.services.work import Work

TAGS: Final[dict[str, frozenset[str]]] = {
    "account:user:register": frozenset(),
    "enterprise:enterprise:register": frozenset({"uscc"}),
    "enterprise:enterprise:change": frozenset({"fields"}),
    "enterprise:product:add": frozenset(),
    "enterprise:product:change": frozenset({"fields"}),
    "enterprise:evidence:add": frozenset({"kind", "sha256"}),
    "enterprise:declaration:start": frozenset(),
    "enterprise:filing:submit": frozenset({"revision"}),
    "enterprise:filing:resubmit": frozenset({"revision"}),
    "enterprise:filing:withdraw": frozenset({"revision"}),
    "review:filing:recommend": frozenset({"revision"}),
    "review:filing:approve": frozenset({"revision"}),
    "review:filing:return": frozenset({"revision"}),
    "review:filing:reject": frozenset({"revision"}),
    "review:certificate:issue": frozenset({"number"}),
    "bureau:certificate:suspend": frozenset({"number"}),
    "bureau:certificate:reinstate": frozenset({"number"}),
    "bureau:certificate:revoke": frozenset({"number"}),
    "bureau:certificate:withdraw": frozenset({"number"}),
    "enterprise:certificate:withdraw": frozenset({"number"}),
    "review:certificate:supersede": frozenset({"number"}),
    "worker:certificate:document": frozenset({"number", "sha256"}),
}


def record(work: Work, tag: str, object_id: int | None = None, *, success: bool = True, **payload: Any) -> None:
    """Write one row of the trail into the current transaction.

    Raises:
        ValueError: the tag is unknown, or the details are not exactly those that belong to it.
    """
    if TAGS.get(tag) != payload.keys():
        raise ValueError(f"Audit tag {tag!r} with {sorted(payload)} is not in the table of tags.")
    work.session.add(
        AuditEvent(
            at=work.now,
            tag=tag,
            success=success,
            actor_id=work.visitor.user_id if work.visitor else None,
            object_id=object_id,
            request_id=work.request_id,
            payload=payload,
        )
    )
