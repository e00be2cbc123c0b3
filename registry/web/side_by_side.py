"""A filing beside the certificates that it is to replace, as desks show it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request, url_for

from registry.services import certificates
from registry.web.work import current_work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.validity import DisplayedState
    from registry.models import Certificate, Filing
    from registry.services.succession import Beside


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What the component `components/beside.html` shows."""

    beside: Beside
    other_url: str  # The same page with everything, or with what differs only.
    pictures: Mapping[str, str]  # Addresses by the digest.
    states: Mapping[int, DisplayedState]  # Of the certificates now, by their numbers.


def is_whole() -> bool:
    """Whether the page is asked to show what is the same as well."""
    return request.args.get("whole") == "1"


def side_by_side(filing: Filing, beside: Beside, *, endpoint: str, pictures: Mapping[str, str]) -> SideBySide:
    """What is to be shown.

    Args:
        filing: the filing.
        beside: what the service says of it.
        endpoint: the page, which takes the filing's number.
        pictures: the addresses of the pictures filed now, by digest; those of the old certificates are public.
    """
    url = url_for(endpoint, filing_id=filing.id, whole=None if beside.whole else 1, _anchor="beside")
    old = {digest: address for each in beside.replaced for digest, address in _published(each).items()}
    states = {each.id: certificates.state_shown(each, current_work().today) for each in beside.replaced}
    return SideBySide(beside, url, old | dict(pictures), states)


def _published(certificate: Certificate) -> dict[str, str]:
    pictures = json.loads(certificate.snapshot)["product"].get("pictures", [])
    return {
        digest: url_for("public.certificate_picture", typed=certificate.code, number=number)
        for number, digest in enumerate(pictures, start=1)
    }
