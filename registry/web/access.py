"""Who may open which endpoint: one table, checked before every view, with nothing open that is not in it.

Which rows a person sees behind an endpoint (own firm, own region × subject) is not decided here but in the
services' queries.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from flask import Flask, abort, request
from flask_security import current_user

from registry.domain.roles import BUREAU_ROLES, ENTERPRISE_ROLES, FILING_ROLES, Role
from registry.web import kept
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


class Access(Enum):
    """Who is let in."""

    PUBLIC = "public"  # Everybody; the page knows no visitor, sets no cookie and may be kept by shared caches.
    VISITOR = "visitor"  # Everybody, but the page knows the session: signing in, registering.
    SIGNED_IN = "signed_in"
    ENTERPRISE = "enterprise"  # Any seat at a firm.
    FILER = "filer"  # A seat at a firm that may file.
    BUREAU = "bureau"  # Any post at an office.
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    NOBODY = "nobody"  # Views that a library brings along and the registry does not use.


ROLES: Final[dict[Access, frozenset[Role]]] = {
    Access.ENTERPRISE: ENTERPRISE_ROLES,
    Access.FILER: FILING_ROLES,
    Access.BUREAU: BUREAU_ROLES,
    Access.REVIEWER: frozenset({Role.REVIEWER}),
    Access.SUPERVISOR: frozenset({Role.SUPERVISOR}),
}

RULES: Final[dict[str, Access]] = {
    "static": Access.PUBLIC,
    "public.home": Access.PUBLIC,
    "public.verify": Access.PUBLIC,
    "public.certificate": Access.PUBLIC,
    "public.certificate_document": Access.PUBLIC,
    "public.certificate_picture": Access.PUBLIC,
    "public.directory": Access.PUBLIC,
    "public.about": Access.PUBLIC,
    "health.alive": Access.PUBLIC,
    "health.ready": Access.PUBLIC,
    "security.login": Access.VISITOR,
    "security.logout": Access.SIGNED_IN,
    "security.static": Access.NOBODY,
    "security.verify": Access.NOBODY,
    "account.register": Access.VISITOR,
    "account.desk": Access.SIGNED_IN,
    "account.kept_form": Access.SIGNED_IN,
    "enterprise.dashboard": Access.ENTERPRISE,
    "enterprise.profile": Access.ENTERPRISE,
    "enterprise.change_profile": Access.FILER,
    "enterprise.products": Access.ENTERPRISE,
    "enterprise.product": Access.ENTERPRISE,
    "enterprise.add_product": Access.FILER,
    "enterprise.change_product": Access.FILER,
    "enterprise.product_pictures": Access.FILER,
    "enterprise.product_picture": Access.ENTERPRISE,
    "enterprise.remove_product_picture": Access.FILER,
    "enterprise.evidence": Access.ENTERPRISE,
    "enterprise.declarations": Access.ENTERPRISE,
    "enterprise.start_declaration": Access.FILER,
    "enterprise.declaration": Access.ENTERPRISE,
    "enterprise.edit_declaration": Access.FILER,
    "enterprise.check_declaration": Access.FILER,
    "enterprise.withdraw_declaration": Access.FILER,
    "enterprise.certificates": Access.ENTERPRISE,
    "enterprise.certificate": Access.ENTERPRISE,
    "enterprise.withdraw_certificate": Access.FILER,
    "enterprise.replace_certificate": Access.FILER,
    "evidence.file": Access.SIGNED_IN,
    "review.queue": Access.REVIEWER,
    "review.case": Access.BUREAU,
    "review.case_picture": Access.BUREAU,
    "bureau.certificates": Access.BUREAU,
    "bureau.certificate": Access.BUREAU,
    "bureau.change_certificate": Access.SUPERVISOR,
}


def access_of(endpoint: str | None) -> Access | None:
    """The rule for an endpoint; None for an unknown address, or an endpoint nobody has listed."""
    return RULES.get(endpoint or "")


def is_public(endpoint: str | None) -> bool:
    """Whether the page knows no visitor."""
    return endpoint is None or access_of(endpoint) is Access.PUBLIC


def guard() -> ResponseReturnValue | None:
    """Let the visitor in, send the visitor to sign in, or refuse."""
    if request.endpoint is None:
        return None  # No such address: routing answers 404 or 405.
    rule = access_of(request.endpoint)
    if rule in {None, Access.NOBODY}:
        abort(403)
    if rule in {Access.PUBLIC, Access.VISITOR}:
        return None
    if not current_user.is_authenticated:
        return kept.sign_in_first()
    if rule in ROLES and not current_work().actor.has(ROLES[rule]):
        abort(403)
    return None


def init_app(app: Flask) -> None:
    """Guard every request, before the CSRF check: a form whose session has ended is kept, not thrown away."""
    app.before_request(guard)
