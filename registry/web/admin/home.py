"""What an administrator's duties are, and what belongs to the other two."""

from __future__ import annotations

from typing import Final

from flask import render_template

from registry.domain.administration import DUTIES, DUTY_LABELS, Duty
from registry.domain.roles import ADMIN_ROLES, ROLE_LABELS, Role
from registry.web.admin.blueprint import blueprint
from registry.web.work import current_work

# Where each duty is done.
_PAGES: Final = {
    Duty.SEE_STAFF: "admin.staff",
    Duty.ADD_STAFF: "admin.add_staff",
    Duty.BUREAUS: "admin.bureaus",
    Duty.CERTIFICATION_BODIES: "admin.certification_bodies",
    Duty.GIVE_POSTS: "admin.proposals",
    Duty.ACCOUNTS: "admin.staff",
    Duty.READ_TRAIL: "audit.trail",
}


@blueprint.get("/")
def home() -> str:
    """The table of who may do what, with links to one's own part of it."""
    actor = current_work().actor
    return render_template(
        "admin/home.html",
        roles=[(role, ROLE_LABELS[role]) for role in Role if role in ADMIN_ROLES],
        duties=[
            (DUTY_LABELS[duty], DUTIES[duty], _PAGES[duty] if actor.has(DUTIES[duty]) else None)
            for duty in Duty
            if duty in _PAGES
        ],
    )
