"""The evidence library: what the firm keeps once and uses in every filing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import FileField

from registry.domain import evidence as definition
from registry.domain.messages import N_, Message
from registry.infrastructure.inspection import RefusedFile
from registry.services import evidence as service
from registry.services.evidence_replacing import replace
from registry.web.enterprise.blueprint import blueprint
from registry.web.enterprise.errands import errand_for, here
from registry.web.enterprise.filing_words import title_of
from registry.web.enterprise.paper_fields import Required
from registry.web.forms import RegistryForm, form_for, told_at_fields
from registry.web.pagination import page_number
from registry.web.transaction import commits
from registry.web.uploads import CHOOSE_AGAIN, received
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.domain.evidence import EvidenceKind
    from registry.models import Evidence, Filing

_LONGEST_SEARCH = 100
_MISSING = N_("请选择要上传的文件。")


class FileForm(RegistryForm):
    """A form with a file."""

    file = FileField(lazy_gettext("文件"), validators=[Required()])


@blueprint.get("/evidence")
def evidence() -> str:
    """The firm's library, a page at a time."""
    work = current_work()
    args: dict[str, Any] = {name: value for name in ("q", "kind", "standing") if (value := request.args.get(name))}
    known = {standing.value: standing for standing in definition.Standing}
    query = service.Query(
        text=args.get("q", "")[:_LONGEST_SEARCH],
        kind=args.get("kind", ""),
        standing=known.get(args.get("standing", "")),
        page=page_number(),
    )
    counts = service.count_own(work)
    return render_template(
        "enterprise/evidence.html",
        query=query,
        page=service.find_own(work, query),
        kinds=definition.KINDS,
        standings=definition.STANDING_LABELS,
        counts=counts,
        in_use=definition.in_use(counts),
        filtered=len(args.keys() - {"q"}),
        address=lambda number: url_for("enterprise.evidence", **(args | {"page": number})),
    )


@blueprint.route("/evidence/new", methods=["GET", "POST"])
@commits
def add_evidence() -> ResponseReturnValue:
    """Put a file into the library: first what it is, then what that kind of file is asked for."""
    name = request.args.get("kind", "")
    if not name and request.method == "GET":
        return render_template("enterprise/evidence_kinds.html", kinds=definition.KINDS)
    kind = _kind_named(name)
    errand = errand_for(evidence_kind=name)
    first = {"visibility": definition.VISIBILITIES[0][0]} | (errand.known if errand else {})
    form = form_for(*definition.fields_of(kind), base=FileForm)(data=first)
    if form.validate_on_submit():
        found = _received(form, kind)
        if found is not None:
            added, is_new = found
            if errand:
                return errand.finish(added.id)
            text = gettext("材料已存入。") if is_new else gettext("这个文件已在材料库中，就是下面这一份。")
            flash(text, "success" if is_new else "info")
            return redirect(url_for("enterprise.evidence_piece", evidence_id=added.id))
    return render_template(
        "enterprise/evidence_form.html",
        form=form,
        kind=kind,
        fields=definition.fields_of(kind),
        heading=gettext("上传材料"),
        button=gettext("存入材料库"),
        errand=errand,
        action=here(errand, kind=kind.name),
        back=errand.url if errand else url_for("enterprise.evidence"),
        with_file=True,
        max_upload_bytes=current_work().settings.max_upload_bytes,
    ), form.status


@blueprint.get("/evidence/<int:evidence_id>")
def evidence_piece(evidence_id: int) -> str:
    """One piece: what it says, and which filings use it."""
    work = current_work()
    found = service.get_own(work, evidence_id)
    return render_template(
        "enterprise/evidence_piece.html",
        piece=found,
        kind=definition.kind_named(found.kind),
        facts=service.as_form(found),
        visibilities=dict(definition.VISIBILITIES),
        filings=service.filings_with(work, found),
        title_of=title_of,
        same=service.same_number(work, found),
    )


@blueprint.route("/evidence/<int:evidence_id>/edit", methods=["GET", "POST"])
@commits
def change_evidence(evidence_id: int) -> ResponseReturnValue:
    """Change what is said of a piece; the file itself is replaced, never changed."""
    work = current_work()
    known = service.get_own(work, evidence_id, to_change=True)
    kind = definition.kind_named(known.kind)
    form = form_for(*definition.fields_of(kind))(data=service.as_form(known) | {"revision": known.revision})
    if form.validate_on_submit():
        with told_at_fields(form):
            service.change(work, evidence_id, form.typed(), revision=form.shown_revision)
            flash(gettext("材料信息已保存。已提交的申报不受影响。"), "success")
            return redirect(url_for("enterprise.evidence_piece", evidence_id=evidence_id))
    return _piece_form(form, known, kind, heading=gettext("修改材料信息"), button=gettext("保存材料信息"))


