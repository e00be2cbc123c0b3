"""The firm's products: the list, one product, and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain import product as definition
from registry.domain.errors import NotFound
from registry.domain.identifiers import normalise_hs_code
from registry.services import certificates, enterprises, gtins, reference
from registry.services import products as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.enterprise.errands import errand_for, here
from registry.web.forms import form_for, told_at_fields
from registry.web.forms.rows import with_changed_rows
from registry.web.incoming import row_number
from registry.web.pagination import page_number
from registry.web.transaction import commits
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.models import HsCode, Product
    from registry.web.enterprise.errands import Errand
    from registry.web.forms import RegistryForm

_LONGEST_SEARCH = 100


@blueprint.get("/products")
def products() -> str:
    """The firm's products, a page at a time."""
    work = current_work()
    query = service.Query(
        text=request.args.get("q", "")[:_LONGEST_SEARCH],
        category=request.args.get("category", ""),
        retired=request.args.get("retired") == "yes",
        page=page_number(),
    )
    args: dict[str, Any] = {name: value for name in ("q", "category", "retired") if (value := request.args.get(name))}
    return render_template(
        "enterprise/products.html",
        query=query,
        page=service.find_own(work, query),
        has_any=bool(service.count_own(work) or service.count_own(work, retired=True)),
        categories=definition.CATEGORIES,
        filtered=len(args.keys() - {"q"}),
        address=lambda number: url_for("enterprise.products", **(args | {"page": number})),
    )


@blueprint.get("/products/<int:product_id>")
def product(product_id: int) -> str:
    """One product."""
    return product_page(product_id)


@blueprint.route("/products/new", methods=["GET", "POST"])
@commits
def add_product() -> ResponseReturnValue:
    """Enter a product, perhaps after the model of another one."""
    work, errand = current_work(), errand_for("products")
    form = form_for(*definition.FIELDS)(data=_model())
    if form.validate_on_submit():
        changed = with_changed_rows(form)
        if changed is not None:
            return _form_page(changed, errand=errand)
        with told_at_fields(form):
            added = service.add(work, form.typed())
            _warn_of_others(added)
            if errand:
                return errand.finish(added.id)
            flash(gettext("产品已登记。可以继续上传图片，或直接申报。"), "success")
            return redirect(url_for("enterprise.product", product_id=added.id))
    return _form_page(form, errand=errand)


@blueprint.route("/products/<int:product_id>/edit", methods=["GET", "POST"])
@commits
def change_product(product_id: int) -> ResponseReturnValue:
    """Change a product."""
    work = current_work()
    known = service.get_own(work, product_id, to_change=True)
    form = form_for(*definition.FIELDS)(data=service.as_form(known) | {"revision": known.revision})
    if form.validate_on_submit():
        changed = with_changed_rows(form)
        if changed is not None:
            return _form_page(changed, product_id)
        with told_at_fields(form):
            saved = service.change(work, product_id, form.typed(), revision=form.shown_revision)
            _warn_of_others(saved)
            flash(gettext("产品已保存。"), "success")
            if certificates.standing_of(work, product_id):
                flash(gettext("有效证书上仍是签发时的产品信息；需要更新的，请办理变更。"), "info")
            return redirect(url_for("enterprise.product", product_id=product_id))
    return _form_page(form, product_id)


@blueprint.post("/products/<int:product_id>/retire")
@commits
def retire_product(product_id: int) -> ResponseReturnValue:
    """Offer a product no more, or again."""
    retired = request.form.get("retired") == "yes"
    service.set_retired(current_work(), product_id, retired=retired)
    text = gettext("产品已停用，申报时不再列出；已有的证书不受影响。") if retired else gettext("产品已恢复使用。")
    flash(text, "success")
    return redirect(url_for("enterprise.product", product_id=product_id))


def product_page(product_id: int, picture_error: str = "") -> str:
    """The page of one product, perhaps with what is wrong with a picture."""
    work = current_work()
    found = service.get_own(work, product_id)
    codes = [code for code in (found.hs_code, *(variant.hs_code for variant in found.variants)) if code]
    return render_template(
        "enterprise/product.html",
        product=found,
        hs_names=reference.hs_names(work.session, codes),
        certificates=certificates.standing_of(work, product_id),
        state_shown=lambda certificate: certificates.state_shown(certificate, work.today),
        max_pictures=definition.MOST_PICTURES,
        picture_error=picture_error,
    )


def _model() -> dict[str, Any]:
    """What the form of a new product begins with, where it is made after another one.

    Raises:
        NotFound: there is no such product of the firm.
    """
    if "copy" not in request.args:
        return {}
    number = row_number(request.args["copy"])
    if number is None:
        raise NotFound
    return service.as_copy(service.get_own(current_work(), number, to_change=True))


def _warn_of_others(saved: Product) -> None:
    """Tell whoever has entered a bar code that another firm has entered it as well; not which one."""
    for code in gtins.elsewhere(current_work(), saved):
        text = gettext("商品条码 %(code)s 另一家企业也登记过。请再核对一次包装；确属本企业的，不必处理。", code=code)
        flash(text, "warning")


def _form_page(
    form: RegistryForm, product_id: int | None = None, *, errand: Errand | None = None
) -> ResponseReturnValue:
    back = url_for("enterprise.product", product_id=product_id) if product_id else url_for("enterprise.products")
    copied = request.args.get("copy", "")
    page = render_template(
        "enterprise/product_form.html",
        form=form,
        definition=definition,
        new=product_id is None,
        copied=copied,
        errand=errand,
        action=here(errand, **({"copy": copied} if copied else {})),
        back=errand.url if errand else back,
        hs_name=_hs_name(form),
        taken=_taken(form, product_id) if form.errors else {},
    )
    return page, form.status


def _taken(form: RegistryForm, product_id: int | None) -> dict[int, Product]:
    """The other products of the firm that have one of the bar codes typed, to be looked at."""
    work = current_work()
    found = gtins.taken(work, form.typed(), enterprises.own(work).id, but=product_id)
    return {other.id: other for other in found.values()}


def _hs_name(form: RegistryForm) -> list[HsCode]:
    """What the HS code in the form stands for."""
    code = normalise_hs_code(form.hs_code.data or "")
    return reference.hs_names(current_work().session, [code])[code] if code else []
