"""What a holder says who gives a certificate up. All of it is public, and stays in the history for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.domain.messages import N_
from registry.domain.requirements import Field, Kind, validated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.requirements import Facts

OTHER: Final = "other"
REASONS: Final = (
    ("production_ended", N_("产品停产")),
    ("not_conforming", N_("产品不再符合要求")),
    (OTHER, N_("其他原因")),
)
FIELDS: Final = (
    Field("reason", N_("注销的原因"), Kind.CHOICE, choices=REASONS, help=N_("公布在查验页面，永久保留。"), public=True),
    Field(
        "note",
        N_("补充说明"),
        Kind.TEXT,
        required=False,
        required_if=("reason", OTHER),
        help=N_("原因为“其他原因”时必填。"),
        max_length=500,
        public=True,
    ),
)

# Between the reason and what is said besides. No reason holds one.
_COLON: Final = "："


def reason_of(typed: Mapping[str, str], facts: Facts) -> str:
    """The reason as the history keeps it: what was chosen, then what was said besides.

    Raises:
        InvalidFields: none is chosen, or it needs to be explained and is not.
    """
    said = validated(FIELDS, typed, facts)
    return _COLON.join(filter(None, (dict(REASONS)[said["reason"]], said["note"])))


def parts_of(reason: str) -> tuple[str, str]:
    """The chosen reason and what was said besides, so that the first can be translated; any other text stays whole."""
    chosen, _, note = reason.partition(_COLON)
    return (chosen, note) if chosen in dict(REASONS).values() else ("", reason)
