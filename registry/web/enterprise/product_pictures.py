"""Pictures of the firm's products: adding, cutting, putting in order, taking off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.domain import crops
from registry.domain.errors import InvalidValue
from registry.services import products as service
from registry.web.enterprise.blueprint import blueprint
from registry.web.enterprise.products import product_page
from registry.web.forms import form_for, told_at_fields
from registry.web.messages import translated
from registry.web.transaction import commits
from registry.web.uploads import received, stored_file
from registry.web.work import current_work

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_MOVES: Final = {"first": -100, "earlier": -1, "later": 1}  # By how many places; no product has a hundred pictures.


@blueprint.post("/products/<int:product_id>/pictures")
@commits
def product_pictures(product_id: int) -> ResponseReturnValue:
    """Add a picture."""
    try:
        with received("picture") as upload:
            if upload is None:
                return product_page(product_id, gettext("请选择一张图片。")), 422
            service.add_picture(current_work(), product_id, upload.path)
    except InvalidValue as error:
        return product_page(product_id, translated(error.message)), 422
    flash(gettext("图片已上传。"), "success")
    return redirect(_place(product_id))


@blueprint.get("/products/<int:product_id>/pictures/<int:picture_id>")
def product_picture(product_id: int, picture_id: int) -> Response:
    """One picture as it is shown, or whole: for the firm's own pages."""
    picture = service.get_picture(current_work(), product_id, picture_id)
    whole = picture.original if "whole" in request.args else None
    return stored_file(whole or picture.file, name=f"{picture_id}.jpg")


@blueprint.route("/products/<int:product_id>/pictures/<int:picture_id>/crop", methods=["GET", "POST"])
@commits
def crop_product_picture(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Choose which part of a picture is shown."""
    work = current_work()
    product = service.get_own(work, product_id, to_change=True)
    picture = service.get_picture(work, product_id, picture_id)
    form = form_for(*crops.FIELDS)(data=crops.as_form(picture.crop))
    if form.validate_on_submit():
        with told_at_fields(form):
            service.crop_picture(work, product_id, picture_id, form.typed())
            flash(gettext("图片已裁剪，原图仍然保留。"), "success")
            return redirect(_place(product_id))
    page = render_template(
        "enterprise/picture_crop.html", product=product, picture=picture, form=form, definition=crops
    )
    return page, form.status


@blueprint.post("/products/<int:product_id>/pictures/<int:picture_id>/move")
@commits
def move_product_picture(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Show a picture earlier or later; the first one is the title picture."""
    by = _MOVES.get(request.form.get("move", ""), 0)
    service.move_picture(current_work(), product_id, picture_id, by=by)
    flash(gettext("图片顺序已调整。"), "success")
    return redirect(_place(product_id))


@blueprint.post("/products/<int:product_id>/pictures/<int:picture_id>/remove")
@commits
def remove_product_picture(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Take a picture off."""
    service.remove_picture(current_work(), product_id, picture_id)
    flash(gettext("图片已移除。"), "success")
    return redirect(_place(product_id))


def _place(product_id: int) -> str:
    return url_for("enterprise.product", product_id=product_id, _anchor="pictures")
