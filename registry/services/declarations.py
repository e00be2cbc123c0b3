"""Self-declarations on the firm's side: draft, save, check, submit, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from registry.domain.canonical import canonical, digest
from registry.domain.declaration import PERSONAL, PUBLIC_CHOICES, STEPS, step_named
from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, Gap, Kind, find_gaps
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES
from registry.domain.rules import rules_in_force
from registry.domain.text import clean_text
from registry.domain.workflow import CLOSED_STATUSES, Action, Status
from registry.models import Certificate, Decision, Declaration, Product, Submission
from registry.services import audit, certificates, enterprises, evidence, products, reference, reviews, snapshots
from registry.services.locking import lock
from registry.services.numbers import next_serial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from registry.models import Enterprise, Filing
    from registry.services.work import Work

KIND: Final = "declaration"
EDITABLE: Final = frozenset({Status.DRAFT, Status.RETURNED})

# What a firm has once told us about its line and its signatory is offered again.
_CARRIED_OVER: Final = (
    "manufacturer",
    "factory_address",
    "production_line",
    "signatory_name",
    "signatory_function",
    "place",
    "public",
)


class Incomplete(InvalidFields):
    """A declaration was submitted with gaps; `gaps` lists them in the order of the form."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__({gap.field: gap.message for gap in gaps})
        self.gaps = gaps


def start(work: Work, *, product_id: int | None = None) -> Declaration:
    """Begin a draft, filled in with what the firm has told before.

    Raises:
        NotAllowed: the actor files for no firm.
        NotFound: the product is not the firm's.
    """
    enterprise = enterprises.own(work, to_file=True)
    product = products.get_own(work, product_id, to_change=True) if product_id is not None else None
    untouched = _untouched(work, enterprise, Declaration.product_id == product_id, Declaration.replaces_id.is_(None))
    if untouched is not None:
        return untouched
    content = _initial_content(work, enterprise)
    if product is not None:
        content["product"] = str(product.id)
    return _add_draft(work, enterprise, content, product)


def start_replacement(work: Work, certificate_id: int) -> Declaration:
    """Begin a draft that is to supersede one of the firm's own certificates, with the old content.

    Raises:
        NotFound: the certificate is not the firm's.
        NotAllowed: it is suspended, or has ended: nothing takes its place.
    """
    enterprise = enterprises.own(work, to_file=True)
    certificate = work.session.scalar(
        select(Certificate).where(Certificate.id == certificate_id, Certificate.enterprise_id == enterprise.id)
    )
    if certificate is None:
        raise NotFound
    certificates.guard_superseding(certificate, work.today)
    old = work.session.get_one(Declaration, certificate.filing_id)
    untouched = _untouched(work, enterprise, Declaration.replaces_id == certificate_id)
    if untouched is not None:
        return untouched
    content = dict(old.content) | {"declared_on": "", "consent": ""}
    return _add_draft(work, enterprise, content, old.product, replaces_id=certificate_id)


def list_own(work: Work) -> list[Declaration]:
    """The declarations of the actor's firms, last changed first."""
    return list(
        work.session.scalars(
            select(Declaration)
            .where(Declaration.enterprise_id.in_(work.actor.enterprise_ids()))
            .options(joinedload(Declaration.product))
            .order_by(Declaration.updated_at.desc(), Declaration.id.desc())
        )
    )


def get_own(work: Work, declaration_id: int, *, to_file: bool = False) -> Declaration:
    """One of them, with its decisions.

    Raises:
        NotFound: there is none, or it is another firm's.
    """
    ids = work.actor.enterprise_ids(FILING_ROLES if to_file else ENTERPRISE_ROLES)
    declaration = work.session.scalar(
        select(Declaration)
        .where(Declaration.id == declaration_id, Declaration.enterprise_id.in_(ids))
        .options(
            joinedload(Declaration.product).selectinload(Product.pictures),
            joinedload(Declaration.enterprise),
            joinedload(Declaration.area),
            selectinload(Declaration.decisions).joinedload(Decision.bureau),
        )
    )
    if declaration is None:
        raise NotFound
    return declaration


def certificate_of(work: Work, filing: Filing) -> Certificate | None:
    """The certificate issued on a filing, if it has come to that."""
    return work.session.scalar(select(Certificate).where(Certificate.filing_id == filing.id))


