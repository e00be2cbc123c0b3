"""The issuers that this site believes, as a use case is given them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from registry.infrastructure.signatures import RootsUnreadable
from tests.signing_keys import authority

if TYPE_CHECKING:
    from pathlib import Path

    from registry.services.work import Adapters
    from tests.conftest import Site


def with_roots(site: Site, path: Path | None) -> Adapters:
    adapters: Adapters = site.app.extensions["registry"]
    return replace(adapters, settings=replace(adapters.settings, signature_roots=path))


def test_roots_are_read_once(site: Site, tmp_path: Path) -> None:
    root = authority("root", "示例根（虚构）")
    bundle = tmp_path / "roots.pem"
    bundle.write_bytes(root.public_bytes(Encoding.PEM))
    adapters = with_roots(site, bundle)
    assert adapters.signature_roots == (root,)
    bundle.unlink()
    assert adapters.signature_roots == (root,)


def test_without_a_file_there_are_none(site: Site) -> None:
    assert with_roots(site, None).signature_roots == ()


def test_a_file_that_is_gone_is_said_to_be(site: Site, tmp_path: Path) -> None:
    with pytest.raises(RootsUnreadable, match=r"none\.pem"):
        _ = with_roots(site, tmp_path / "none.pem").signature_roots
