"""Signing a declaration: the document to download, and the ways in which it comes back signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from wtforms import FileField, HiddenField, PasswordField

from registry.domain.errors import InvalidFields, InvalidValue, StaleRevision
from registry.domain.filings import DEFINITIONS
from registry.domain.messages import N_, Message
from registry.infrastructure.database import db
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

    from registry.domain.requirements import Gap
    from registry.models import Filing

_NO_FILE: Final = N_("请选择文件。")
_NO_KEY_FILE: Final = N_("这个文件太大，不是证书文件：含私钥的证书文件只有几 KB。请选择扩展名为 .p12 或 .pfx 的文件。")
_MEANWHILE: Final = N_("打开本页之后，申报的内容或签署情况有了变化，刚才的操作没有执行。请查看现在的声明文件，再继续。")
# Bytes; a key with its certificates has a few thousand. A file this short is never put on a disk while it is received.
_LARGEST_KEY_FILE: Final = 65_536


class SigningForm(RegistryForm):
    """What comes back signed, or the key that signs here and now."""

    shown = HiddenField()  # Which document the page shows.
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
    form, stale = SigningForm(), False
    if form.validate_on_submit():
        try:
            with told_at_fields(form):
                flash(_pressed(draft, form), "success")
                return redirect(url_for("enterprise.sign_filing", filing_id=filing_id))
        except StaleRevision:
            db.session.rollback()
            form.form_errors.append(translated(_MEANWHILE))
            stale = True
        draft = filings.get_own(work, filing_id, to_file=True)
    return _page(draft, form), 409 if stale else form.status


@blueprint.get("/filings/<int:filing_id>/declaration.pdf")
def declaration_paper(filing_id: int) -> Response:
    """The document to be signed: the one that the page shows, else the one that was made last."""
    work = current_work()
    filing = filings.get_own(work, filing_id)
    paper = service.document(work, filing, request.args.get("digest", ""))
    return stored_file(paper.document, name=f"{service.identification(filing)}.pdf")


@blueprint.get("/filings/<int:filing_id>/signed")
def signed_paper(filing_id: int) -> Response:
    """What came back signed last, of the document that the page shows or of any."""
    work = current_work()
    signed = service.last_signed(work, filings.get_own(work, filing_id), request.args.get("digest", ""))
    return stored_file(signed.file, name=signed.name)


def _pressed(draft: Filing, form: SigningForm) -> str:
    """Do what the button says, and return what to tell.

    Raises:
        StaleRevision: the page shows something that is not so any more.
        InvalidFields: there is no file, or it will not do.
    """
    work, revision, shown = current_work(), form.shown_revision, request.form.get("shown", "")
    if draft.revision != revision or not _is_complete(filings.gaps(work, draft)):
        raise StaleRevision
    if "make" in request.form:
        service.make(work, draft, revision=revision)
        return translated(N_("声明文件已生成，请下载。"))
    if "sign" in request.form:
        try:
            service.sign(work, draft, _key(), request.form.get("passphrase", ""), revision=revision, shown=shown)
        except InvalidValue as error:
            raise InvalidFields({"key": error.message}) from error
        return translated(N_("声明已用电子签名签署。"))
    try:
        with received("signed") as upload:
            if upload is None:
                raise InvalidFields({"signed": Message(_NO_FILE)})
            service.take(work, draft, upload.path, upload.name, revision=revision, shown=shown)
    except RefusedFile as error:
        raise InvalidFields({"signed": error.message}) from error
    return translated(N_("已收到签署的声明。"))


def _key() -> bytes:
    """The key file, read where the request lies in memory: unlike other files it is never put on a disk.

    Raises:
        InvalidFields: none was chosen, or it is too long for one.
    """
    sent = request.files.get("key")
    if sent is None or not sent.filename:
        raise InvalidFields({"key": Message(_NO_FILE)})
    content = sent.stream.read(_LARGEST_KEY_FILE + 1)
    if len(content) > _LARGEST_KEY_FILE:
        raise InvalidFields({"key": Message(_NO_KEY_FILE)})
    return content


def _is_complete(gaps: list[Gap]) -> bool:
    """Whether there is something to sign: nothing else is missing."""
    return all(gap.step == service.STEP for gap in gaps)


def _page(draft: Filing, form: SigningForm) -> str:
    work = current_work()
    gaps = filings.gaps(work, draft)
    complete = _is_complete(gaps)
    paper = service.current(work, draft) if complete else None
    # Whatever was sent: the page shows what is so now, and the next press is about that.
    form.revision.data, form.shown.data = str(draft.revision), service.mark_of(paper)
    return render_template(
        "enterprise/filing_sign.html",
        filing=draft,
        title=title_of(draft),
        form=form,
        steps=progress(draft, gaps, service.STEP),
        complete=complete,
        paper=paper,
        outdated=service.outdated(work, draft, paper) if complete else None,
        identification=service.identification(draft),
        max_upload_bytes=work.settings.max_upload_bytes,
    )
