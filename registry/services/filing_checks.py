"""What is wrong with a filing beyond single fields, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from registry.domain.corrections import opened_fields
from registry.domain.evidence import facts_of, has_expired, kind_named
from registry.domain.filings import DEFINITIONS
from registry.domain.messages import N_, Message
from registry.domain.requirements import Facts, Gap, Kind, Step, find_gaps, row_numbers
from registry.domain.text import clean_text
from registry.domain.workflow import Status
from registry.models import Factory, ProductionLine
from registry.services import corrections, evidence, factories, snapshots, succession

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from registry.models import Evidence, Filing
    from registry.services.work import Work

_UNPRINTABLE: Final = N_("凭证无法印出这些字：%(characters)s，请改用常用字。")


def problems(work: Work, filing: Filing) -> list[Gap]:
    """What keeps the filing from being submitted although every field may be right."""
    definition = DEFINITIONS[filing.kind]
    chosen = {
        name: list(evidence.by_ids(work, filing.content.get(name) or [], filing.enterprise_id).values())
        for name in definition.evidence_fields
    }
    return [
        *_unprintable(work, filing, chosen),
        *_out_of_order(work, filing),
        *_out_of_use(work, filing, chosen),
        *(
            Gap(definition.step_of(name).name, name, definition.fields[name].label, message, missing=False)
            for name, pieces in chosen.items()
            for piece in pieces
            if (message := _useless(work, piece)) is not None
        ),
    ]


def unprintable(work: Work, value: Any) -> Message | None:
    """What is told of a text, or of rows of texts, with a character that no font of the documents has."""
    missing = work.adapters.fonts.missing_glyphs(_text_of(value))
    return Message(_UNPRINTABLE, {"characters": "、".join(missing)}) if missing else None


def _useless(work: Work, piece: Evidence) -> Message | None:
    """Why a piece of evidence proves nothing: its time is over, or what it says has not been told."""
    name = piece.number or piece.file_name
    if has_expired(piece.expires_on, work.today):
        text = N_("%(number)s 已于 %(day)s 到期，请换用有效的文件。")
        return Message(text, {"number": name, "day": str(piece.expires_on)})
    kind = kind_named(piece.kind)
    untold = find_gaps((Step("", "", kind.fields),), facts_of(kind, piece), Facts(work.today))
    if untold:
        text = N_("%(number)s：请先在证明材料库中填好“%(label)s”。")
        return Message(text, {"number": name, "label": Message(untold[0].label)})
    return None


def _out_of_use(work: Work, filing: Filing, chosen: Mapping[str, Iterable[Evidence]]) -> Iterator[Gap]:
    """What the firm itself has taken out of use since it was chosen.

    In a correction only where a reviewer has asked for another choice: whatever else was submitted stands.
    """
    definition, asked = DEFINITIONS[filing.kind], corrections.last_return(filing)
    opened = opened_fields(definition, asked.remarks) if asked is not None else definition.fields.keys()
    for name, message in _retired(work, filing, chosen):
        if name in opened:
            yield Gap(definition.step_of(name).name, name, definition.fields[name].label, message, missing=False)


def _retired(work: Work, filing: Filing, chosen: Mapping[str, Iterable[Evidence]]) -> Iterator[tuple[str, Message]]:
    """Products, line and evidence that are chosen and out of use, by field."""
    for item in filing.objects:
        if item.product.retired_at is not None:
            yield "products", Message(_PRODUCT_RETIRED, {"name": item.product.name})
    lines = row_numbers([str(filing.content.get("line") or "")])
    retired = ProductionLine.retired_at.is_not(None) | Factory.retired_at.is_not(None)
    own = select(ProductionLine.id).join(Factory).where(Factory.enterprise_id == filing.enterprise_id)
    if work.session.scalar(own.where(ProductionLine.id.in_(lines), retired)) is not None:
        yield "line", Message(_LINE_RETIRED)
    for name, pieces in chosen.items():
        for piece in pieces:
            if piece.retired_at is not None:
                yield name, Message(_EVIDENCE_RETIRED, {"name": piece.number or piece.file_name})


_PRODUCT_RETIRED: Final = N_("产品“%(name)s”已停用，请先在“产品”中恢复使用，或者从申报中去掉。")
_LINE_RETIRED: Final = N_("这条生产线已停用，请选择在用的生产线，或者先恢复使用。")
_EVIDENCE_RETIRED: Final = N_("%(name)s 已标为不再使用，请换用其他文件，或者先恢复使用。")


def _unprintable(work: Work, filing: Filing, chosen: Mapping[str, Iterable[Evidence]]) -> list[Gap]:
    """Texts with a character that no font of the documents has: refused here, so that no document shows a box."""
    return [
        Gap(step_name, field_name, label, message, missing=False)
        for step_name, field_name, label, value in _printed(work, filing, chosen)
        if (message := unprintable(work, value)) is not None
    ]


def _printed(
    work: Work, filing: Filing, chosen: Mapping[str, Iterable[Evidence]]
) -> Iterator[tuple[str, str, str, Any]]:
    """Everything that documents print of a filing and its dossier: step, field, what it is called, what it says."""
    definition, enterprise = DEFINITIONS[filing.kind], filing.enterprise
    firm = (enterprise.name, enterprise.name_en, enterprise.full_address)
    yield "object", "products", N_("企业名称"), list(firm)
    for item in filing.objects:
        product = item.product
        names = [product.name, product.name_en, product.brand, product.model]
        yield "object", "products", N_("产品"), names + [variant.name for variant in product.variants]
    for step in definition.steps:
        for field in step.fields:
            value = filing.content.get(field.name)
            if field.name == "line":
                value = factories.words_of(work, filing.enterprise_id, str(value or ""))
            elif field.kind is Kind.EVIDENCE:
                printed = _PRINTED_FACTS.get(field.evidence_kind, frozenset())
                facts = [facts_of(kind_named(piece.kind), piece) for piece in chosen[field.name]]
                value = [text for fact in facts for name, text in fact.items() if name in printed]
            elif field.kind in _NOT_PRINTED:
                continue
            yield step.name, field.name, field.label, value


_NOT_PRINTED: Final = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.DATE, Kind.FLAG, Kind.FILE})
_PRINTED_FACTS: Final = {"test_report": frozenset({"number", "issuer", "conclusion"})}


def _out_of_order(work: Work, filing: Filing) -> list[Gap]:
    """What has come to stand against the filing since it was begun."""
    found = [*succession.objections(work, filing), *succession.suspended_beside(work, filing)]
    # The county has recommended these products, and is not asked again.
    if filing.status == Status.RETURNED and snapshots.products_of(filing.submissions[-1]) != {
        item.product_id for item in filing.objects
    }:
        found.append(Message(N_("补正时不能更换产品；需要更换时，请撤回后重新申报。")))
    definition = DEFINITIONS[filing.kind]
    label = definition.fields["products"].label
    gaps = [Gap("object", "products", label, message, missing=False) for message in found]
    for field, message in succession.too_short(work, filing).items():
        step = definition.step_of(field).name
        gaps.append(Gap(step, field, definition.fields[field].label, message, missing=False))
    return gaps


def _text_of(value: Any) -> str:
    if isinstance(value, list):
        return "".join(_text_of(item) for item in value)
    if isinstance(value, dict):
        return "".join(_text_of(item) for item in value.values())
    # As it will be printed: without what cannot be seen, letters and their marks put together.
    return clean_text(str(value or ""))