@blueprint.route("/evidence/<int:evidence_id>/replace", methods=["GET", "POST"])
@commits
def replace_evidence(evidence_id: int) -> ResponseReturnValue:
    """Put a newer file in a piece's place; the old one stays for the filings that it was submitted with."""
    known = service.get_own(current_work(), evidence_id, to_change=True)
    kind = definition.kind_named(known.kind)
    # The dates are the newer file's own; what it was issued on is mostly what has changed.
    first = service.as_form(known) | {"issued_on": "", "expires_on": "", "revision": known.revision}
    form = form_for(*definition.fields_of(kind), base=FileForm)(data=first)
    if form.validate_on_submit():
        found = _received(form, kind, instead_of=known.id)
        if found is not None:
            added, is_new = found
            text = gettext("已换成新的文件。草稿和可以修改这一栏的补正已改用新的文件，已提交的不受影响。")
            if not is_new:
                text = gettext(
                    "这个文件已在材料库中，就是下面这一份，请核对它的信息。草稿和可以修改这一栏的补正已改用它。"
                )
            flash(text, "success" if is_new else "info")
            return redirect(url_for("enterprise.evidence_piece", evidence_id=added.id))
    return _piece_form(
        form, known, kind, heading=gettext("换成新的文件"), button=gettext("换成新的文件"), with_file=True
    )


@blueprint.post("/evidence/<int:evidence_id>/retire")
@commits
def retire_evidence(evidence_id: int) -> ResponseReturnValue:
    """Offer a piece no more, or again."""
    retired = request.form.get("retired") == "yes"
    service.set_retired(current_work(), evidence_id, retired=retired)
    text = gettext("材料不再使用，申报时不再列出；用过它的申报不受影响。") if retired else gettext("材料已恢复使用。")
    flash(text, "success")
    return redirect(url_for("enterprise.evidence_piece", evidence_id=evidence_id))


def _kind_named(name: str) -> EvidenceKind:
    try:
        return definition.kind_named(name)
    except KeyError:
        abort(404)


def _received(form: RegistryForm, kind: EvidenceKind, *, instead_of: int | None = None) -> tuple[Evidence, bool] | None:
    """Take the file that was sent, with what is said of it; None where something is wrong, which is told there."""
    work, typed = current_work(), form.typed()
    try:
        with received("file") as upload:
            if upload is None:
                # What else is wrong is told at the same time.
                with told_at_fields(form):
                    definition.columns_of(kind, typed, work.today)
                form.show_errors({"file": Message(_MISSING)})
                return None
            with told_at_fields(form):
                if instead_of is None:
                    return service.add_or_find(work, upload.path, upload.name, kind=kind.name, facts=typed)
                revision = form.shown_revision
                found = replace(work, instead_of, upload.path, upload.name, typed, revision=revision)
                _tell_kept(found.kept)
                return found.new, found.is_new
            form.show_errors({} if form.file.errors else {"file": CHOOSE_AGAIN})
    except RefusedFile as error:
        form.show_errors({"file": error.message})
    return None


def _tell_kept(kept: list[Filing]) -> None:
    """Name the filings that were sent back and go on with the older file."""
    if kept:
        titles = "、".join(filing.reference or title_of(filing) for filing in kept)
        text = gettext(
            "%(titles)s仍用旧文件：审核意见没有要求修改这一栏，或者补正期限已过。需要更换的，请在“询问与答复”中说明。",
            titles=titles,
        )
        flash(text, "warning")


def _piece_form(form: RegistryForm, known: Evidence, kind: EvidenceKind, **more: Any) -> ResponseReturnValue:
    page = render_template(
        "enterprise/evidence_form.html",
        form=form,
        kind=kind,
        fields=definition.fields_of(kind),
        piece=known,
        action=here(None),
        back=url_for("enterprise.evidence_piece", evidence_id=known.id),
        max_upload_bytes=current_work().settings.max_upload_bytes,
        **more,
    )
    return page, form.status
