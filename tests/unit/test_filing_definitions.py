"""What every kind of filing asks for: its definition holds together, and a complete one of each has no gaps."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from registry.domain.evidence import kind_named
from registry.domain.filings import CERTIFICATION, DECLARATION, DEFINITIONS
from registry.domain.requirements import Facts, Field, Kind, cleaned, find_gaps
from registry.domain.rules import rules_in_force
from registry.domain.workflow import TABLES
from registry.services.filing_kinds import KINDS
from registry.services.snapshots import CERTIFICATE_SCHEMAS, SUBMISSION_SCHEMAS
from tests.factories import complete_certification, complete_content

if TYPE_CHECKING:
    from registry.domain.filings import Definition

TODAY = date(2026, 3, 18)
COMPLETE = {"declaration": complete_content(1, 5, "9"), "certification": complete_certification(1, 5, 7, "9")}
KNOWN = {
    "products": frozenset({"1", "2"}),
    "line": frozenset({"5"}),
    "markets": frozenset({"DE", "US"}),
    "reports": frozenset({"9"}),
    "body": frozenset({"7"}),
    "certificate": frozenset({"9"}),
}
FACTS = Facts(TODAY, KNOWN)
BLANK: dict[Kind, Any] = {Kind.CHOICES: [], Kind.ROWS: [], Kind.EVIDENCE: []}
EVERY = [(definition, field) for definition in DEFINITIONS.values() for field in definition.fields.values()]

each_kind = pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS)
each_field = pytest.mark.parametrize(
    ("definition", "field"), EVERY, ids=[f"{definition.kind}-{field.name}" for definition, field in EVERY]
)


def gaps(definition: Definition, **changes: Any) -> list[tuple[str, str, bool]]:
    found = find_gaps(definition.steps, COMPLETE[definition.kind] | changes, FACTS)
    return [(gap.step, gap.field, gap.missing) for gap in found]


@each_kind
def test_a_complete_one_has_no_gaps_and_a_normal_form(definition: Definition) -> None:
    assert gaps(definition) == []
    normal = cleaned(definition.steps, COMPLETE[definition.kind])
    assert normal.keys() == COMPLETE[definition.kind].keys() == definition.fields.keys()
    # The normal form says the same: there is nothing left in it to be brought into another.
    lines = {name: "\n".join(normal[name]) for name, field in definition.fields.items() if field.kind is Kind.LINES}
    assert cleaned(definition.steps, normal | lines) == normal


@each_kind
def test_names_are_unique_and_fields_and_steps_are_found_by_name(definition: Definition) -> None:
    names = [field.name for step in definition.steps for field in step.fields]
    assert len(set(names)) == len(names)
    assert list(definition.fields) == names
    assert [definition.step_named(name) for name in definition.step_names] == list(definition.steps)
    for step in definition.steps:
        for field in step.fields:
            assert definition.step_of(field.name) is step
            columns = [column.name for column in field.columns]
            assert len(set(columns)) == len(columns)
            # A control of a table is named after the field, its row and its column, with hyphens between.
            assert not any("-" in name for name in (field.name, *columns))
    with pytest.raises(KeyError):
        definition.step_named("nothing")
    with pytest.raises(KeyError):
        definition.step_of("nothing")


def test_every_kind_is_known_wherever_there_is_something_for_each() -> None:
    assert DEFINITIONS == {"declaration": DECLARATION, "certification": CERTIFICATION}
    for known in (KINDS, TABLES, SUBMISSION_SCHEMAS, CERTIFICATE_SCHEMAS):
        assert set(known) == set(DEFINITIONS)
    for kind, definition in DEFINITIONS.items():
        assert KINDS[kind].DEFINITION is definition
        assert KINDS[kind].MODEL.__mapper_args__ == {"polymorphic_identity": kind}
        assert set(KINDS[kind].CARRIED_OVER) <= set(definition.fields)
        # A product, a file, a date and a promise belong to one filing.
        for name in KINDS[kind].CARRIED_OVER:
            field = definition.fields[name]
            assert field.kind not in {Kind.DATE, Kind.FLAG, Kind.EVIDENCE, Kind.FILE}, name
            # Of a table, something is left to be said, so that nobody submits it unseen.
            assert field.kind is not Kind.ROWS or any(column.anew for column in field.columns), name
        assert "products" not in KINDS[kind].CARRIED_OVER
        assert rules_in_force(kind, TODAY).route


@each_field
def test_each_field_left_out(definition: Definition, field: Field) -> None:
    wanted = [(definition.step_of(field.name).name, field.name, True)] if field.required else []
    assert gaps(definition, **{field.name: BLANK.get(field.kind, "")}) == wanted
    content = {name: value for name, value in COMPLETE[definition.kind].items() if name != field.name}
    found = find_gaps(definition.steps, content, FACTS)
    assert [(gap.step, gap.field, gap.missing) for gap in found] == wanted
    assert [gap.label for gap in found] == [field.label] * len(wanted)


@each_field
def test_each_choice_that_is_not_offered(definition: Definition, field: Field) -> None:
    """What the form does not offer is not taken: neither a value of its own nor the number of another firm's row."""
    for value in ("999", "nothing", "-1", "٣", "9" * 5000):
        if field.kind in {Kind.CHOICE, Kind.FLAG}:
            assert gaps(definition, **{field.name: value})[0][1:] == (field.name, False)
        elif field.kind in {Kind.CHOICES, Kind.EVIDENCE}:
            assert gaps(definition, **{field.name: [value]})[0][1:] == (field.name, False)


