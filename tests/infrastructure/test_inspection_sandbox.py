import io
import json
import resource
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from PIL import Image

from registry.infrastructure.inspection import (
    Inspected,
    InspectionUnavailable,
    Limits,
    Reason,
    RefusedFile,
    child,
    clean_picture,
    errand,
    inspect_file,
    product_picture,
    sandbox,
)
from tests.infrastructure.pdf_samples import made_pdf

BAD_INPUTS = Path(__file__).parents[1] / "data" / "bad_inputs"
LIMITS = Limits()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return made_pdf(tmp_path / "report")


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "photograph"
    Image.new("RGB", (2000, 1000), "red").save(path, "JPEG")
    return path


# The whole way, through real child processes.


def test_a_file_is_judged_from_any_folder(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A relative path, and modules in the current folder that must not be taken for Python's own.
    monkeypatch.chdir(report.parent)
    (report.parent / "json.py").write_text("raise SystemExit('wrong json')")
    monkeypatch.setenv("PYTHONPATH", str(report.parent))
    found = inspect_file(Path("report"))
    assert found == Inspected(media_type="application/pdf", size=report.stat().st_size, pages=1)


def test_a_refusal_comes_back_whole() -> None:
    with pytest.raises(RefusedFile, match="可执行程序") as refusal:
        inspect_file(BAD_INPUTS / "handmade/exe_header_named_pdf.pdf")
    assert refusal.value.reason == Reason.UNKNOWN_TYPE
    with pytest.raises(RefusedFile) as refusal:
        inspect_file(BAD_INPUTS / "handmade/flate_bomb_64MiB.pdf")
    assert refusal.value.reason == Reason.PDF_BOMB


def test_pictures_come_back_encoded(photograph: Path) -> None:
    assert Image.open(io.BytesIO(clean_picture(photograph))).size == (2000, 1000)
    assert Image.open(io.BytesIO(product_picture(photograph))).size == (1600, 800)


def test_a_picture_that_needs_too_much_memory_is_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "large"
    Image.new("L", (6000, 6000)).save(path, "PNG")
    # Enough to start Python and the libraries, and not enough for 36 million pixels on top.
    with pytest.raises(RefusedFile) as refusal:
        product_picture(path, limits=replace(LIMITS, memory_bytes=160 * 1024 * 1024))
    assert refusal.value.reason == Reason.PICTURE_BOMB


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        inspect_file(tmp_path / "none")


# Children that do not come back, played by other programs.


def play(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(sandbox, "_BOOTSTRAP", program)


@pytest.mark.parametrize(
    ("number", "reasons"),
    [
        (signal.SIGSEGV, (Reason.PDF_DAMAGED, Reason.PICTURE_DAMAGED)),
        (signal.SIGABRT, (Reason.PDF_DAMAGED, Reason.PICTURE_DAMAGED)),
        (signal.SIGKILL, (Reason.PDF_BOMB, Reason.PICTURE_BOMB)),
        (signal.SIGXCPU, (Reason.PDF_BOMB, Reason.PICTURE_BOMB)),
    ],
)
def test_a_child_that_dies_has_judged_the_file(
    report: Path,
    photograph: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    reasons: tuple[Reason, Reason],
) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); "
    play(monkeypatch, f"{limit}import os; os.kill(os.getpid(), {int(number)})")
    for path, reason in zip((report, photograph), reasons, strict=True):
        with pytest.raises(RefusedFile) as refusal:
            inspect_file(path)
        assert refusal.value.reason == reason


def test_a_child_that_hangs_is_stopped(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, "import time; time.sleep(60)")
    start = time.monotonic()
    with pytest.raises(RefusedFile) as refusal:
        inspect_file(report, limits=replace(LIMITS, wall_seconds=0.3))
    assert refusal.value.reason == Reason.PDF_BOMB
    assert time.monotonic() - start < 10


def test_a_child_that_cannot_work_is_our_trouble(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, "raise SystemExit('no module named pikepdf')")
    with pytest.raises(InspectionUnavailable, match="no module named pikepdf"):
        inspect_file(report)


def test_a_child_sees_no_secrets_and_no_folder(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_SECRET_KEY", "do not tell")
    play(monkeypatch, "import json, os; print(json.dumps({'names': sorted(os.environ), 'at': os.getcwd()}))")
    head, _ = sandbox.ask_child("inspect", report, LIMITS)
    assert set(head["names"]) <= {"PATH", "LD_LIBRARY_PATH", "LC_CTYPE"}
    assert head["at"] == "/"


def test_a_child_gives_up_what_it_does_not_need(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = sandbox._BOOTSTRAP.split(" from ")[0] + (
        " import json, os, resource as r"
        "; from registry.infrastructure.inspection import Limits, errand"
        "; errand.give_up_rights(Limits(cpu_seconds=7))"
        "; names = 'AS', 'CPU', 'CORE', 'NPROC'"
        "; print(json.dumps({name: r.getrlimit(getattr(r, 'RLIMIT_' + name)) for name in names}))"
    )
    play(monkeypatch, program)
    head, _ = sandbox.ask_child("inspect", report, LIMITS)
    assert head == {"AS": [LIMITS.memory_bytes] * 2, "CPU": [7, 7], "CORE": [0, 0], "NPROC": [0, 0]}


# The child's own code, in this process so that its coverage is seen.


@pytest.fixture
def rights(monkeypatch: pytest.MonkeyPatch) -> dict[int, tuple[int, int]]:
    """What would have been given up."""
    given_up: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", given_up.__setitem__)
    return given_up


def answer(task: str, path: Path) -> tuple[dict[str, object], bytes]:
    out = io.BytesIO()
    child.main(json.dumps({"task": task, "path": str(path), "limits": asdict(LIMITS)}), io.BytesIO(), out)
    head, body = out.getvalue().split(b"\n", 1)
    return json.loads(head), body


@pytest.mark.usefixtures("rights")
def test_answers_of_the_child(report: Path, photograph: Path) -> None:
    assert answer("inspect", report)[0]["pages"] == 1
    assert answer("clean", report) == ({"refused": "not_a_picture", "args": {}}, b"")
    for task in ("clean", "shrink"):
        head, body = answer(task, photograph)
        assert head == {}
        assert body.startswith(b"\xff\xd8")


def test_limits_are_never_raised(rights: dict[int, tuple[int, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    hard = {resource.RLIMIT_AS: resource.RLIM_INFINITY}
    monkeypatch.setattr(resource, "getrlimit", lambda which: (0, hard.get(which, 5)))
    errand.give_up_rights(LIMITS)
    assert rights[resource.RLIMIT_AS] == (LIMITS.memory_bytes,) * 2
    assert rights[resource.RLIMIT_CPU] == (5, 5)
    assert rights[resource.RLIMIT_NPROC] == (0, 0)


def test_the_web_process_loads_no_parser() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import registry.infrastructure.inspection; "
        "print(sorted({'PIL', 'pikepdf'} & {name.split('.')[0] for name in sys.modules}))"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-I", "-c", program, root], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
