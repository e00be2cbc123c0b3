"""The firm's products and their pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from registry.domain import product as definition
from registry.infrastructure.inspection import RefusedFile
from registry.services import products as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.forms import RegistryForm, form_for, told_at_fields
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.uploads import received, stored_file
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/products")
def products() -> str:
    """All products of the firm."""
    return render_template("enterprise/products.html", products=service.list_own(current_work()))


@blueprint.get("/products/<int:product_id>")
def product(product_id: int) -> str:
    """One product."""
    return _product_page(product_id)


@blueprint.route("/products/new", methods=["GET", "POST"])
@commits
def add_product() -> ResponseReturnValue:
    """Enter a product."""
    form = form_for(*definition.FIELDS)()
    if form.validate_on_submit():
        with told_at_fields(form):
            added = service.add(current_work(), form.typed())
            flash(gettext("产品已登记。可以继续上传图片，或直接申报。"), "success")
            return redirect(url_for("enterprise.product", product_id=added.id))
    return _form_page(form)


@blueprint.route("/products/<int:product_id>/edit", methods=["GET", "POST"])
@commits
def change_product(product_id: int) -> ResponseReturnValue:
    """Change a product."""
    work = current_work()
    known = service.get_own(work, product_id, to_change=True)
    form = form_for(*definition.FIELDS)(data=service.as_form(known) | {"revision": known.revision})
    if form.validate_on_submit():
        with told_at_fields(form):
            service.change(work, product_id, form.typed(), revision=form.shown_revision)
            flash(gettext("产品已保存。"), "success")
            return redirect(url_for("enterprise.product", product_id=product_id))
    return _form_page(form, product_id)


@blueprint.post("/products/<int:product_id>/pictures")
@commits
def product_pictures(product_id: int) -> ResponseReturnValue:
    """Add a picture."""
    try:
        with received("picture") as upload:
            if upload is None:
                return _product_page(product_id, gettext("请选择一张图片。")), 422
            service.add_picture(current_work(), product_id, upload.path)
    except RefusedFile as error:
        return _product_page(product_id, translated(error.message)), 422
    flash(gettext("图片已上传。"), "success")
    return redirect(url_for("enterprise.product", product_id=product_id))


@blueprint.get("/products/<int:product_id>/pictures/<int:picture_id>")
def product_picture(product_id: int, picture_id: int) -> Response:
    """One picture, for the firm's own pages."""
    return stored_file(service.get_picture(current_work(), product_id, picture_id).file, name=f"{picture_id}.jpg")


@blueprint.post("/products/<int:product_id>/pictures/<int:picture_id>/remove")
@commits
def remove_product_picture(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Take a picture off."""
    service.remove_picture(current_work(), product_id, picture_id)
    flash(gettext("图片已移除。"), "success")
    return redirect(url_for("enterprise.product", product_id=product_id))


def _product_page(product_id: int, picture_error: str = "") -> str:
    return render_template(
        "enterprise/product.html",
        product=service.get_own(current_work(), product_id),
        categories=dict(definition.CATEGORIES),
        picture_error=picture_error,
    )


def _form_page(form: RegistryForm, product_id: int | None = None) -> ResponseReturnValue:
    back = url_for("enterprise.product", product_id=product_id) if product_id else url_for("enterprise.products")
    return (
        render_template(
            "enterprise/product_form.html",
            form=form,
            definition=definition,
            new=product_id is None,
            back=back,
        ),
        form.status,
    )
