"""What the demonstration's firms make: families of products with the limits that their standards set.

The standards are real ones and the limits are meant to be believable; nobody may rely on them. Brands,
models, measured values and bar codes are made up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.cli.demonstration.goods import food, household, industrial, leisure, textiles

if TYPE_CHECKING:
    from registry.cli.demonstration.goods.model import Family

FAMILIES: Final[dict[str, Family]] = {
    family.key: family for module in (food, household, industrial, leisure, textiles) for family in module.FAMILIES
}
