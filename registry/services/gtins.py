"""Bar codes of products: one belongs to one product of a firm, and two firms that have the same are told."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain.errors import InvalidFields, InvalidValue
from registry.domain.identifiers import check_gtin, gtin14, same_gtins
from registry.domain.messages import N_, Message
from registry.models import Enterprise, Product, ProductVariant
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import ColumnElement

    from registry.services.work import Work

Key = tuple[str, str, str]  # Name, brand and model: no two products of a firm have the same.

_TAKEN: Final = N_("这个商品条码已用于产品“%(name)s”。")
_TWICE: Final = N_("这个商品条码在上面已经填过。")


def guard(work: Work, values: Mapping[str, Any], enterprise_id: int, *, but: Product | None = None) -> None:
    """Whether every bar code of a product's form is that product's alone, within the firm.

    Args:
        work: who acts.
        values: the form, as typed.
        enterprise_id: the firm; until the commit nobody else enters bar codes for it.
        but: the product that the form is about, where there is one already.

    Raises:
        InvalidFields: some code stands there twice, or belongs to another product that is in use.
    """
    codes = codes_of(values)
    if not codes:
        return
    lock_firm(work, values, enterprise_id)
    found = clashes(values, owners(work, enterprise_id, codes.values()), but=key_of(but) if but else None)
    if found:
        raise InvalidFields(found)


def lock_firm(work: Work, values: Mapping[str, Any], enterprise_id: int) -> None:
    """Let nobody else enter bar codes for the firm before the commit, where the form has any.

    Always before a product of the firm is locked: two who waited for each other would wait for ever.
    """
    if codes_of(values):
        lock(work.session, work.session.get_one(Enterprise, enterprise_id))


def clashes(values: Mapping[str, Any], owned: Mapping[str, Key], *, but: Key | None) -> dict[str, Message]:
    """What is wrong with the bar codes of a product's form, by field.

    Args:
        values: the form, as typed.
        owned: whose the codes are, as `owners` gives them.
        but: the product that the form is about.
    """
    found: dict[str, Message] = {}
    seen: set[str] = set()
    for field, gtin in codes_of(values).items():
        if gtin in seen:
            found[field] = Message(_TWICE)
        elif owned.get(gtin, but) != but:
            found[field] = Message(_TAKEN, {"name": owned[gtin][0]})
        seen.add(gtin)
    return found


def taken(work: Work, values: Mapping[str, Any], enterprise_id: int, *, but: int | None = None) -> dict[str, Product]:
    """The other products in use of this firm that have a bar code of the form, by the code's field."""
    codes = codes_of(values)
    users = {
        gtin: product
        for gtin, product in _users(work, codes.values(), Product.enterprise_id == enterprise_id)
        if product.id != but
    }
    return {field: users[gtin] for field, gtin in codes.items() if gtin in users}


def owners(work: Work, enterprise_id: int, codes: Collection[str] | None = None) -> dict[str, Key]:
    """Which of a firm's products in use have these bar codes, or any; codes in fourteen digits, variants' included."""
    whose = (Product.enterprise_id == enterprise_id, Product.retired_at.is_(None))
    key = (Product.name, Product.brand, Product.model)
    own = select(Product.gtin, *key).where(*whose)
    of_variants = select(ProductVariant.gtin, *key).join(ProductVariant.product).where(*whose)
    found: dict[str, Key] = {}
    for column, statement in ((Product.gtin, own), (ProductVariant.gtin, of_variants)):
        wanted = column != "" if codes is None else column.in_(_printed(codes))
        rows = work.session.execute(statement.where(wanted))
        found |= {gtin14(gtin): (name, brand, model) for gtin, name, brand, model in rows}
    return found


def key_of(product: Product) -> Key:
    """What tells a product from the others of its firm."""
    return product.name, product.brand, product.model


def codes_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The right bar codes of a form in fourteen digits, by field; what is wrong is told elsewhere."""
    cells = {"gtin": values.get("gtin") or ""}
    for number, row in enumerate(values.get("variants") or []):
        cells[f"variants-{number}-gtin"] = row.get("gtin") or ""
    found = {}
    for field, raw in cells.items():
        with suppress(InvalidValue):
            found[field] = gtin14(check_gtin(raw))
    return found


def elsewhere(work: Work, product: Product) -> list[str]:
    """Those of the product's bar codes, as printed, that another firm has entered as well."""
    printed = [code for code in (product.gtin, *(variant.gtin for variant in product.variants)) if code]
    users = _users(work, map(gtin14, printed), Product.enterprise_id != product.enterprise_id)
    shared = {gtin for gtin, _product in users}
    return [code for code in printed if gtin14(code) in shared]


def _users(work: Work, gtins: Iterable[str], whose: ColumnElement[bool]) -> list[tuple[str, Product]]:
    """Products in use that have one of these codes, in fourteen digits, themselves or by a variant."""
    printed = _printed(gtins)
    if not printed:
        return []
    in_use = (whose, Product.retired_at.is_(None))
    own = work.session.execute(select(Product.gtin, Product).where(Product.gtin.in_(printed), *in_use))
    of_variants = work.session.execute(
        select(ProductVariant.gtin, Product)
        .join(ProductVariant.product)
        .where(ProductVariant.gtin.in_(printed), *in_use)
    )
    return [(gtin14(gtin), product) for gtin, product in (*own, *of_variants)]


def _printed(gtins: Iterable[str]) -> list[str]:
    """The forms in which these codes may have been entered."""
    return [form for gtin in gtins for form in same_gtins(gtin)]
