"""Rows of a spreadsheet that become drafts of declarations, one for each product; a draft that is there is changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from registry.domain import declaration_checks
from registry.domain.bulk import Finding, Put, Template
from registry.domain.errors import InvalidFields
from registry.domain.evidence import has_expired
from registry.domain.filings import DECLARATION
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, Field, Kind, Step, find_gaps
from registry.domain.succession import Purpose
from registry.domain.validity import CertificateState
from registry.domain.workflow import OPEN_STATUSES, Status
from registry.models import Certificate, Filing, FilingProduct
from registry.services import enterprises, evidence, factories, filing_checks, filings, products, reference
from registry.services.filing_kinds import kind_named
from registry.services.locking import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from registry.domain.bulk import Entry
    from registry.services.work import Work

KIND: Final = DECLARATION.kind
LABEL: Final = N_("自我声明（草稿）")
INTRO: Final = N_(
    "每行为一个产品建立一份自我声明草稿，指标对比表在单独的工作表中填写；之后逐件核对、签署、提交。已有草稿的，更新草稿。"
)

_TITLE: Final = "声明"
# What a person has to say with the draft before their eyes.
_NOT_IN_BULK: Final = frozenset({"products", "consent"})
_TEXTS: Final = frozenset({Kind.LINE, Kind.TEXT, Kind.LINES})
# What may be left to the draft: it begins with the rules' own words, and is signed later on.
_MAY_WAIT: Final = {
    "statement": N_("留空的，由系统按规则写好。"),
    "declared_on": N_("可以留空，签署时再填。"),
}
_PRODUCT: Final = Field(
    "product",
    N_("声明的产品"),
    Kind.CHOICE,
    help=N_("已登记的产品，从下拉列表中选择；每行一个产品。"),
    public=True,
)
# What the example row shows where the dossier is chosen from. It is none of the choices: an example has to be known
# again whatever the dossier holds by then.
_EXAMPLES: Final = {
    "product": "示例玻璃杯 · 示例牌 · SL-300",
    "line": "示例生产线 · 示例企业 · 示例路 1 号",
    "markets": "德国、美国",
    "reports": "SL-2026-001 · 示例检测中心 · 2026-03-08",
}


def _for_sheets(field: Field) -> Field:
    """The field as a sheet asks for it."""
    field = replace(field, example=_EXAMPLES.get(field.name, field.example))
    if field.kind is Kind.EVIDENCE:
        return replace(field, kind=Kind.CHOICES)
    return replace(field, required=False, help=_MAY_WAIT[field.name]) if field.name in _MAY_WAIT else field


_FIELDS: Final = (
    _for_sheets(_PRODUCT),
    *(_for_sheets(field) for name, field in DECLARATION.fields.items() if name not in _NOT_IN_BULK),
)
_NOTHING_THERE: Final = N_("还没有这项内容，请先在企业档案中登记。")
_UNDER_WAY: Final = N_("这个产品的申报 %(reference)s 还没有办结，请在那里继续。")
_TO_BE_REPLACED: Final = N_("这个产品的凭证正在申请变更或续期，请在那份草稿中继续。")
_HELD: Final = N_("这个产品已有凭证 %(number)s，变更或续期请在凭证页面办理。")


def template(work: Work, enterprise_id: int) -> Template:
    """The declaration's own fields; what the dossier holds is chosen by its label."""
    known = _choices(work, enterprise_id)
    # A sheet with nothing to choose from says so in its list.
    fields = (
        replace(field, choices=tuple(known[field.name]) or (("", _NOTHING_THERE),)) if field.name in known else field
        for field in _FIELDS
    )
    return Template(_TITLE, tuple(fields), unique=(("product",),))


def _choices(work: Work, enterprise_id: int) -> dict[str, list[tuple[str, str]]]:
    """Values and labels of what can be chosen, by field."""
    reports = evidence.in_use(work, enterprise_id, "test_report")
    return {
        "product": products.pairs_to_choose(work, enterprise_id),
        "line": [(str(line.id), factories.label(line)) for line in factories.to_choose(work, enterprise_id, "")],
        "markets": [(country.alpha2, country.name) for country in reference.countries(work.session)],
        "reports": [
            (str(item.id), evidence.label(item)) for item in reports if not has_expired(item.expires_on, work.today)
        ],
    }


def compare(work: Work, enterprise_id: int, entries: Sequence[Entry]) -> dict[int, Finding]:
    """Rows beside the firm's drafts, and beside what is under way or on record for the same products."""
    numbers = [int(entry.values["product"]) for entry in entries]
    drafts, hindrances = _drafts(work, enterprise_id, numbers), _hindrances(work, enterprise_id)
    found = {}
    for entry, number in zip(entries, numbers, strict=True):
        problems = dict(_problems(work, entry.values))
        if number in hindrances:
            problems["product"] = hindrances[number]
        found[entry.row] = Finding(drafts[number].id if number in drafts else None, problems)
    return found


