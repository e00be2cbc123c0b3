"""Products of one's own firm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from registry.domain import product as definition
from registry.domain.errors import NotFound, StaleRevision
from registry.domain.messages import N_
from registry.domain.requirements import Facts, validated
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES
from registry.models import Product, ProductPicture
from registry.services import audit, enterprises, files
from registry.services.constraints import unique
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from registry.services.work import Work

_CONSTRAINT: Final = "uq_product_enterprise_id_name_model_brand"
_TAKEN: Final = N_("同名、同品牌、同型号的产品已登记过。")


def list_own(work: Work) -> list[Product]:
    """The products of the actor's firms, the newest first."""
    return list(
        work.session.scalars(
            select(Product)
            .where(Product.enterprise_id.in_(work.actor.enterprise_ids()))
            .options(selectinload(Product.pictures).joinedload(ProductPicture.file))
            .order_by(Product.id.desc())
        )
    )


def get_own(work: Work, product_id: int, *, to_change: bool = False) -> Product:
    """One of them.

    Raises:
        NotFound: there is no such product, or it is another firm's.
    """
    ids = work.actor.enterprise_ids(FILING_ROLES if to_change else ENTERPRISE_ROLES)
    product = work.session.scalar(select(Product).where(Product.id == product_id, Product.enterprise_id.in_(ids)))
    if product is None:
        raise NotFound
    return product


def add(work: Work, values: Mapping[str, Any]) -> Product:
    """Enter a product.

    Raises:
        InvalidFields: fields are missing or wrong.
        Duplicate: the firm has entered the same product before.
    """
    product = Product(enterprise_id=enterprises.own(work, to_file=True).id, created_at=work.now)
    _fill(product, validated(definition.FIELDS, values, Facts(work.today)))
    with unique(work.session, _CONSTRAINT, "name", _TAKEN):
        work.session.add(product)
    audit.record(work, "enterprise:product:add", product.id)
    return product


def change(work: Work, product_id: int, values: Mapping[str, Any], *, revision: int) -> Product:
    """Change a product. Certificates keep what was signed.

    Raises:
        InvalidFields: fields are missing or wrong.
        Duplicate: another product of the firm is the same.
        StaleRevision: somebody else changed it since the form was shown.
    """
    product = get_own(work, product_id, to_change=True)
    lock(work.session, product)
    if product.revision != revision:
        raise StaleRevision
    normal = validated(definition.FIELDS, values, Facts(work.today))
    with unique(work.session, _CONSTRAINT, "name", _TAKEN):
        changed = _fill(product, normal)
    if changed:
        audit.record(work, "enterprise:product:change", product.id, fields=changed)
    return product


def add_picture(work: Work, product_id: int, path: Path) -> None:
    """Add a picture, cleaned and made small enough to be public; the same picture again changes nothing.

    Raises:
        RefusedFile: the file is not a picture that can be used.
    """
    product = get_own(work, product_id, to_change=True)
    stored = files.keep_picture(work, path)
    lock(work.session, product)
    if all(picture.file_id != stored.id for picture in product.pictures):
        position = max((picture.position + 1 for picture in product.pictures), default=0)
        product.pictures.append(ProductPicture(file=stored, position=position))
        work.session.flush()
        audit.record(work, "enterprise:product:change", product.id, fields=["pictures"])


def get_picture(work: Work, product_id: int, picture_id: int) -> ProductPicture:
    """One picture of an own product.

    Raises:
        NotFound: there is none.
    """
    for picture in get_own(work, product_id).pictures:
        if picture.id == picture_id:
            return picture
    raise NotFound


def remove_picture(work: Work, product_id: int, picture_id: int) -> None:
    """Take a picture off a product; certificates that show it keep it.

    Raises:
        NotFound: the product has no such picture.
    """
    product = get_own(work, product_id, to_change=True)
    product.pictures.remove(get_picture(work, product_id, picture_id))
    work.session.flush()
    audit.record(work, "enterprise:product:change", product.id, fields=["pictures"])


def as_form(product: Product) -> dict[str, str]:
    """The product's facts as the form wants them."""
    return {field.name: getattr(product, field.name) for field in definition.FIELDS}


def _fill(product: Product, normal: Mapping[str, Any]) -> list[str]:
    changed = [field.name for field in definition.FIELDS if getattr(product, field.name) != normal[field.name]]
    for name in changed:
        setattr(product, name, normal[name])
    return changed
