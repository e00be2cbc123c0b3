"""Filings on the firm's side, of every kind: draft, save, check, submit, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload, selectinload

from registry.domain.canonical import canonical, digest
from registry.domain.corrections import answering, guard_in_time
from registry.domain.errors import AlreadyClosed, InvalidFields, NotAllowed, NotFound, StaleRevision
from registry.domain.identifiers import normalise_standard_no, one_standard_per_line
from registry.domain.messages import N_, Message
from registry.domain.remarks import Weight
from registry.domain.requirements import Gap, Kind, find_gaps
from registry.domain.roles import ENTERPRISE_ROLES, FILING_ROLES
from registry.domain.rules import rules_in_force
from registry.domain.succession import Purpose
from registry.domain.workflow import CLOSED_STATUSES, Action, Status
from registry.models import Certificate, Decision, Filing, FilingProduct, Product, Submission
from registry.services import (
    audit,
    corrections,
    enterprises,
    evidence,
    filing_checks,
    filing_choices,
    products,
    reviews,
    snapshots,
    succession,
)
from registry.services.filing_kinds import kind_named
from registry.services.locking import lock
from registry.services.numbers import next_serial
from registry.services.paging import paginate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select

    from registry.domain.remarks import Remark
    from registry.domain.requirements import Field, Note
    from registry.models import Enterprise
    from registry.services.filing_kinds import FilingKind
    from registry.services.paging import Page
    from registry.services.work import Work

EDITABLE: Final = frozenset({Status.DRAFT, Status.RETURNED})
_UNCHANGED: Final = N_("与上次提交相比没有改动。不需要修改的，请勾选确认，并在“询问与答复”中说明理由。")


_WITH_PRODUCTS: Final = selectinload(Filing.objects).joinedload(FilingProduct.product)


class Incomplete(InvalidFields):
    """A filing was submitted with gaps; `gaps` lists them in the order of the form."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__({gap.field: gap.message for gap in gaps})
        self.gaps = gaps


def start(work: Work, kind: str, *, product_id: int | None = None) -> Filing:
    """Begin a draft, filled in with what the firm has told before.

    Raises:
        NotAllowed: the actor files for no firm.
        NotFound: there is no such kind, or the product is not the firm's.
    """
    filing_kind = kind_named(kind)
    enterprise = enterprises.own(work, to_file=True)
    product = products.get_own(work, product_id, to_change=True) if product_id is not None else None
    objects = {product: None} if product else {}
    untouched = _untouched(work, enterprise, objects, Filing.kind == kind, Filing.purpose == Purpose.FIRST)
    if untouched is not None:
        return untouched
    return add_draft(work, filing_kind, enterprise, first_content(work, filing_kind, enterprise), objects)


def first_content(work: Work, kind: FilingKind, enterprise: Enterprise) -> dict[str, Any]:
    """What a new draft holds: what the rules say, and what the firm has told before."""
    return kind.first_content(work, enterprise) | _told_before(work, enterprise, kind)


def add_draft(
    work: Work,
    kind: FilingKind,
    enterprise: Enterprise,
    content: Mapping[str, Any],
    objects: Mapping[Product, int | None],
    *,
    purpose: Purpose = Purpose.FIRST,
) -> Filing:
    """Store a draft; see `new_draft`."""
    filing = new_draft(work, kind, enterprise, content, objects, purpose=purpose)
    work.session.add(filing)
    work.session.flush()
    record_start(work, filing)
    return filing