def put_all(work: Work, rows: Sequence[Mapping[str, Any]]) -> list[Put | InvalidFields]:
    """Begin drafts for these products, or bring those that are there up to this, in a few statements for all.

    Raises:
        NotAllowed: the actor files for no firm.
    """
    enterprise = enterprises.own(work, to_file=True)
    lock(work.session, enterprise)
    step = Step("", "", _FIELDS)
    known = {name: frozenset(dict(pairs)) for name, pairs in _choices(work, enterprise.id).items()}
    chosen = products.by_ids(work, [values["product"] for values in rows], enterprise.id)
    drafts = _drafts(work, enterprise.id, [product.id for product in chosen])
    hindrances = _hindrances(work, enterprise.id)
    kind = kind_named(KIND)
    begun = filings.first_content(work, kind, enterprise)
    done: list[tuple[str, Filing] | InvalidFields] = []
    for values in rows:
        # What is chosen may have been taken out of the dossier since the rows were checked.
        problems = {gap.field: gap.message for gap in find_gaps((step,), values, Facts(work.today, known))}
        product = next((product for product in chosen if str(product.id) == values["product"]), None)
        if product is not None and product.id in hindrances:
            problems["product"] = hindrances[product.id]
        if product is None or problems:
            done.append(InvalidFields(problems))
        else:
            draft = drafts.get(product.id) or filings.new_draft(work, kind, enterprise, begun, {product: None})
            done.append((_fill(work, draft, values), draft))
    work.session.flush()
    return [each if isinstance(each, InvalidFields) else _noted(work, *each) for each in done]


def _fill(work: Work, draft: Filing, values: Mapping[str, Any]) -> str:
    """Bring a draft, perhaps a new one, up to a row, and say what became of it."""
    said = {name: value for name, value in values.items() if name != "product" and (value or name not in _MAY_WAIT)}
    content = draft.content | said
    if draft not in work.session:
        draft.content = content
        work.session.add(draft)
        return "added"
    if content == draft.content:
        return "unchanged"
    # Consent was given to what the draft said before.
    draft.content, draft.updated_at = content | {"consent": ""}, work.now
    return "changed"


def _noted(work: Work, outcome: str, draft: Filing) -> Put:
    if outcome == "added":
        filings.record_start(work, draft)
    return Put(outcome, draft.id)


def _problems(work: Work, values: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    """What is wrong beyond single fields: limits that nobody can compare, characters that cannot be printed."""
    for gap in declaration_checks.undecided(values):
        yield gap.field, gap.message
    for name, field in DECLARATION.fields.items():
        value = values.get(name)
        if field.kind in _TEXTS and (message := filing_checks.unprintable(work, value)):
            yield name, message
        for number, row in enumerate(value or [] if field.kind is Kind.ROWS else []):
            for column, text in row.items():
                if message := filing_checks.unprintable(work, text):
                    yield f"{name}-{number}-{column}", message


def _drafts(work: Work, enterprise_id: int, product_ids: Collection[int]) -> dict[int, Filing]:
    """The firm's drafts of first declarations for one of these products alone, the oldest for each, locked."""
    found: dict[int, Filing] = {}
    statement = (
        select(Filing)
        .join(Filing.objects)
        .where(
            Filing.enterprise_id == enterprise_id,
            Filing.kind == KIND,
            Filing.status == Status.DRAFT,
            Filing.purpose == Purpose.FIRST,
            FilingProduct.product_id.in_(product_ids),
        )
        .options(selectinload(Filing.objects))
        .order_by(Filing.id)
        .with_for_update(of=Filing)
        .execution_options(populate_existing=True)
    )
    for draft in work.session.scalars(statement).unique():
        if len(draft.objects) == 1:
            found.setdefault(draft.objects[0].product_id, draft)
    return found


def _hindrances(work: Work, enterprise_id: int) -> dict[int, Message]:
    """Why nothing is begun for products of the firm that have a declaration under way, or on record."""
    held = work.session.execute(
        select(Certificate.product_id, Certificate.number).where(
            Certificate.enterprise_id == enterprise_id,
            Certificate.kind == KIND,
            Certificate.state.in_([CertificateState.VALID, CertificateState.SUSPENDED]),
            Certificate.valid_until >= work.today,
        )
    )
    found = {product: Message(_HELD, {"number": number}) for product, number in held if product is not None}
    under_way = work.session.execute(
        select(FilingProduct.product_id, Filing.reference)
        .join(FilingProduct.filing)
        .where(
            Filing.enterprise_id == enterprise_id,
            Filing.kind == KIND,
            Filing.status.in_(OPEN_STATUSES),
            or_(Filing.status != Status.DRAFT, Filing.purpose != Purpose.FIRST),
        )
    )
    for product, reference_number in under_way:
        text = {"reference": reference_number}
        found[product] = Message(_UNDER_WAY, text) if reference_number else Message(_TO_BE_REPLACED)
    return found
