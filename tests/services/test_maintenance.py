"""What is kept for a while, and for how long."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from registry.domain import retention
from registry.domain.identifiers import make_uscc
from registry.domain.retention import KEPT_FORMS as FORM_KEPT
from registry.domain.retention import SENT_LETTERS as JOB_KEPT
from registry.infrastructure.storage import FolderStore
from registry.models import (
    BulkImport,
    BulkRow,
    Claim,
    Evidence,
    Invitation,
    Job,
    JoinRequest,
    KeptForm,
    SignIn,
    SignInFailure,
    StoredFile,
)
from registry.services import evidence, files, kept_forms
from tests.at_once import WAIT, at_once
from tests.factories import worker
from tests.factories.bulk import checked_import, contents
from tests.factories.firms import registered

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    import pytest
    from sqlalchemy.orm import Session

    from registry.infrastructure.storage import StoredBlob
    from tests.conftest import Site

SECOND = timedelta(seconds=1)


def test_forms_and_finished_jobs_go_when_their_time_is_over(site: Site) -> None:
    now = site.clock.moment
    with site.work() as work:
        for name, at in (("old", now - FORM_KEPT - SECOND), ("new", now - FORM_KEPT)):
            work.session.add(KeptForm(token=name, user_id=site.world.owner, path="/", fields=[], kept_at=at))
        for key, status, finished in (
            ("old", "done", now - JOB_KEPT - SECOND),
            ("new", "done", now - JOB_KEPT),
            ("failed", "failed", now - JOB_KEPT - SECOND),
            ("waiting", "due", None),
        ):
            work.session.add(
                Job(
                    kind="test",
                    key=key,
                    payload={},
                    status=status,
                    due_at=now - timedelta(days=60),
                    created_at=now - timedelta(days=60),
                    finished_at=finished,
                )
            )
    with site.app.app_context():
        worker(site).tidy()
    with site.work() as work:
        assert list(work.session.scalars(select(KeptForm.token))) == ["new"]
        assert set(work.session.scalars(select(Job.key).where(Job.kind == "test"))) == {"new", "failed", "waiting"}


def test_a_form_is_kept_for_its_owner(site: Site) -> None:
    with site.work() as work:
        token = kept_forms.keep(work.session, site.world.owner, "/x", [("a", "一"), ("a", "二")], work.now)
    with site.work() as work:
        found = kept_forms.find(work.session, token, site.world.owner)
        assert found is not None
        assert (found.path, [tuple(pair) for pair in found.fields]) == ("/x", [("a", "一"), ("a", "二")])
        assert kept_forms.find(work.session, token, site.world.other_owner) is None
        assert kept_forms.find(work.session, "nothing", site.world.owner) is None


def test_of_many_forms_the_newest_are_kept(site: Site) -> None:
    with site.work() as work:
        other = kept_forms.keep(work.session, site.world.other_owner, "/", [], work.now)
        tokens = [
            kept_forms.keep(work.session, site.world.owner, "/", [], work.now + number * SECOND)
            for number in range(kept_forms.MOST_KEPT + 3)
        ]
        assert set(work.session.scalars(select(KeptForm.token))) == {other, *tokens[-kept_forms.MOST_KEPT :]}


def test_what_is_known_of_people_goes_when_its_time_is_over(site: Site) -> None:
    """Each kind just too old and just not: `domain.retention` says when."""
    now, world = site.clock.moment, site.world
    with site.work(world.owner) as work:
        for name, age in (("old", SECOND), ("new", -SECOND)):
            work.session.add(SignInFailure(key=name, failures=1, last_at=now - retention.FAILED_SIGN_INS - age))
            ended = now - retention.SIGN_INS - age
            work.session.add(
                SignIn(
                    user_id=world.owner,
                    at=ended,
                    factors="password",
                    strong=False,
                    confirmed_at=ended,
                    origin="",
                    device=name,
                    device_key="d" * 64,
                    expires_at=now,
                    ended_at=ended,
                    end_reason="sign_out",
                )
            )
            work.session.add(
                Invitation(
                    token_sha256=name * 21,
                    enterprise_id=world.enterprise,
                    email=f"{name}@test.example",
                    role="viewer",
                    invited_by_id=world.owner,
                    invited_at=now - timedelta(days=400),
                    expires_at=now - retention.INVITATIONS - age,
                )
            )
            work.session.add(
                JoinRequest(
                    enterprise_id=world.enterprise,
                    user_id=world.nobody,
                    message=name,
                    asked_at=now - timedelta(days=400),
                    answered_at=now - retention.JOIN_REQUESTS - age,
                    granted=False,
                )
            )
    with site.app.app_context():
        worker(site).tidy()
    with site.work() as work:
        assert list(work.session.scalars(select(SignInFailure.key))) == ["new"]
        assert list(work.session.scalars(select(SignIn.device).where(SignIn.device.in_(["old", "new"])))) == ["new"]
        assert list(work.session.scalars(select(Invitation.email))) == ["new@test.example"]
        assert list(work.session.scalars(select(JoinRequest.message))) == ["new"]


def test_refused_papers_go_with_their_claim_unless_something_else_needs_them(site: Site, tmp_path: Path) -> None:
    claim_id = registered(site, site.world.nobody)
    with site.work() as work:
        claim = work.session.get_one(Claim, claim_id)
        claim.status, claim.decided_at = "refused", work.now
        digests = {claim.licence.sha256, claim.letter.sha256 if claim.letter else ""}
    site.clock.moment += retention.REFUSED_CLAIMS
    with site.app.app_context():
        worker(site).tidy()
    with site.work(site.world.owner) as work:
        assert work.session.get(Claim, claim_id) is not None
        # Another firm has the very same file as evidence: it stays, although the claim goes.
        shared = tmp_path / "same.pdf"
        with work.store.open(next(iter(digests))) as stream:
            shared.write_bytes(stream.read())
        evidence.add(work, shared, "same.pdf", kind="test_report")
    for needed in (True, False):
        if needed:
            site.clock.moment += SECOND
        else:
            with site.work() as work:
                work.session.execute(delete(Evidence))
            second = registered(site, site.world.nobody, uscc=make_uscc("91330481T00000880"))
            with site.work() as work:
                claim = work.session.get_one(Claim, second)
                claim.status, claim.decided_at = "withdrawn", work.now - retention.REFUSED_CLAIMS - SECOND
        with site.app.app_context():
            worker(site).tidy()
        with site.work() as work:
            assert list(work.session.scalars(select(Claim.id))) == []
            found = set(work.session.scalars(select(StoredFile.sha256)))
            assert bool(found & digests) is needed
            assert all(work.store.exists(digest) is needed for digest in digests)


def test_contents_without_a_row_go_after_a_day(site: Site, tmp_path: Path) -> None:
    """Uploads that were refused or rolled back have left them; what has a row stays however old it is."""
    with site.work(site.world.owner) as work:
        checked_import(work, tmp_path)
        known = contents(site)
        old, young = (work.store.put(BytesIO(content)).sha256 for content in (b"old", b"young"))
    for digest in (*known, old):
        os.utime(site.data_dir / "files" / digest[:2] / digest[2:4] / digest, (1, 1))
    with site.app.app_context():
        worker(site).tidy()
    assert contents(site) == sorted([*known, young])


def test_a_content_that_has_a_row_by_then_stays(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has sent it again since it was looked for."""
    with site.work() as work:
        digest = work.store.put(BytesIO(b"sent again")).sha256
    os.utime(site.data_dir / "files" / digest[:2] / digest[2:4] / digest, (1, 1))
    add_once = files.add_once

    def after_somebody(session: Session, row: StoredFile, constraint: str) -> bool:
        add_once(session, StoredFile(sha256=digest, size=10, media_type="", created_at=row.created_at), constraint)
        return add_once(session, row, constraint)

    with monkeypatch.context() as patched, site.work() as work:
        patched.setattr(files, "add_once", after_somebody)
        files.remove_unknown(work)
    assert contents(site) == [digest]