def new_draft(
    work: Work,
    kind: FilingKind,
    enterprise: Enterprise,
    content: Mapping[str, Any],
    objects: Mapping[Product, int | None],
    *,
    purpose: Purpose = Purpose.FIRST,
) -> Filing:
    """A draft that is to be stored.

    Args:
        work: who acts.
        kind: what kind of filing.
        enterprise: the firm that files.
        content: what it says already, but for the products.
        objects: its products, each with the certificate that is to be replaced, if any.
        purpose: what it is for.
    """
    rules = rules_in_force(kind.DEFINITION.kind, work.today)
    filing = kind.MODEL(
        enterprise=enterprise,
        area_code=enterprise.area_code,
        subject=rules.subject,
        rules_version=rules.version,
        purpose=purpose,
        content={**content, "products": [str(product.id) for product in objects]},
        created_at=work.now,
        updated_at=work.now,
    )
    for position, (product, replaces_id) in enumerate(objects.items()):
        filing.objects.append(FilingProduct(product=product, position=position, replaces_id=replaces_id))
    kind.follow(work, filing)
    return filing


def record_start(work: Work, filing: Filing) -> None:
    """Note in the trail that a draft was begun."""
    audit.record(work, "enterprise:filing:start", filing.id, kind=filing.kind)


def page_own(work: Work, number: int) -> Page[Filing]:
    """One page of the filings of the actor's firm, last changed first."""
    return paginate(work.session, _of_own(work), number, _WITH_PRODUCTS)


def get_own(work: Work, filing_id: int, *, to_file: bool = False) -> Filing:
    """One of them, with its decisions.

    Raises:
        NotFound: there is none, or it is another firm's.
    """
    ids = work.actor.enterprise_ids(FILING_ROLES if to_file else ENTERPRISE_ROLES)
    filing = work.session.scalar(
        select(Filing)
        .where(Filing.id == filing_id, Filing.enterprise_id.in_(ids))
        .options(
            selectinload(Filing.objects).joinedload(FilingProduct.product).selectinload(Product.variants),
            joinedload(Filing.enterprise),
            joinedload(Filing.area),
            selectinload(Filing.decisions).joinedload(Decision.bureau),
        )
    )
    if filing is None:
        raise NotFound
    return filing


def certificates_of(work: Work, filing: Filing) -> list[Certificate]:
    """The certificates issued on a filing, if it has come to that: one for each product."""
    return list(
        work.session.scalars(select(Certificate).where(Certificate.filing_id == filing.id).order_by(Certificate.id))
    )


def is_editable(work: Work, filing: Filing) -> bool:
    """Whether the firm may change it now: a draft, or a correction whose time is not over."""
    return filing.status in EDITABLE and not corrections.lapsed(work, filing)


def is_open(work: Work, filing: Filing, field_name: str) -> bool:
    """Whether the firm may change this field now; of a correction, only what is to be corrected."""
    if not is_editable(work, filing):
        return False
    found = gaps(work, filing) if filing.status == Status.RETURNED else []
    return field_name in corrections.open_fields(filing, found, corrections.changes_now(work, filing, found))


def save_step(work: Work, filing_id: int, step_name: str, values: Mapping[str, Any], *, revision: int) -> Filing:
    """Save one step as typed, right or wrong, complete or not.

    Raises:
        NotFound, NotAllowed: not the actor's draft, or not open for changes; in a correction, not all fields are.
        StaleRevision: it was changed elsewhere since the form was shown; nothing is overwritten.
    """
    filing = _open_draft(work, filing_id, revision)
    kind = kind_named(filing.kind)
    step = kind.DEFINITION.step_named(step_name)
    typed = {
        field.name: _typed(field, values[field.name], filing.content.get(field.name))
        for field in step.fields
        if field.name in values
    }
    if filing.status == Status.DRAFT:
        typed |= kind.also_known(work, filing, typed)
    if filing.status == Status.RETURNED:
        changed = {name for name, value in typed.items() if (value or None) != (filing.content.get(name) or None)}
        corrections.guard_step(work, filing, step, changed, gaps(work, filing))
    if filing.content | typed == filing.content:
        return filing  # Nobody else's page is made an old one by a save of what stands there already.
    filing.content = filing.content | typed
    if "products" in typed:
        _follow_products(work, filing)
    kind.follow(work, filing)
    filing.updated_at = work.now
    work.session.flush()
    return filing


