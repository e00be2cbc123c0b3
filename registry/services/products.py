"""Products of one's own firm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from registry.domain import crops
from registry.domain import product as definition
from registry.domain.errors import InvalidFields, InvalidValue, NotAllowed, NotFound, StaleRevision
from registry.domain.identifiers import check_link, normalise_gtin, same_gtins
from registry.domain.messages import N_, Message
from registry.domain.repeats import repeated
from registry.domain.requirements import Facts, row_numbers, validated
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES
from registry.domain.text import clean_line
from registry.models import Product, ProductLink, ProductPicture, ProductVariant
from registry.services import audit, enterprises, files, gtins
from registry.services.constraints import unique
from registry.services.locking import lock
from registry.services.paging import paginate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from registry.domain.requirements import Field
    from registry.services.paging import Page
    from registry.services.work import Work

MOST_OFFERED: Final = 100  # products in a list to choose from; others are looked for
_FEWEST_DIGITS: Final = 4  # of a bar code, from its end; fewer are in too many
_CONSTRAINT: Final = "uq_product_enterprise_id_name_model_brand"
_TAKEN: Final = N_("同名、同品牌、同型号的产品已登记过。")
_GTIN_TAKEN: Final = N_("它的商品条码已用于另一个产品，请先修改其中一个的条码。")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for among a firm's products."""

    text: str = ""  # A part of name, brand or model, or a bar code.
    category: str = ""
    retired: bool = False  # Those that are not used any more, instead of those that are.
    page: int = 1


def find_own(work: Work, query: Query) -> Page[Product]:
    """One page of the products of the actor's firms, the newest first."""
    in_use = Product.retired_at.is_not(None) if query.retired else Product.retired_at.is_(None)
    conditions: list[ColumnElement[bool]] = [Product.enterprise_id.in_(work.actor.enterprise_ids()), in_use]
    if query.category:
        conditions.append(Product.category == query.category)
    text = clean_line(query.text)
    if text:
        conditions.append(_matches(text))
    return paginate(work.session, select(Product).where(*conditions).order_by(Product.id.desc()), query.page)


def count_own(work: Work, *, retired: bool = False) -> int:
    """How many products of the actor's firms are in use, or are not any more."""
    in_use = Product.retired_at.is_not(None) if retired else Product.retired_at.is_(None)
    counted = select(func.count()).where(Product.enterprise_id.in_(work.actor.enterprise_ids()), in_use)
    return work.session.scalar(counted.select_from(Product)) or 0


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


def by_ids(work: Work, ids: Iterable[str], enterprise_id: int) -> list[Product]:
    """Those of a firm's products that have these numbers, in the order of the numbers."""
    numbers = row_numbers(dict.fromkeys(ids))
    found = work.session.scalars(
        select(Product)
        .where(Product.enterprise_id == enterprise_id, Product.id.in_(numbers))
        .options(selectinload(Product.variants))
    )
    return sorted(found, key=lambda product: numbers.index(product.id))


def load_whole(work: Work, ids: Collection[int]) -> None:
    """Read all that hangs on these products at once, before it is asked for one by one."""
    work.session.scalars(
        select(Product)
        .where(Product.id.in_(ids))
        .options(selectinload(Product.pictures).joinedload(ProductPicture.file), selectinload(Product.variants))
    ).all()


def to_choose(work: Work, enterprise_id: int, chosen: Collection[int], text: str = "") -> list[Product]:
    """What a filing offers: what is chosen already, and those of the firm's products in use that match; newest first.

    A firm may have thousands, and a page lists no more than `MOST_OFFERED` that are not chosen yet.
    """
    is_chosen = Product.id.in_(chosen)
    text = clean_line(text)
    offered = and_(Product.retired_at.is_(None), *([_matches(text)] if text else []))
    return list(
        work.session.scalars(
            select(Product)
            .where(Product.enterprise_id == enterprise_id, or_(is_chosen, offered))
            .order_by(case((is_chosen, 0), else_=1), Product.id.desc())
            .limit(len(chosen) + MOST_OFFERED)
        )
    )


def pairs_to_choose(work: Work, enterprise_id: int) -> list[tuple[str, str]]:
    """The firm's products that are in use, however many they are: values and labels, the newest first."""
    rows = work.session.execute(
        select(Product.id, Product.name, Product.brand, Product.model)
        .where(Product.enterprise_id == enterprise_id, Product.retired_at.is_(None))
        .order_by(Product.id.desc())
    )
    return [(str(number), _label(*key)) for number, *key in rows]


def label(product: Product) -> str:
    """What a product is called in a list to choose from: no two of a firm are called the same."""
    return _label(product.name, product.brand, product.model)