def test_an_upload_of_what_is_being_removed_is_whole(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sends the very content again while it is tidied away: it is stored again, or not removed at all."""
    with site.work() as work:
        digest = work.store.put(BytesIO(b"%PDF-1.7 fictional")).sha256
    os.utime(site.data_dir / "files" / digest[:2] / digest[2:4] / digest, (1, 1))
    put, remove = FolderStore.put, FolderStore.remove
    looked, removed = threading.Event(), threading.Event()
    if site.database.url.startswith("sqlite"):  # There one of the two waits until the other is done.
        looked.set()
        removed.set()

    def put_and_wait(store: FolderStore, source: BinaryIO | Path) -> StoredBlob:
        blob = put(store, source)  # It is there already.
        looked.set()
        removed.wait(WAIT)
        return blob

    def remove_then(store: FolderStore, sha256: str) -> None:
        looked.wait(WAIT)
        remove(store, sha256)
        removed.set()

    def upload() -> None:
        with site.work(site.world.owner) as work:
            assert files.keep_document(work, b"%PDF-1.7 fictional").sha256 == digest

    def tidy() -> None:
        with site.app.app_context():
            worker(site).tidy()

    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "put", put_and_wait)
        patched.setattr(FolderStore, "remove", remove_then)
        assert at_once([upload, tidy]) == [None, None]
    assert contents(site) == [digest]
    with site.work() as work:
        assert list(work.session.scalars(select(StoredFile.sha256))) == [digest]


def test_spreadsheets_go_with_their_rows_and_files_unless_a_newer_one_is_the_same(site: Site, tmp_path: Path) -> None:
    """Both when they were finished and when nobody ever decided on them."""
    with site.work(site.world.owner) as work:
        finished, lying, shared = (checked_import(work, tmp_path) for _ in range(3))
        work.session.get_one(BulkImport, finished).finished_at = work.now + SECOND
        newer = work.session.get_one(BulkImport, shared)
        newer.created_at = work.now + timedelta(days=1)
        work.session.add(BulkRow(bulk_import_id=finished, number=5, values={}))
        digest = newer.file.sha256
    for passed, left in (
        (retention.BULK_IMPORTS, [finished, lying, shared]),
        (SECOND, [finished, shared]),
        (SECOND, [shared]),
        (timedelta(days=1), []),
    ):
        site.clock.moment += passed
        with site.app.app_context():
            worker(site).tidy()
        with site.work() as work:
            assert list(work.session.scalars(select(BulkImport.id).order_by(BulkImport.id))) == left
            assert len(list(work.session.scalars(select(BulkRow.id)))) == (finished in left)
            assert work.store.exists(digest) is bool(left)
