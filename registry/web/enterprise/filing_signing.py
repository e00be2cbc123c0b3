"""Signing a declaration: the document to download, and the ways in which it comes back signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from wtforms import FileField, PasswordField

from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.filings import DEFINITIONS
from registry.domain.messages import N_, Message
from registry.infrastructure.inspection import RefusedFile
from registry.services import declaration_papers as service
from registry.services import filings
from registry.web.enterprise.blueprint import blueprint
from registry.web.enterprise.filing_words import progress, title_of
from registry.web.forms import RegistryForm, told_at_fields
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.uploads import received, stored_file
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.models import Filing

_NO_FILE = N_("请选择文件。")
_LARGEST_KEY_FILE = 1_048_576  # bytes; a key with its certificates has a few thousand


class SigningForm(RegistryForm):
    """What comes back signed, or the key that signs here and now."""

    signed = FileField(lazy_gettext("签署后的声明"))
    key = FileField(lazy_gettext("证书文件（.p12 或 .pfx）"))
    passphrase = PasswordField(lazy_gettext("证书文件的密码"))


@blueprint.route("/filings/<int:filing_id>/sign", methods=["GET", "POST"])
@commits
def sign_filing(filing_id: int) -> ResponseReturnValue:
    """Make the document, and take it back signed."""
    work = current_work()
    draft = filings.get_own(work, filing_id, to_file=True)
    if not DEFINITIONS[draft.kind].signed:
        abort(404)
    if not filings.is_editable(work, draft):
        return redirect(url_for("enterprise.filing", filing_id=filing_id))
    form = SigningForm(data={"revision": draft.revision})
    if form.validate_on_submit() and _is_complete(draft):
        known = service.current(work, draft)
        if known is not None and known.signed_id is not None:
            # It came back signed in another window; the page says so and asks for nothing more.
            return redirect(url_for("enterprise.sign_filing", filing_id=filing_id))
        with told_at_fields(form):
            done = _pressed(draft)
            flash(done, "success")
            return redirect(url_for("enterprise.sign_filing", filing_id=filing_id))
        draft = filings.get_own(work, filing_id, to_file=True)
    return _page(draft, form), form.status


@blueprint.get("/filings/<int:filing_id>/declaration.pdf")
def declaration_paper(filing_id: int) -> Response:
    """The document to be signed, as it was made last."""
    work = current_work()
    filing = filings.get_own(work, filing_id)
    paper = service.latest(work, filing)
    return stored_file(paper.document, name=f"{service.identification(filing)}.pdf")


@blueprint.get("/filings/<int:filing_id>/signed")
def signed_paper(filing_id: int) -> Response:
    """What came back signed last."""
    work = current_work()
    paper = service.latest(work, filings.get_own(work, filing_id), signed=True)
    assert paper.signed is not None
    return stored_file(paper.signed, name=paper.signed_name)


def _pressed(draft: Filing) -> str:
    """Do what the button says, and return what to tell."""
    work = current_work()
    if "make" in request.form:
        service.make(work, draft)
        return translated(N_("声明文件已生成，请下载。"))
    if "sign" in request.form:
        with received("key") as upload:
            if upload is None:
                raise InvalidFields({"key": Message(_NO_FILE)})
            key = upload.path.read_bytes()[:_LARGEST_KEY_FILE]
        try:
            service.sign(work, draft, key, request.form.get("passphrase", ""))
        except InvalidValue as error:
            raise InvalidFields({"key": error.message}) from error
        return translated(N_("声明已用电子签名签署。"))
    try:
        with received("signed") as upload:
            if upload is None:
                raise InvalidFields({"signed": Message(_NO_FILE)})
            service.take(work, draft, upload.path, upload.name)
    except RefusedFile as error:
        raise InvalidFields({"signed": error.message}) from error
    return translated(N_("已收到签署的声明。"))


def _is_complete(draft: Filing) -> bool:
    """Whether there is something to sign: nothing else is missing."""
    return all(gap.step == service.STEP for gap in filings.gaps(current_work(), draft))


def _page(draft: Filing, form: SigningForm) -> str:
    work = current_work()
    gaps = filings.gaps(work, draft)
    complete = all(gap.step == service.STEP for gap in gaps)
    paper = service.current(work, draft) if complete else None
    return render_template(
        "enterprise/filing_sign.html",
        filing=draft,
        title=title_of(draft),
        form=form,
        steps=progress(draft, gaps, service.STEP),
        complete=complete,
        paper=paper,
        changed=complete and service.changed_since(work, draft, paper),
        identification=service.identification(draft),
        max_upload_bytes=work.settings.max_upload_bytes,
    )