def add(work: Work, values: Mapping[str, Any]) -> Product:
    """Enter a product.

    Raises:
        InvalidFields: fields are missing or wrong, or say the same twice; or a bar code is another product's.
        Duplicate: the firm has entered the same product before.
    """
    enterprise = enterprises.own(work, to_file=True)
    product = Product(enterprise_id=enterprise.id, created_at=work.now)
    fill(product, normal_form(work, values))
    gtins.guard(work, values, enterprise.id)
    with unique(work.session, _CONSTRAINT, "name", _TAKEN):
        work.session.add(product)
    audit.record(work, "enterprise:product:add", product.id)
    return product


def change(work: Work, product_id: int, values: Mapping[str, Any], *, revision: int) -> Product:
    """Change a product. Certificates keep what was signed.

    Raises:
        InvalidFields: fields are missing or wrong, or say the same twice; or a bar code is another product's.
        Duplicate: another product of the firm is the same.
        StaleRevision: somebody else changed it since the form was shown.
    """
    product = get_own(work, product_id, to_change=True)
    gtins.lock_firm(work, values, product.enterprise_id)
    lock(work.session, product)
    if product.revision != revision:
        raise StaleRevision
    normal = normal_form(work, values)
    gtins.guard(work, values, product.enterprise_id, but=product)
    with unique(work.session, _CONSTRAINT, "name", _TAKEN):
        changed = fill(product, normal)
    if changed:
        audit.record(work, "enterprise:product:change", product.id, fields=changed)
    return product


def set_retired(work: Work, product_id: int, *, retired: bool) -> Product:
    """Take a product off the lists to choose from, or put it back. Filings and certificates stay as they are.

    Raises:
        NotAllowed: another product has taken over its bar code.
    """
    product = get_own(work, product_id, to_change=True)
    if not retired:
        # Nobody else enters bar codes for the firm meanwhile; always before the product, as in `gtins.lock_firm`.
        lock(work.session, product.enterprise)
    lock(work.session, product)
    if retired is (product.retired_at is None):
        if not retired and gtins.taken(work, as_form(product), product.enterprise_id, but=product.id):
            raise NotAllowed(_GTIN_TAKEN)
        product.retired_at = work.now if retired else None
        work.session.flush()
        audit.record(work, _RETIRE if retired else _RESTORE, product.id)
    return product


def add_picture(work: Work, product_id: int, path: Path) -> None:
    """Add a picture, cleaned and made small enough to be public; the same picture again changes nothing.

    Raises:
        InvalidValue: the product has as many pictures as it can have.
        RefusedFile: the file is not a picture that can be used.
    """
    product = get_own(work, product_id, to_change=True)
    judged = files.judge_picture(work, path)
    lock(work.session, product)
    known = files.find(work, judged)
    if known and any(known.id in {picture.file_id, picture.original_id} for picture in product.pictures):
        return
    if len(product.pictures) >= definition.MOST_PICTURES:
        raise InvalidValue(Message(N_("一个产品最多 %(most)s 张图片。"), {"most": definition.MOST_PICTURES}))
    position = max((picture.position + 1 for picture in product.pictures), default=0)
    product.pictures.append(ProductPicture(file=files.keep_judged(work, judged), position=position))
    _pictures_changed(work, product)


def get_picture(work: Work, product_id: int, picture_id: int) -> ProductPicture:
    """One picture of an own product.

    Raises:
        NotFound: there is none.
    """
    return _picture(get_own(work, product_id), picture_id)


def crop_picture(work: Work, product_id: int, picture_id: int, values: Mapping[str, Any]) -> ProductPicture:
    """Show only a part of a picture, or all of it again. What it was cut from is kept, and cut anew each time.

    The part that was shown until now is forgotten, unless something else shows it, or a submission does.

    Raises:
        NotFound: the product has no such picture.
        InvalidFields: the part is not in the picture, or too small, or just what another picture shows.
    """
    product = get_own(work, product_id, to_change=True)
    wanted = crops.wanted(values, work.today)
    lock(work.session, product)
    picture = _picture(product, picture_id)
    before, whole = picture.file, picture.original or picture.file
    crop, part = (wanted, None) if wanted == crops.WHOLE else files.cut_part(work, whole, wanted)
    file = whole if crop.is_whole or part is None else files.keep_judged(work, part)
    if any(other.file_id == file.id for other in product.pictures if other is not picture):
        raise InvalidFields({"shape": Message(N_("已有一张图片显示的正是这一部分。"))})
    if file.id != before.id:
        picture.file = file
        picture.original, picture.crop = (None, None) if crop.is_whole else (whole, crop.as_json())
        _pictures_changed(work, product)
        files.forget_unreferenced(work, {before.id})
    return picture