def gaps(work: Work, filing: Filing) -> list[Gap]:
    """What still keeps it from being submitted, in the order of the form."""
    kind = kind_named(filing.kind)
    found = find_gaps(kind.DEFINITION.steps, filing.content, filing_choices.facts(work, filing))
    found += filing_checks.problems(work, filing)
    return [*found, *kind.problems(work, filing, found)]


def notes(work: Work, filing: Filing) -> list[Note]:
    """What is worth a second look before submitting, and keeps nothing from it."""
    return [*succession.notes(work, filing), *kind_named(filing.kind).notes(work, filing)]


def for_reviewer(work: Work, filing: Filing) -> list[Remark]:
    """What the reviewer of a case is told to look at, as things stand now; what contradicts something comes first."""
    found = [*succession.for_reviewer(work, filing), *kind_named(filing.kind).for_reviewer(work, filing)]
    return sorted(found, key=lambda remark: remark.weight is not Weight.WARNING)


def submit(work: Work, filing_id: int, *, revision: int, unchanged: bool = False) -> Filing:
    """Check, freeze what is filed, and hand it to the first tier, or back to the one that returned it.

    Args:
        work: who acts.
        filing_id: the draft.
        revision: the revision the actor was shown.
        unchanged: the firm means it, though a filing that was sent back says the same as before.

    Raises:
        Incomplete: something is missing or wrong.
        InvalidFields: nothing was changed of what was sent back.
        NotAllowed: no bureau has verified the firm yet.
        StaleRevision, AlreadyClosed, NotAllowed, NotFound: as for saving.
    """
    filing = _open_draft(work, filing_id, revision)
    if filing.enterprise.verified_at is None:
        raise NotAllowed(N_("企业核验通过后才能提交申报。草稿已保存，核验通过后可以直接提交。"))
    found = gaps(work, filing)
    if found:
        raise Incomplete(found)
    again = filing.status == Status.RETURNED
    if again and not unchanged and not answering(corrections.changes_now(work, filing, found)):
        raise InvalidFields({"unchanged": Message(_UNCHANGED)})
    if not again:
        filing.area_code = filing.enterprise.area_code
        filing.rules_version = rules_in_force(filing.kind, work.today).version
        filing.reference = f"SM-{work.today.year}-{next_serial(work.session, f'SM-{work.today.year}'):06d}"
    _freeze(work, filing)
    for linked in evidence.of_content(work, filing):
        if linked not in filing.evidence:
            filing.evidence.append(linked)
    work.session.flush()
    work.session.refresh(filing, ["area"])
    action = Action.RESUBMIT if again else Action.SUBMIT
    reviews.apply_action(work, filing, action, revision=filing.revision)
    return filing


def withdraw(work: Work, filing_id: int, *, revision: int, reason: str) -> Filing:
    """Take back a draft or a filing that is not decided yet.

    Raises:
        NotFound, StaleRevision, AlreadyClosed, NotAllowed: as for submitting.
    """
    filing = get_own(work, filing_id, to_file=True)
    reviews.apply_action(work, filing, Action.WITHDRAW, revision=revision, reason=reason)
    return filing


def _of_own(work: Work) -> Select[Any]:
    # A draft that was given up was never a filing to anybody else.
    given_up = and_(Filing.status == Status.WITHDRAWN, Filing.submitted_at.is_(None))
    own = select(Filing).where(Filing.enterprise_id.in_(work.actor.enterprise_ids()), ~given_up)
    return own.order_by(Filing.updated_at.desc(), Filing.id.desc())


def _told_before(work: Work, enterprise: Enterprise, kind: FilingKind) -> dict[str, Any]:
    """What the firm's last filing of this kind said that holds for the next one as well."""
    last = work.session.scalars(
        select(Filing)
        .where(
            Filing.kind == kind.DEFINITION.kind,
            Filing.enterprise_id == enterprise.id,
            Filing.submitted_at.is_not(None),
        )
        .order_by(Filing.submitted_at.desc())
        .limit(1)
    ).first()
    if last is None:
        return {}
    fields = kind.DEFINITION.fields
    return {name: offered(fields[name], last.content[name]) for name in kind.CARRIED_OVER if name in last.content}