@each_field
def test_a_choice_has_choices_and_evidence_a_kind(definition: Definition, field: Field) -> None:
    chosen = field.kind in {Kind.CHOICE, Kind.CHOICES, Kind.FLAG}
    assert bool(field.choices or field.name in KNOWN) is (chosen or field.kind is Kind.EVIDENCE)
    assert bool(field.evidence_kind) is (field.kind is Kind.EVIDENCE)
    assert (field.name in definition.evidence_fields) is (field.kind is Kind.EVIDENCE)
    if field.evidence_kind:
        assert kind_named(field.evidence_kind)
        assert field.max_rows
    if field.required_if is not None:
        other, value = field.required_if
        assert value in dict(definition.fields[other].choices)


@each_kind
def test_a_firm_chooses_among_facts_that_exist(definition: Definition) -> None:
    """What can be released are fields, or facts of the line that is chosen, or the addresses of the parties."""
    known = {*definition.fields, "factory_address", "production_line", "parties"}
    choices = [value for value, _label in definition.public_choices]
    assert set(choices) <= known
    assert len(set(choices)) == len(choices)
    assert definition.personal <= set(choices)
    assert definition.fields["public"].choices == definition.public_choices


@each_kind
def test_products_have_a_limit_and_more_are_told(definition: Definition) -> None:
    most = definition.fields["products"].max_rows
    known = FACTS.choices | {"products": frozenset(str(number) for number in range(most + 1))}
    for count, wanted in ((most, []), (most + 1, ["products"])):
        content = COMPLETE[definition.kind] | {"products": [str(number) for number in range(count)]}
        found = find_gaps(definition.steps, content, Facts(TODAY, known))
        assert [gap.field for gap in found] == wanted
        assert not any(gap.missing for gap in found)


@each_kind
def test_what_a_kind_is_called(definition: Definition) -> None:
    """Never 认证证书 for what the registry issues (认证认可条例 第九条)."""
    assert definition.label != definition.certificate
    assert definition.certificate.endswith("备案凭证")
    assert "认证证书" not in definition.certificate


def test_only_a_declaration_is_signed() -> None:
    """It is the firm's own attestation; a certification is the body's."""
    assert DECLARATION.signed
    assert not CERTIFICATION.signed
