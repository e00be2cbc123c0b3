"""The kinds of filing, each with its definition: the form, the checks, the guide and the print view read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.domain import certification, declaration
from registry.domain.messages import N_
from registry.domain.requirements import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.requirements import Field, Step

# What is said anew with every submission, whatever it carries over: also with that of a correction.
SAID_ANEW: Final = frozenset({"declared_on", "consent"})
# What every filing asks anew, whatever it carries over: it speaks of the products filed and of the year before. A
# correction goes on from what was said.
ASKED_ANEW: Final = frozenset({"quality_record", "quality_note"})


@dataclass(frozen=True, slots=True)
class Definition:
    """What one kind of filing asks for, and what it is called."""

    kind: str
    label: str
    attestation: str  # The same in a word or two, for lists.
    certificate: str  # What the registry issues on it.
    steps: tuple[Step, ...]
    public_choices: tuple[tuple[str, str], ...]
    personal: frozenset[str] = frozenset()  # Of these, what is personal data: never ticked unasked.
    signed: bool = False  # Whether the firm signs a document that is made of it.

    @property
    def step_names(self) -> tuple[str, ...]:
        """The names of the steps, in order."""
        return tuple(step.name for step in self.steps)

    @property
    def fields(self) -> dict[str, Field]:
        """Every field of every step, by name."""
        return {field.name: field for step in self.steps for field in step.fields}

    @property
    def evidence_fields(self) -> tuple[str, ...]:
        """The names of the fields that hold pieces of evidence."""
        return tuple(name for name, field in self.fields.items() if field.kind is Kind.EVIDENCE)

    def step_named(self, name: str) -> Step:
        """The step with this name.

        Raises:
            KeyError: there is no such step.
        """
        return {step.name: step for step in self.steps}[name]

    def step_of(self, field_name: str) -> Step:
        """The step that asks for this field.

        Raises:
            KeyError: none does.
        """
        return {field.name: step for step in self.steps for field in step.fields}[field_name]


DECLARATION: Final = Definition(
    "declaration",
    N_("三同产品自我声明"),
    N_("自我声明"),
    N_("三同产品自我声明备案凭证"),
    declaration.STEPS,
    declaration.PUBLIC_CHOICES,
    declaration.PERSONAL,
    signed=True,
)
CERTIFICATION: Final = Definition(
    "certification",
    N_("三同产品第三方认证"),
    N_("第三方认证"),
    N_("三同产品认证结果备案凭证"),
    certification.STEPS,
    certification.PUBLIC_CHOICES,
)

DEFINITIONS: Final[Mapping[str, Definition]] = {
    definition.kind: definition for definition in (DECLARATION, CERTIFICATION)
}