def offered(field: Field, value: Any) -> Any:
    """What was said before, without the columns that have to be said anew."""
    if field.kind is not Kind.ROWS:
        return value
    anew = {column.name: "" for column in field.columns if column.anew}
    return [row | anew for row in value]


def carried_over(work: Work, filing: Filing) -> frozenset[str]:
    """The fields of a first draft that say what the firm's last filing of this kind said, for somebody to look at."""
    if filing.status != Status.DRAFT or filing.purpose != Purpose.FIRST:
        return frozenset()
    before = _told_before(work, filing.enterprise, kind_named(filing.kind))
    return frozenset(name for name, value in before.items() if value and filing.content.get(name) == value)


def _untouched(
    work: Work, enterprise: Enterprise, objects: Mapping[Product, int | None], *conditions: ColumnElement[bool]
) -> Filing | None:
    """A draft like this that nobody has typed into: after a double click, or for somebody who came back."""
    fresh = (Filing.status == Status.DRAFT, Filing.revision == 1)
    wanted = {product.id: replaces_id for product, replaces_id in objects.items()}
    drafts = work.session.scalars(select(Filing).where(Filing.enterprise_id == enterprise.id, *fresh, *conditions))
    for draft in drafts:
        if {item.product_id: item.replaces_id for item in draft.objects} == wanted:
            return draft
    return None


def _open_draft(work: Work, filing_id: int, revision: int) -> Filing:
    filing = get_own(work, filing_id, to_file=True)
    lock(work.session, filing)
    if filing.status in CLOSED_STATUSES:
        raise AlreadyClosed
    if filing.revision != revision:
        raise StaleRevision
    if filing.status not in EDITABLE:
        raise NotAllowed(N_("该申报正在审核中，不能修改；需要修改时请先撤回或等待退回。"))
    guard_in_time(filing.status, filing.correct_by, work.today)
    return filing


def _follow_products(work: Work, filing: Filing) -> None:
    """Bring the linked products up to the chosen ones; those that replace a certificate keep that, or get it back."""
    chosen = products.by_ids(work, filing.content.get("products") or [], filing.enterprise_id)
    known = {item.product_id: item for item in filing.objects}
    replaced = succession.replaceable(work, filing, [product.id for product in chosen if product.id not in known])
    filing.objects = [
        known.get(product.id) or FilingProduct(product=product, replaces_id=replaced.get(product.id))
        for product in chosen
    ]
    for position, item in enumerate(filing.objects):
        item.position = position


def _typed(field: Field, value: Any, before: Any) -> Any:
    """What was typed, to be kept; of several standards on one line, each comes on its own.

    Boxes come in the order of the page; what was chosen before keeps its place.
    """
    value = _storable(value)
    if field.check is normalise_standard_no and isinstance(value, str):
        apart = one_standard_per_line(value)
        return apart if len(apart.splitlines()) > len(value.splitlines()) else value
    if field.kind in {Kind.CHOICES, Kind.EVIDENCE}:
        return list(dict.fromkeys([*(each for each in before or [] if each in value), *value]))
    return value


def _storable(value: Any) -> Any:
    """What was typed, without the one character that PostgreSQL cannot store."""
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {name: _storable(item) for name, item in value.items()}
    return value.replace("\0", "") if isinstance(value, str) else value


def _freeze(work: Work, filing: Filing) -> None:
    snapshot = snapshots.of_filing(work, filing) | kind_named(filing.kind).submitted(work, filing)
    text = canonical(snapshot)
    for item in filing.objects:
        for picture in item.product.pictures:
            picture.file.frozen = True
    filing.submissions.append(
        Submission(
            sequence=len(filing.submissions) + 1,
            snapshot=text,
            sha256=digest(text),
            submitted_at=work.now,
            submitted_by_id=work.actor.user_id,
        )
    )
