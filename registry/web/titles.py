"""What a filing is called: after its products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

if TYPE_CHECKING:
    from collections.abc import Sequence


def titled(names: Sequence[str]) -> str:
    """The title of a filing of the products with these names."""
    if not names:
        return str(gettext("尚未选择产品"))
    if len(names) == 1:
        return names[0]
    return str(gettext("%(name)s等 %(count)s 个产品", name=names[0], count=len(names)))
