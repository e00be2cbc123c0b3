"""A spreadsheet on its way in, watched in a browser: the page follows the worker, with scripts and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry.services import bulk_imports
from tests.factories.bulk import BOWL, CUP, numbered, sheet_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.live import LiveSite
    from tests.browser.visitor import Screen, Visitor

    Arrive = Callable[..., Visitor]


@pytest.mark.parametrize("scripted", [True, False], ids=["scripts", "no_scripts"])
def test_the_page_follows_the_worker(
    site: LiveSite, arrive: Arrive, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, scripted: bool
) -> None:
    monkeypatch.setattr(bulk_imports, "PER_JOB", 1)
    with site.work(site.world.owner) as work:
        path = sheet_of(work, "product", tmp_path / "products.xlsx", numbered(CUP, BOWL, (*BOWL[:4], "不知道", "", "")))
    owner = arrive(screen, java_script_enabled=scripted)
    owner.sign_in(site.world.owner)
    owner.open("/enterprise/products")
    owner.follow("批量导入")
    owner.look("imports")
    owner.follow("上传表格")
    owner.look("import-new")
    owner.control("file").set_input_files(path)
    owner.press("上传并检查")
    assert owner.reads("正在检查每一行")
    owner.look("import-checking")
    site.run_worker()
    # Nobody presses anything: the page finds out by itself.
    assert owner.reads("3 行中有 1 行需要修改")
    owner.look("import-checked")
    owner.press("只导入正确的 2 行")
    assert owner.reads("正在导入：0 / 2 行")
    site.run_next()
    assert owner.reads("正在导入：1 / 2 行")
    assert owner.page.locator("progress").evaluate("bar => bar.value") == 1
    owner.look("import-importing")
    site.run_worker()
    assert owner.reads("导入完成")
    owner.look("import-imported")
    owner.open("/enterprise/imports")
    owner.look("imports-listed")
