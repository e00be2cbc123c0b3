"""Rows of a spreadsheet that become products; those that are there already are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from registry.domain import product as definition
from registry.domain.bulk import Finding, Put, Template
from registry.domain.errors import InvalidFields
from registry.domain.messages import N_, Message
from registry.domain.text import clean_line
from registry.models import Product
from registry.services import audit, enterprises, gtins, products
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from registry.domain.bulk import Entry
    from registry.services.gtins import Key
    from registry.services.work import Work

KIND: Final = "product"
LABEL: Final = N_("产品")
INTRO: Final = N_(
    "每行一个产品。名称、品牌、型号都相同的产品更新已有登记，不会重复。规格和网店链接在各自的工作表中填写。"
)

_KEY: Final = ("name", "brand", "model")
_SAME_CODE: Final = N_("第 %(line)s 行也用了这个商品条码。")
_RETIRED: Final = N_("这个产品已停用，请先恢复使用，再导入。")


def template(_work: Work, _enterprise_id: int) -> Template:
    """The product's own fields."""
    return Template("产品", definition.FIELDS, unique=(_KEY,))


def compare(work: Work, enterprise_id: int, entries: Sequence[Entry]) -> dict[int, Finding]:
    """Rows beside the firm's products, and beside one another: which are there, and whose bar codes are another's."""
    rows = work.session.execute(
        select(Product.id, Product.name, Product.brand, Product.model, Product.retired_at.is_not(None)).where(
            Product.enterprise_id == enterprise_id
        )
    )
    known = {(name, brand, model): (number, retired) for number, name, brand, model, retired in rows}
    owned = gtins.owners(work, enterprise_id)
    first: dict[str, int] = {}
    found = {}
    for entry in entries:
        key = _key(entry.values)
        number, retired = known.get(key, (None, False))
        problems = products.repeats(entry.values) | gtins.clashes(entry.values, owned, but=key)
        for field, gtin in gtins.codes_of(entry.values).items():
            # Who has no right to a code does not take it from those who have.
            if field not in problems and (line := first.setdefault(gtin, entry.row)) != entry.row:
                problems[field] = Message(_SAME_CODE, {"line": line})
        if retired:
            problems["name"] = Message(_RETIRED)
        found[entry.row] = Finding(number, problems)
    return found


def put_all(work: Work, rows: Sequence[Mapping[str, Any]]) -> list[Put | InvalidFields]:
    """Enter these products, or change those that are there, in a few statements for all.

    Where somebody enters one of them at this very moment, the database refuses all, and the job is tried again.

    Raises:
        NotAllowed: the actor files for no firm.
    """
    enterprise = enterprises.own(work, to_file=True)
    lock(work.session, enterprise)  # Until the commit nobody else enters bar codes for it.
    owned = gtins.owners(work, enterprise.id, {code for values in rows for code in gtins.codes_of(values).values()})
    known = _known(work, enterprise.id, {_key(values)[0] for values in rows})
    done = [_put(work, enterprise.id, values, known, owned) for values in rows]
    work.session.flush()
    return [each if isinstance(each, InvalidFields) else _noted(work, *each) for each in done]


def _put(
    work: Work, enterprise_id: int, values: Mapping[str, Any], known: dict[Key, Product], owned: dict[str, Key]
) -> tuple[Product, str, list[str]] | InvalidFields:
    """The product as it is to be stored, the outcome, and what has changed; `known` and `owned` go on."""
    key = _key(values)
    product = known.get(key)
    if product is not None and product.retired_at is not None:
        return InvalidFields({"name": Message(_RETIRED)})
    whole = {**(products.as_form(product) if product else {}), **values}
    try:
        normal = products.normal_form(work, whole)
    except InvalidFields as error:
        return error
    clashes = gtins.clashes(whole, owned, but=key)
    if clashes:
        return InvalidFields(clashes)
    owned |= dict.fromkeys(gtins.codes_of(whole).values(), key)
    if product is not None:
        changed = products.fill(product, normal)
        return product, "changed" if changed else "unchanged", changed
    known[key] = product = Product(enterprise_id=enterprise_id, created_at=work.now)
    products.fill(product, normal)
    work.session.add(product)
    return product, "added", []


def _noted(work: Work, product: Product, outcome: str, changed: list[str]) -> Put:
    if outcome == "added":
        audit.record(work, "enterprise:product:add", product.id)
    elif outcome == "changed":
        audit.record(work, "enterprise:product:change", product.id, fields=changed)
    return Put(outcome, product.id)


def _known(work: Work, enterprise_id: int, names: Collection[str]) -> dict[Key, Product]:
    """The firm's products with these names, whole and locked."""
    found = work.session.scalars(
        select(Product)
        .where(Product.enterprise_id == enterprise_id, Product.name.in_(names))
        .options(selectinload(Product.variants), selectinload(Product.links))
        .order_by(Product.id)
        .with_for_update(of=Product)
        .execution_options(populate_existing=True)
    )
    return {gtins.key_of(product): product for product in found}


def _key(values: Mapping[str, Any]) -> Key:
    name, brand, model = (clean_line(values.get(field) or "") for field in _KEY)
    return name, brand, model
