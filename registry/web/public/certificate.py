"""The page a QR code opens, and the document behind it. Their addresses are printed on goods: a promise for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, make_response, redirect, render_template, url_for
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registry.domain.certification import SCHEMES
from registry.domain.codes import read_code
from registry.domain.declaration import COMPARISON_COLUMNS
from registry.domain.product import CATEGORIES
from registry.infrastructure.clock import office_date
from registry.services import verification
from registry.web.incoming import printable
from registry.web.public.blueprint import blueprint
from registry.web.uploads import public_file
from registry.web.work import adapters, public_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.services.verification import IssuedCertificate


@blueprint.get("/c/<typed>")
def certificate(typed: str) -> ResponseReturnValue:
    """Whether this certificate is real and holds now, and what was attested."""
    try:
        return _page(typed)
    except (OperationalError, PoolTimeout):
        return render_template("public/certificate_busy.html"), 503, {"Retry-After": "10"}


@blueprint.get("/c/<typed>.pdf")
def certificate_document(typed: str) -> ResponseReturnValue:
    """The certificate's PDF, as it was issued; the page says whether it still holds."""
    found = _as_issued(typed)
    if not found.document_sha256:
        abort(404)
    return public_file(found.document_sha256, "application/pdf", name=f"{found.number}.pdf")


@blueprint.get("/c/<typed>/picture/<int:number>")
def certificate_picture(typed: str, number: int) -> ResponseReturnValue:
    """A picture of the product as it was attested; they count from 1."""
    found = _as_issued(typed)
    pictures = found.snapshot["product"]["pictures"]
    if not 1 <= number <= len(pictures):
        abort(404)
    return public_file(pictures[number - 1], "image/jpeg", name=f"{found.number}-{number}.jpg")


def _page(typed: str) -> ResponseReturnValue:
    code = read_code(typed)
    if code is not None and code != typed:
        return redirect(url_for("public.certificate", typed=code), 301)
    now = adapters().clock.now()
    found = verification.look_up(public_session(), code, office_date(now)) if code is not None else None
    if found is None:
        return render_template("public/certificate_not_found.html", typed=printable(typed), looked_up_at=now), 404
    response = make_response(
        render_template(
            "public/certificate.html",
            certificate=found,
            attested=found.snapshot,
            categories=dict(CATEGORIES),
            stricter=dict(COMPARISON_COLUMNS[-1].choices),
            schemes=dict(SCHEMES),
            looked_up_at=now,
        )
    )
    # Short, because a suspension must be seen at once; shared, because a popular product is scanned a lot.
    response.headers["Cache-Control"] = "public, max-age=10"
    return response


def _as_issued(typed: str) -> IssuedCertificate:
    code = read_code(typed)
    found = verification.as_issued(public_session(), code) if code else None
    return found or abort(404)
