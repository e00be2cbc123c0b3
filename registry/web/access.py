"""Who may open which endpoint: one table, checked before every view, with nothing open that is not in it.

Which rows a person sees behind an endpoint (own firm, own region × subject) is not decided here but in the
services' queries.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from flask import Flask, abort, redirect, request, url_for
from flask_security import current_user

from registry.domain.administration import DUTIES, Duty
from registry.domain.roles import BUREAU_ROLES, CASE_ROLES, ENTERPRISE_ROLES, FILING_ROLES, Role
from registry.domain.sign_in import FRESH_FOR_DECISIONS, FRESH_FOR_MEASURES
from registry.web import acting, kept, sessions
from registry.web.work import current_work

if TYPE_CHECKING:
    from datetime import timedelta

    from flask.typing import ResponseReturnValue


class Access(Enum):
    """Who is let in."""

    PUBLIC = "public"  # Everybody; the page knows no visitor, sets no cookie and may be kept by shared caches.
    VISITOR = "visitor"  # Everybody, but the page knows the session: signing in, registering.
    SIGNED_IN = "signed_in"
    ENTERPRISE = "enterprise"  # Any seat at a firm.
    FILER = "filer"  # A seat at a firm that may file.
    OWNER = "owner"  # Whose file the firm's is.
    BUREAU = "bureau"  # Any post at an office.
    CASES = "cases"  # A post at an office that reads cases and certificates.
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    AUDIT_ADMIN = "audit_admin"
    NOBODY = "nobody"  # Views that a library brings along and the registry does not use.


Rule = Access | Duty  # What administrators do is named by their duty; who has which, `domain.administration` says.

ROLES: Final[dict[Access, frozenset[Role]]] = {
    Access.ENTERPRISE: ENTERPRISE_ROLES,
    Access.FILER: FILING_ROLES,
    Access.OWNER: frozenset({Role.OWNER}),
    Access.BUREAU: BUREAU_ROLES,
    Access.REVIEWER: frozenset({Role.REVIEWER}),
    Access.SUPERVISOR: frozenset({Role.SUPERVISOR}),
    Access.AUDIT_ADMIN: DUTIES[Duty.READ_TRAIL],
    Access.CASES: CASE_ROLES,
}

RULES: Final[dict[str, Rule]] = {
    "static": Access.PUBLIC,
    "public.home": Access.PUBLIC,
    "public.verify": Access.PUBLIC,
    "public.certificate": Access.PUBLIC,
    "public.certificate_document": Access.PUBLIC,
    "public.certificate_picture": Access.PUBLIC,
    "public.directory": Access.PUBLIC,
    "public.about": Access.PUBLIC,
    "public.privacy": Access.PUBLIC,
    "public.guides": Access.PUBLIC,
    "public.guide": Access.PUBLIC,
    "public.guide_fields": Access.PUBLIC,
    "health.alive": Access.PUBLIC,
    "health.ready": Access.PUBLIC,
    "demonstration.overview": Access.VISITOR,
    "security.login": Access.VISITOR,
    "security.second_factor": Access.VISITOR,
    "security.passkey_login": Access.VISITOR,
    "security.begin_oidc": Access.VISITOR,
    "security.return_from_oidc": Access.VISITOR,
    "security.finish_oidc": Access.VISITOR,
    "security.reset": Access.VISITOR,
    "security.new_password": Access.VISITOR,
    "security.logout": Access.SIGNED_IN,
    "security.confirm": Access.SIGNED_IN,
    "security.confirm_by_passkey": Access.SIGNED_IN,
    "security.sessions": Access.SIGNED_IN,
    "security.end_session": Access.SIGNED_IN,
    "security.end_other_sessions": Access.SIGNED_IN,
    "security.change_password": Access.SIGNED_IN,
    "security.second_factors_page": Access.SIGNED_IN,
    "security.set_up_app": Access.SIGNED_IN,
    "security.remove_app": Access.SIGNED_IN,
    "security.recovery_codes": Access.SIGNED_IN,
    "security.ask_passkey": Access.SIGNED_IN,
    "security.add_passkey": Access.SIGNED_IN,
    "security.remove_passkey": Access.SIGNED_IN,
    "security.link_identity": Access.SIGNED_IN,
    "security.unlink_identity": Access.SIGNED_IN,
    "account.register": Access.VISITOR,
    "account.registration_sent": Access.VISITOR,
    "account.confirm_registration": Access.VISITOR,
    "account.invitation": Access.VISITOR,
    "account.act_for": Access.SIGNED_IN,
    "account.desk": Access.SIGNED_IN,
    "account.kept_form": Access.SIGNED_IN,
    "account.profile": Access.SIGNED_IN,
    "account.change_address": Access.SIGNED_IN,
    "account.confirm_address": Access.SIGNED_IN,
    "account.download_data": Access.SIGNED_IN,
    "account.close": Access.SIGNED_IN,
    "enterprise.register": Access.SIGNED_IN,
    "enterprise.authorisation": Access.SIGNED_IN,
    "enterprise.known": Access.SIGNED_IN,
    "enterprise.ask_to_join": Access.SIGNED_IN,
    "enterprise.dispute": Access.SIGNED_IN,
    "enterprise.requests": Access.SIGNED_IN,
    "enterprise.withdraw_claim": Access.SIGNED_IN,
    "enterprise.dashboard": Access.ENTERPRISE,
    "enterprise.verify": Access.OWNER,
    "enterprise.change_licence": Access.OWNER,
    "enterprise.members": Access.ENTERPRISE,
    "enterprise.invite": Access.OWNER,
    "enterprise.resend_invitation": Access.OWNER,
    "enterprise.revoke_invitation": Access.OWNER,
    "enterprise.answer_request": Access.OWNER,
    "enterprise.change_role": Access.OWNER,
    "enterprise.remove_member": Access.OWNER,
    "enterprise.hand_over": Access.OWNER,
    "enterprise.leave": Access.ENTERPRISE,
    "enterprise.profile": Access.ENTERPRISE,
    "enterprise.change_profile": Access.FILER,
    "enterprise.products": Access.ENTERPRISE,
    "enterprise.product": Access.ENTERPRISE,
    "enterprise.add_product": Access.FILER,
    "enterprise.change_product": Access.FILER,
    "enterprise.product_pictures": Access.FILER,
    "enterprise.product_picture": Access.ENTERPRISE,
    "enterprise.remove_product_picture": Access.FILER,
    "enterprise.crop_product_picture": Access.FILER,
    "enterprise.move_product_picture": Access.FILER,
    "enterprise.retire_product": Access.FILER,
    "enterprise.dossier": Access.ENTERPRISE,
    "enterprise.factories": Access.ENTERPRISE,
    "enterprise.add_factory": Access.FILER,
    "enterprise.change_factory": Access.FILER,
    "enterprise.retire_factory": Access.FILER,
    "enterprise.add_line": Access.FILER,
    "enterprise.change_line": Access.FILER,
    "enterprise.retire_line": Access.FILER,
    "enterprise.evidence": Access.ENTERPRISE,
    "enterprise.add_evidence": Access.FILER,
    "enterprise.evidence_piece": Access.ENTERPRISE,
    "enterprise.change_evidence": Access.FILER,
    "enterprise.replace_evidence": Access.FILER,
    "enterprise.retire_evidence": Access.FILER,
    "enterprise.trade": Access.ENTERPRISE,
    "enterprise.change_trade": Access.FILER,
    "enterprise.filings": Access.ENTERPRISE,
    "enterprise.start_filing": Access.FILER,
    "enterprise.filing": Access.ENTERPRISE,
    "enterprise.declaration": Access.ENTERPRISE,
    "enterprise.edit_filing": Access.FILER,
    "enterprise.check_filing": Access.FILER,
    "enterprise.sign_filing": Access.FILER,
    "enterprise.standards": Access.FILER,
    "enterprise.certification_bodies": Access.FILER,
    "enterprise.imports": Access.ENTERPRISE,
    "enterprise.bulk_import": Access.ENTERPRISE,
    "enterprise.import_remarks": Access.ENTERPRISE,
    "enterprise.import_template": Access.FILER,
    "enterprise.upload_import": Access.FILER,
    "enterprise.start_import": Access.FILER,
    "enterprise.cancel_import": Access.FILER,
    "enterprise.declaration_paper": Access.ENTERPRISE,
    "enterprise.signed_paper": Access.ENTERPRISE,
    "enterprise.withdraw_filing": Access.FILER,
    "enterprise.print_filing": Access.ENTERPRISE,
    "enterprise.filing_picture": Access.ENTERPRISE,
    "enterprise.write_message": Access.FILER,
    "enterprise.certificates": Access.ENTERPRISE,
    "enterprise.certificate": Access.ENTERPRISE,
    "enterprise.withdraw_certificate": Access.FILER,
    "enterprise.replace_certificate": Access.FILER,
    "evidence.file": Access.SIGNED_IN,
    "review.queue": Access.REVIEWER,
    "review.case": Access.CASES,
    "review.claim_case": Access.REVIEWER,
    "review.release_case": Access.REVIEWER,
    "review.write_message": Access.REVIEWER,
    "review.case_picture": Access.CASES,
    "review.print_case": Access.CASES,
    "review.case_paper": Access.CASES,
    "review.look_up": Access.REVIEWER,
    "review.screenshot": Access.CASES,
    "review.case_contact": Access.CASES,
    "bureau.claims": Access.REVIEWER,
    "bureau.claim": Access.REVIEWER,
    "bureau.claim_paper": Access.REVIEWER,
    "audit.trail": Access.AUDIT_ADMIN,
    "audit.people": Access.AUDIT_ADMIN,
    "audit.export": Access.AUDIT_ADMIN,
    "audit.check": Access.AUDIT_ADMIN,
    "bureau.certificates": Access.CASES,
    "bureau.certificate": Access.CASES,
    "bureau.change_certificate": Access.SUPERVISOR,
    "account.absence": Access.BUREAU,
    "account.arrange_absence": Access.BUREAU,
    "account.recall_stand_in": Access.BUREAU,
    "admin.home": Duty.HOME,
    "admin.staff": Duty.SEE_STAFF,
    "admin.person": Duty.SEE_STAFF,
    "admin.add_staff": Duty.ADD_STAFF,
    "admin.invite_again": Duty.ADD_STAFF,
    "admin.admit": Duty.ADD_STAFF,
    "admin.import_staff": Duty.ADD_STAFF,
    "admin.import_template": Duty.ADD_STAFF,
    "admin.bureaus": Duty.BUREAUS,
    "admin.add_bureau": Duty.BUREAUS,
    "admin.change_bureau": Duty.BUREAUS,
    "admin.certification_bodies": Duty.CERTIFICATION_BODIES,
    "admin.certification_body": Duty.CERTIFICATION_BODIES,
    "admin.add_certification_body": Duty.CERTIFICATION_BODIES,
    "admin.change_certification_body": Duty.CERTIFICATION_BODIES,
    "admin.change_certification_body_state": Duty.CERTIFICATION_BODIES,
    "admin.change_certification_body_scopes": Duty.CERTIFICATION_BODIES,
    "admin.import_certification_bodies": Duty.CERTIFICATION_BODIES,
    "admin.certification_body_template": Duty.CERTIFICATION_BODIES,
    "admin.give_post": Duty.GIVE_POSTS,
    "admin.end_post": Duty.GIVE_POSTS,
    "admin.proposals": Duty.GIVE_POSTS,
    "admin.deactivate": Duty.ACCOUNTS,
    "admin.reactivate": Duty.ACCOUNTS,
    "admin.unlock": Duty.ACCOUNTS,
    "admin.reset_factors": Duty.ACCOUNTS,
    "admin.end_sessions": Duty.ACCOUNTS,
}

# What staff may open who have not shown a second factor: the pages to set one up, the way out, and those for
# visitors that do nothing in the name of whoever is signed in.
SETTING_UP: Final = frozenset(
    {
        "security.second_factors_page",
        "security.set_up_app",
        "security.ask_passkey",
        "security.add_passkey",
        "security.confirm",
        "security.confirm_by_passkey",
        "security.logout",
        "security.login",
        "security.second_factor",
        "security.passkey_login",
        "security.begin_oidc",
        "security.return_from_oidc",
        "security.finish_oidc",
        "security.reset",
        "security.new_password",
        "demonstration.overview",
    }
)

# What is done only by somebody who has proved to be there within that time; what was typed waits meanwhile.
FRESH: Final[dict[str, timedelta]] = {
    "review.case": FRESH_FOR_DECISIONS,
    "bureau.claim": FRESH_FOR_DECISIONS,
    "enterprise.invite": FRESH_FOR_MEASURES,
    "enterprise.resend_invitation": FRESH_FOR_MEASURES,
    "enterprise.answer_request": FRESH_FOR_MEASURES,
    "enterprise.change_role": FRESH_FOR_MEASURES,
    "enterprise.remove_member": FRESH_FOR_MEASURES,
    "enterprise.hand_over": FRESH_FOR_MEASURES,
    "admin.give_post": FRESH_FOR_MEASURES,
    "admin.end_post": FRESH_FOR_MEASURES,
    "admin.proposals": FRESH_FOR_MEASURES,
    "admin.add_staff": FRESH_FOR_MEASURES,
    "admin.admit": FRESH_FOR_MEASURES,
    "admin.unlock": FRESH_FOR_MEASURES,
    "admin.end_sessions": FRESH_FOR_MEASURES,
    "admin.deactivate": FRESH_FOR_MEASURES,
    "admin.reactivate": FRESH_FOR_MEASURES,
    "admin.reset_factors": FRESH_FOR_MEASURES,
    "bureau.change_certificate": FRESH_FOR_MEASURES,
    "audit.export": FRESH_FOR_MEASURES,
    "account.change_address": FRESH_FOR_MEASURES,
    "account.download_data": FRESH_FOR_MEASURES,
    "account.close": FRESH_FOR_MEASURES,
    "security.change_password": FRESH_FOR_MEASURES,
    "security.set_up_app": FRESH_FOR_MEASURES,
    "security.remove_app": FRESH_FOR_MEASURES,
    "security.recovery_codes": FRESH_FOR_MEASURES,
    "security.ask_passkey": FRESH_FOR_MEASURES,
    "security.remove_passkey": FRESH_FOR_MEASURES,
    "security.link_identity": FRESH_FOR_MEASURES,
    "security.unlink_identity": FRESH_FOR_MEASURES,
    "account.profile": FRESH_FOR_MEASURES,  # By the telephone number an administrator recognises people.
}

# Without a second factor, the old password is asked for on the page itself; and since passwords are never kept, whoever
# has one confirms before the page is shown.
ASKS_FOR_THE_PASSWORD: Final = frozenset({"security.change_password"})


def access_of(endpoint: str | None) -> Rule | None:
    """The rule for an endpoint; None for an unknown address, or an endpoint nobody has listed."""
    return RULES.get(endpoint or "")


def roles_of(rule: Rule | None) -> frozenset[Role] | None:
    """Who is let in by a rule that asks for a role; None where it asks for none."""
    return DUTIES[rule] if isinstance(rule, Duty) else ROLES.get(rule) if rule else None


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
    if rule is Access.PUBLIC or (rule is Access.VISITOR and not current_user.is_authenticated):
        return None
    if not current_user.is_authenticated:
        return kept.sign_in_first()
    if sessions.is_attended():
        sessions.touch()
    if request.endpoint not in SETTING_UP and sessions.is_halfway():
        return redirect(url_for("security.second_factors_page"))
    return None if rule is Access.VISITOR else _guard_actor(rule)


def _guard_actor(rule: Rule | None) -> ResponseReturnValue | None:
    """Refuse who acts without the role, or in another firm's name, or has not proved to be there for too long."""
    acting.refuse_forms_of_others(current_work().actor)
    roles = roles_of(rule)
    if roles is not None and not current_work().actor.has(roles):
        abort(403)
    return _confirm_first(request.endpoint or "")


def _confirm_first(endpoint: str) -> ResponseReturnValue | None:
    """Ask who has not proved to be there for too long; None where that is not needed."""
    limit = FRESH.get(endpoint)
    if limit is None or sessions.is_fresh(limit):
        return None
    if endpoint in ASKS_FOR_THE_PASSWORD:
        return kept.confirm_first(keeps=False) if sessions.is_protected() else None
    return kept.confirm_first() if request.method == "POST" else None


def init_app(app: Flask) -> None:
    """Guard every request, before the CSRF check: a form whose session has ended is kept, not thrown away."""
    app.before_request(guard)