def save_step(
    work: Work, declaration_id: int, step_name: str, values: Mapping[str, Any], *, revision: int
) -> Declaration:
    """Save one step as typed, right or wrong, complete or not.

    Raises:
        NotFound, NotAllowed: not the actor's draft, or not open for changes.
        StaleRevision: it was changed elsewhere since the form was shown; nothing is overwritten.
    """
    declaration = _open_draft(work, declaration_id, revision)
    names = {field.name for field in step_named(step_name).fields}
    declaration.content = declaration.content | {name: _storable(values[name]) for name in names & values.keys()}
    if step_name == "object":
        declaration.product = _chosen_product(work, declaration)
    declaration.updated_at = work.now
    work.session.flush()
    return declaration


def gaps(work: Work, declaration: Declaration) -> list[Gap]:
    """What still keeps it from being submitted, in the order of the form."""
    found = find_gaps(STEPS, declaration.content, _facts(work, declaration))
    return [*found, *_unprintable(work, declaration), *_out_of_order(work, declaration)]


def submit(work: Work, declaration_id: int, *, revision: int) -> Declaration:
    """Check, freeze what is declared, and hand it to the first tier, or back to the one that returned it.

    Raises:
        Incomplete: something is missing or wrong.
        NotAllowed: no bureau has verified the firm yet.
        StaleRevision, AlreadyClosed, NotAllowed, NotFound: as for saving.
    """
    declaration = _open_draft(work, declaration_id, revision)
    if declaration.enterprise.verified_at is None:
        raise NotAllowed(N_("企业核验通过后才能提交申报。草稿已保存，核验通过后可以直接提交。"))
    found = gaps(work, declaration)
    if found:
        raise Incomplete(found)
    again = declaration.status == Status.RETURNED
    if not again:
        declaration.area_code = declaration.enterprise.area_code
        declaration.rules_version = rules_in_force(KIND, work.today).version
        declaration.reference = f"SM-{work.today.year}-{next_serial(work.session, f'SM-{work.today.year}'):06d}"
    snapshot = _freeze(work, declaration)
    for report in snapshot["content"]["reports"]:
        linked = evidence.read(work, report["file"]["id"])
        if linked not in declaration.evidence:
            declaration.evidence.append(linked)
    work.session.flush()
    work.session.refresh(declaration, ["area"])
    action = Action.RESUBMIT if again else Action.SUBMIT
    reviews.apply_action(work, declaration, action, revision=declaration.revision)
    return declaration


def withdraw(work: Work, declaration_id: int, *, revision: int, reason: str) -> Declaration:
    """Take back a draft or a filing that is not decided yet.

    Raises:
        NotFound, StaleRevision, AlreadyClosed, NotAllowed: as for submitting.
    """
    declaration = get_own(work, declaration_id, to_file=True)
    reviews.apply_action(work, declaration, Action.WITHDRAW, revision=revision, reason=reason)
    return declaration


def _initial_content(work: Work, enterprise: Enterprise) -> dict[str, Any]:
    content: dict[str, Any] = {
        "manufacturer": enterprise.name,
        "factory_address": enterprise.full_address,
        "statement": rules_in_force(KIND, work.today).statement,
        "public": [value for value, _label in PUBLIC_CHOICES if value not in PERSONAL],
    }
    last = work.session.scalars(
        select(Declaration)
        .where(Declaration.enterprise_id == enterprise.id, Declaration.submitted_at.is_not(None))
        .order_by(Declaration.submitted_at.desc())
        .limit(1)
    ).first()
    if last is not None:
        content |= {name: last.content[name] for name in _CARRIED_OVER if name in last.content}
    return content


def _untouched(work: Work, enterprise: Enterprise, *conditions: ColumnElement[bool]) -> Declaration | None:
    """A draft like this that nobody has typed into: after a double click, or for somebody who came back."""
    fresh = (Declaration.status == Status.DRAFT, Declaration.revision == 1)
    return work.session.scalars(
        select(Declaration).where(Declaration.enterprise_id == enterprise.id, *fresh, *conditions)
    ).first()


def _add_draft(
    work: Work,
    enterprise: Enterprise,
    content: dict[str, Any],
    product: Product | None,
    *,
    replaces_id: int | None = None,
) -> Declaration:
    rules = rules_in_force(KIND, work.today)
    declaration = Declaration(
        enterprise=enterprise,
        area_code=enterprise.area_code,
        subject=rules.subject,
        rules_version=rules.version,
        content=content,
        product=product,
        replaces_id=replaces_id,
        created_at=work.now,
        updated_at=work.now,
    )
    work.session.add(declaration)
    work.session.flush()
    audit.record(work, "enterprise:declaration:start", declaration.id)
    return declaration


