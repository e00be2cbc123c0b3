"""A firm's filing beside the certificates that it is to replace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from registry.services import products, succession
from registry.web.side_by_side import is_whole, side_by_side
from registry.web.work import current_work

if TYPE_CHECKING:
    from registry.domain.requirements import Gap
    from registry.models import Filing
    from registry.web.side_by_side import SideBySide


def submitted_beside(filing: Filing) -> SideBySide | None:
    """What was submitted last, for the page of a filing; None where it replaces nothing."""
    beside = succession.beside_submitted(current_work(), filing, whole=is_whole())
    if beside is None:
        return None
    products.load_whole(current_work(), [item.product_id for item in filing.objects])
    return side_by_side(filing, beside, endpoint="enterprise.filing", pictures=_pictures(filing))


def draft_beside(filing: Filing, gaps: list[Gap]) -> SideBySide | None:
    """What the draft says now, for the last check; None where it replaces nothing."""
    beside = succession.beside_now(current_work(), filing, gaps, whole=is_whole())
    if beside is None:
        return None
    return side_by_side(filing, beside, endpoint="enterprise.check_filing", pictures=_pictures(filing))


def _pictures(filing: Filing) -> dict[str, str]:
    """The addresses of the pictures that the products have now, by digest."""
    return {
        picture.file.sha256: url_for("enterprise.product_picture", product_id=item.product_id, picture_id=picture.id)
        for item in filing.objects
        for picture in item.product.pictures
    }