def move_picture(work: Work, product_id: int, picture_id: int, *, by: int) -> None:
    """Show a picture by so many places later, or earlier where the number is negative. The first is the title picture.

    Raises:
        NotFound: the product has no such picture.
    """
    product = get_own(work, product_id, to_change=True)
    lock(work.session, product)
    moved = _picture(product, picture_id)
    order = [picture for picture in product.pictures if picture is not moved]
    order.insert(max(product.pictures.index(moved) + by, 0), moved)
    if order != product.pictures:
        for position, picture in enumerate(order):
            picture.position = position
        _pictures_changed(work, product)
        work.session.expire(product, ["pictures"])


def remove_picture(work: Work, product_id: int, picture_id: int) -> None:
    """Take a picture off a product, and forget it; submissions and certificates that show it keep it.

    Raises:
        NotFound: the product has no such picture.
    """
    product = get_own(work, product_id, to_change=True)
    removed = _picture(product, picture_id)
    used = {number for number in (removed.file_id, removed.original_id) if number is not None}
    product.pictures.remove(removed)
    _pictures_changed(work, product)
    files.forget_unreferenced(work, used)


def normal_form(work: Work, values: Mapping[str, Any]) -> dict[str, Any]:
    """The normal form of what was typed; whose the bar codes are is another question.

    Raises:
        InvalidFields: fields are missing or wrong, or say the same twice.
    """
    normal = validated(definition.FIELDS, values, Facts(work.today))
    twice = repeats(values)
    if twice:
        raise InvalidFields(twice)
    return normal


def repeats(values: Mapping[str, Any]) -> dict[str, Message]:
    """What a form that is right field by field says twice, by field."""
    twice = repeated("variants", "name", values.get("variants") or [])
    return twice | repeated("links", "url", values.get("links") or [], check_link)


def fill(product: Product, normal: Mapping[str, Any]) -> list[str]:
    """Set the columns and rows, and return the names of those fields that changed."""
    rows = {field.name: _rows(product, field) for field in definition.ROWS}  # Read before anything is set.
    before = rows | {field.name: getattr(product, field.name) for field in definition.SINGLE}
    changed = [field.name for field in definition.FIELDS if before[field.name] != normal[field.name]]
    for name in changed:
        if name in rows:
            _fill_rows(product, name, normal[name])
        else:
            setattr(product, name, normal[name])
    if changed:
        flag_modified(product, "name")  # Rows of its own count as changes of the product.
    return changed


def as_form(product: Product) -> dict[str, Any]:
    """The product's facts as the form wants them."""
    single: dict[str, Any] = {field.name: getattr(product, field.name) for field in definition.SINGLE}
    return single | {field.name: _rows(product, field) for field in definition.ROWS}


def as_copy(product: Product) -> dict[str, Any]:
    """What a new product that is made after this one begins with: everything but the codes, which are its own."""
    facts = {name: value for name, value in as_form(product).items() if name not in definition.CODES}
    variants = [
        {name: "" if name in definition.CODES else cell for name, cell in row.items()} for row in facts["variants"]
    ]
    return facts | {"variants": variants}


def _label(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _picture(product: Product, picture_id: int) -> ProductPicture:
    for picture in product.pictures:
        if picture.id == picture_id:
            return picture
    raise NotFound


def _pictures_changed(work: Work, product: Product) -> None:
    work.session.flush()
    audit.record(work, "enterprise:product:change", product.id, fields=["pictures"])


_RETIRE: Final = "enterprise:product:retire"
_RESTORE: Final = "enterprise:product:restore"
_ROW_MODELS: Final = {"variants": (ProductVariant, "name"), "links": (ProductLink, "url")}


def _matches(text: str) -> ColumnElement[bool]:
    columns = (Product.name, Product.name_en, Product.brand, Product.model)
    conditions = [column.icontains(text, autoescape=True) for column in columns]
    digits = normalise_gtin(text)
    if digits.isascii() and digits.isdecimal() and len(digits) >= _FEWEST_DIGITS:
        conditions += [_is_code(Product.gtin, digits), Product.variants.any(_is_code(ProductVariant.gtin, digits))]
    return or_(*conditions)


def _is_code(gtin: InstrumentedAttribute[str], digits: str) -> ColumnElement[bool]:
    """What scanners read has zeros in front that are not printed; what people read out is the end of it."""
    return or_(gtin.in_(same_gtins(digits)), gtin.endswith(digits))


def _fill_rows(product: Product, name: str, rows: list[dict[str, str]]) -> None:
    """Bring a product's own rows up to these; a row that is still there under its key stays the same row."""
    model, key = _ROW_MODELS[name]
    known = {getattr(row, key): row for row in getattr(product, name)}
    kept = [known.get(row[key]) or model() for row in rows]
    for position, (row, cells) in enumerate(zip(kept, rows, strict=True)):
        for column, value in (cells | {"position": position}).items():
            setattr(row, column, value)
    setattr(product, name, kept)


def _rows(product: Product, field: Field) -> list[dict[str, str]]:
    return [
        {column.name: getattr(row, column.name) for column in field.columns} for row in getattr(product, field.name)
    ]