def _open_draft(work: Work, declaration_id: int, revision: int) -> Declaration:
    declaration = get_own(work, declaration_id, to_file=True)
    lock(work.session, declaration)
    if declaration.status in CLOSED_STATUSES:
        raise AlreadyClosed
    if declaration.revision != revision:
        raise StaleRevision
    if declaration.status not in EDITABLE:
        raise NotAllowed(N_("该申报正在审核中，不能修改；需要修改时请先撤回或等待退回。"))
    return declaration


def _chosen_product(work: Work, declaration: Declaration) -> Product | None:
    chosen = declaration.content.get("product")
    own = work.session.scalars(select(Product).where(Product.enterprise_id == declaration.enterprise_id))
    return next((product for product in own if str(product.id) == chosen), None)


def _facts(work: Work, declaration: Declaration) -> Facts:
    own_products = work.session.scalars(select(Product.id).where(Product.enterprise_id == declaration.enterprise_id))
    return Facts(
        work.today,
        {
            "product": frozenset(str(number) for number in own_products),
            "markets": frozenset(country.alpha2 for country in reference.countries(work.session)),
            "evidence": evidence.own_ids(work, declaration.enterprise_id),
        },
    )


def _unprintable(work: Work, declaration: Declaration) -> list[Gap]:
    """Texts with a character that no font of the documents has: refused here, so that no certificate shows a box."""
    found = []
    enterprise, product = declaration.enterprise, declaration.product
    printed = [
        (
            "object",
            "product",
            N_("企业名称"),
            f"{enterprise.name}{enterprise.name_en}{enterprise.full_address}",
        )
    ]
    if product is not None:
        text = f"{product.name}{product.name_en}{product.brand}{product.model}"
        printed.append(("object", "product", N_("产品"), text))
    for step in STEPS:
        for field in step.fields:
            text = _text_of(declaration.content.get(field.name)) if field.kind not in _NOT_PRINTED else ""
            printed.append((step.name, field.name, field.label, text))
    for step_name, field_name, label, text in printed:
        missing = work.adapters.fonts.missing_glyphs(text)
        if missing:
            message = Message(
                N_("凭证无法印出这些字：%(characters)s，请改用常用字。"), {"characters": "、".join(missing)}
            )
            found.append(Gap(step_name, field_name, label, message, missing=False))
    return found


_NOT_PRINTED: Final = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.DATE, Kind.FLAG, Kind.FILE})


def _out_of_order(work: Work, declaration: Declaration) -> list[Gap]:
    """What has come to stand against the filing since it was begun."""
    found = []
    if declaration.replaces is not None:
        try:
            certificates.guard_superseding(declaration.replaces, work.today)
        except NotAllowed as error:
            found.append(error.message)
    # The county has recommended this product, and is not asked again.
    returned = declaration.status == Status.RETURNED
    if returned and declaration.submissions[-1].product_id != declaration.product_id:
        found.append(Message(N_("补正时不能更换产品；需要更换时，请撤回后重新申报。")))
    return [Gap("object", "product", N_("声明的产品"), message, missing=False) for message in found]


def _text_of(value: Any) -> str:
    if isinstance(value, list):
        return "".join(_text_of(item) for item in value)
    if isinstance(value, dict):
        return "".join(_text_of(item) for item in value.values())
    # As it will be printed: without what cannot be seen, letters and their marks put together.
    return clean_text(str(value or ""))


def _storable(value: Any) -> Any:
    """What was typed, without the one character that PostgreSQL cannot store."""
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {name: _storable(item) for name, item in value.items()}
    return value.replace("\0", "") if isinstance(value, str) else value


def _freeze(work: Work, declaration: Declaration) -> dict[str, Any]:
    snapshot = snapshots.of_submission(work, declaration)
    text = canonical(snapshot)
    declaration.submissions.append(
        Submission(
            sequence=len(declaration.submissions) + 1,
            snapshot=text,
            sha256=digest(text),
            submitted_at=work.now,
            submitted_by_id=work.actor.user_id,
            product_id=declaration.product_id,
        )
    )
    return snapshot
