"""Jobs: taken once, tried again, given up; and documents made by them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from sqlalchemy import func, select

from registry.config import PROJECT_ROOT
from registry.infrastructure import qr
from registry.infrastructure.database import db
from registry.models import AuditEvent, Certificate, Job, StoredFile
from registry.services import certificates, documents, filings, jobs, verification
from registry.services.certificates import DOCUMENT_JOB
from registry.services.jobs import LEASE, MOST_TRIES, CannotEverSucceed
from registry.services.notifications import MAIL_JOB
from tests.factories import certified, pdf_report, start_complete, stored_certificate, worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Site


def ask(site: Site, kind: str = "test", key: str = "1", **payload: Any) -> None:
    with site.work() as work:
        jobs.enqueue(work.session, kind, key, payload, at=work.now)


def the_job(site: Site, kind: str = "test") -> Job:
    with site.app.app_context():
        return db.session.scalars(select(Job).where(Job.kind == kind)).one()


def forget_mail(site: Site) -> None:
    with site.work() as work:
        for job in work.session.scalars(select(Job).where(Job.kind == MAIL_JOB)):
            work.session.delete(job)


# The queue


def test_asked_twice_is_asked_once(site: Site) -> None:
    ask(site, number=1)
    ask(site, number=2)
    ask(site, key="2")
    ask(site, kind="other")
    with site.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Job)) == 3
        assert db.session.scalar(select(Job.payload).where(Job.kind == "test", Job.key == "1")) == {"number": 1}


def test_what_is_rolled_back_was_never_asked(site: Site) -> None:
    with site.work() as work:
        jobs.enqueue(work.session, "test", "1", {}, at=work.now)
        work.session.rollback()
    with site.app.app_context():
        assert worker(site, test=lambda *_: None).run_due() == 0


def test_jobs_are_done_in_the_order_they_fell_due(site: Site) -> None:
    done: list[str] = []
    with site.work() as work:
        for key, minutes in (("b", -1), ("c", -1), ("a", -5), ("later", 1)):
            jobs.enqueue(work.session, "test", key, {"key": key}, at=work.now + timedelta(minutes=minutes))
    with site.app.app_context():
        assert worker(site, test=lambda _work, payload: done.append(payload["key"])).run_due() == 3
    assert done == ["a", "b", "c"]


def test_a_job_that_fails_waits_twice_as_long_each_time_and_is_given_up(site: Site) -> None:
    def refuse(_work: Any, _payload: Any) -> None:
        raise OSError("no answer")

    ask(site)
    waits = []
    with site.app.app_context():
        hand = worker(site, test=refuse)
        while hand.run_due():
            job = the_job(site)
            if job.status == "due":
                waits.append((job.due_at - site.clock.moment).total_seconds())
                site.clock.moment = job.due_at - timedelta(seconds=1)
                assert hand.run_due() == 0
                site.clock.moment = job.due_at
    job = the_job(site)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, *[3600] * 24]
    assert (job.status, job.tries, job.error) == ("failed", MOST_TRIES, "OSError: no answer")
    assert job.finished_at == site.clock.moment


def test_what_can_never_succeed_is_given_up_at_once(site: Site) -> None:
    def refuse(_work: Any, _payload: Any) -> None:
        raise CannotEverSucceed("nobody can")

    ask(site)
    with site.app.app_context():
        assert worker(site, test=refuse).run_due() == 1
    job = the_job(site)
    assert (job.status, job.tries, job.error) == ("failed", 1, "CannotEverSucceed: nobody can")


def test_a_kind_that_nobody_handles_is_tried_again(site: Site) -> None:
    ask(site)
    with site.app.app_context():
        assert worker(site).run_due() == 1
    assert (the_job(site).status, the_job(site).error) == ("due", "KeyError: 'test'")


def test_what_a_failed_job_has_written_is_undone(site: Site) -> None:
    def write_and_fail(work: Any, _payload: Any) -> None:
        work.session.add(StoredFile(sha256="1" * 64, size=1, media_type="x/y", created_at=work.now))
        work.session.flush()
        raise RuntimeError

    ask(site)
    with site.app.app_context():
        worker(site, test=write_and_fail).run_due()
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_a_job_is_not_taken_again_before_its_lease_has_ended(site: Site) -> None:
    ask(site)
    with site.work() as work:
        taken = jobs.claim(work.session, work.now)
        assert taken is not None
        assert (taken.tries, taken.due_at) == (1, work.now + LEASE)
    with site.work() as work:
        assert jobs.claim(work.session, work.now) is None
        assert jobs.claim(work.session, work.now + LEASE - timedelta(seconds=1)) is None
        again = jobs.claim(work.session, work.now + LEASE)
        assert again is not None
        assert again.tries == 2


def taken_over(site: Site, *, finished: bool) -> None:
    """The lease runs out, and another worker takes the job; it has finished it, or is still at work."""
    site.clock.moment += LEASE + timedelta(seconds=1)
    if finished:
        assert worker(site, test=lambda other, _payload: add_file(other, "b")).run_due() == 1
        return
    with db.sessionmaker() as session, session.begin():
        job = jobs.claim(session, site.clock.moment)
        assert job is not None
        assert job.tries == 2


def add_file(work: Any, letter: str) -> None:
    work.session.add(StoredFile(sha256=letter * 64, size=1, media_type="x/y", created_at=work.now))


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_a_worker_thought_dead_changes_nothing(site: Site, *, finished: bool, fails: bool) -> None:
    ask(site)

    def slow(work: Any, _payload: Any) -> None:
        # On SQLite the other's transaction must come first; this one has not begun to write.
        taken_over(site, finished=finished)
        add_file(work, "a")
        if fails:
            raise CannotEverSucceed("too late")

    with site.app.app_context():
        assert worker(site, test=slow).run_due() == 1
        assert list(db.session.scalars(select(StoredFile.sha256))) == (["b" * 64] if finished else [])
    job = the_job(site)
    assert (job.status, job.tries, job.error) == ("done" if finished else "due", 2, "")
    assert job.due_at == site.clock.moment + LEASE


def test_a_job_that_kills_every_worker_is_given_up(site: Site) -> None:
    ask(site)
    ask(site, key="2")
    with site.work() as work:
        for _try in range(MOST_TRIES):
            job = jobs.claim(work.session, site.clock.moment)  # And the worker dies: nothing is noted.
            assert job is not None
            assert job.key == "1"
            job.due_at = site.clock.moment - timedelta(hours=1)
            work.session.flush()
        other = jobs.claim(work.session, site.clock.moment)
        assert other is not None
        assert other.key == "2"
        work.session.refresh(job)
        assert (job.status, job.tries) == ("failed", MOST_TRIES)
        assert job.error


def test_two_workers_never_take_one_job(site: Site) -> None:
    """The second looks while the first has not committed; on SQLite it would have to wait."""
    ask(site)
    ask(site, key="2")
    with site.app.app_context():
        if db.get_engine().dialect.name == "sqlite":
            pytest.skip("one transaction at a time")
        with db.sessionmaker() as first, db.sessionmaker() as second:
            one, two = jobs.claim(first, site.clock.moment), jobs.claim(second, site.clock.moment)
            assert one is not None
            assert two is not None
            assert {one.key, two.key} == {"1", "2"}


# Documents


def test_a_document_is_made_once_and_says_what_was_attested(site: Site) -> None:
    certificate_id = certified(site)
    with site.app.app_context():
        assert worker(site).run_due() == 7  # The document, and three letters to each of the firm's two.
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        assert certificate.document is not None
        document = certificate.document
        with work.store.open(document.sha256, verify=True) as stream:
            pdf = stream.read()
        assert document.size == len(pdf)
        assert qr.decode_pdf(pdf) == [f"https://santong.example.gov.cn/c/{certificate.code}"]
        with pypdfium2.PdfDocument(pdf) as opened:
            text = "".join(page.get_textpage().get_text_bounded() for page in opened)
        assert certificate.number in text
        assert "认证证书" not in text
        documents.make(work, certificate_id)
        assert work.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.tag == MADE)) == 1
        shown = verification.look_up(work.session, certificate.code, work.today)
        assert shown is not None
        assert shown.document_sha256 == document.sha256


MADE = "worker:certificate:document"


def test_a_worker_killed_in_the_middle_leaves_its_job_to_the_next(site: Site) -> None:
    certificate_id = certified(site)
    forget_mail(site)
    with site.app.app_context():
        db.session.close()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.services.slow_worker", str(site.data_dir), site.database.url, DOCUMENT_JOB],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "made\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
    job = the_job(site, DOCUMENT_JOB)
    assert (job.status, job.tries) == ("due", 1)
    with site.app.app_context():
        assert worker(site).run_due() == 0
        assert db.session.get_one(Certificate, certificate_id).document_id is None
        db.session.rollback()
        site.clock.moment += LEASE
        assert worker(site).run_due() == 1
        db.session.rollback()
        assert db.session.get_one(Certificate, certificate_id).document_id is not None
        made = select(func.count()).select_from(AuditEvent).where(AuditEvent.tag == MADE)
        assert db.session.scalar(made) == 1
    job = the_job(site, DOCUMENT_JOB)
    assert (job.status, job.tries) == ("done", 2)


def test_of_two_who_make_one_document_the_second_leaves_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one lays the page out, which it does outside of any transaction, another finishes."""
    certificate_id = certified(site)
    made: list[int | None] = []

    def render(_work: Any, _snapshot: Any) -> bytes:
        if not made:
            made.append(None)
            with site.work() as other:
                documents.make(other, certificate_id)
                made.append(other.session.get_one(Certificate, certificate_id).document_id)
        return pdf_report() + b"%" * len(made)

    monkeypatch.setattr(documents, "_render", render)
    with site.work() as work:
        documents.make(work, certificate_id)
    with site.work() as work:
        assert work.session.get_one(Certificate, certificate_id).document_id == made[1]
        assert work.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.tag == MADE)) == 1


def test_a_document_that_cannot_be_printed_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The submission refuses such characters; this is what happens when a font has gone since."""
    certificate_id = certified(site)
    forget_mail(site)
    maker = site.app.extensions["registry"].documents
    monkeypatch.setattr(type(maker.fonts), "missing_glyphs", lambda _fonts, text: ["高"] if "高" in text else [])
    with site.app.app_context():
        worker(site).run_due()
        assert db.session.get_one(Certificate, certificate_id).document_id is None
    job = the_job(site, DOCUMENT_JOB)
    assert (job.status, job.tries) == ("failed", 1)
    assert "高（U+9AD8）" in job.error


@pytest.mark.parametrize(
    "found",
    [
        lambda _address: [["https://elsewhere.example/c/0"]],
        lambda address: [[], [address]],  # The face has run on to a second page.
        lambda address: [[address], [address]],
    ],
    ids=["another", "on the second page", "twice"],
)
def test_a_document_whose_code_does_not_read_back_is_not_released(
    site: Site, monkeypatch: pytest.MonkeyPatch, found: Callable[[str], list[list[str]]]
) -> None:
    certificate_id = certified(site)
    forget_mail(site)
    with site.app.app_context():
        address = f"https://santong.example.gov.cn/c/{db.session.get_one(Certificate, certificate_id).code}"
    monkeypatch.setattr(qr, "decode_pages", lambda _pdf: found(address))
    with site.app.app_context():
        worker(site).run_due()
        assert db.session.get_one(Certificate, certificate_id).document_id is None
        assert db.session.scalar(select(func.count()).where(StoredFile.media_type == "application/pdf")) == 1  # report
    job = the_job(site, DOCUMENT_JOB)
    assert job.status == "due"
    assert job.error.startswith("UnreadableDocument: STD-330400-2026-000001-")


def test_a_rare_character_in_a_firms_name_is_accepted_and_printed(site: Site) -> None:
    with site.work(site.world.owner) as work:
        enterprise = work.session.get_one(type(start_complete(work, site.world.product).enterprise), 1)
        enterprise.name = "海宁𠮷祥玻璃有限公司"
    certificate_id = certified(site)
    forget_mail(site)
    with site.app.app_context():
        assert worker(site).run_due() == 1
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        assert certificate.enterprise_name == "海宁𠮷祥玻璃有限公司"
        assert certificate.document is not None
        with work.store.open(certificate.document.sha256) as stream, pypdfium2.PdfDocument(stream.read()) as opened:
            assert "𠮷祥" in opened[0].get_textpage().get_text_bounded()


def test_the_category_is_printed_in_chinese_and_the_rest_as_attested(site: Site) -> None:
    certificate_id = certified(site)
    with site.work(site.world.owner) as work:
        certificate = certificates.get(work, certificate_id)
        snapshot = json.loads(certificate.snapshot)
        data = documents.document_data(work.settings, snapshot)
        assert data["product"]["category"] == "一般消费品"
        assert data["certificate"]["official_domain"] == "santong.example.gov.cn"
        assert data["standards"]["markets"] == ["德国", "美国"]
        assert data["statement"]["responsibility"] == snapshot["responsibility"]
        assert data["reports"] == snapshot["quality"]["reports"]
        assert data["product"]["variants"] == snapshot["product"]["variants"] == []
        of_the_first_schema = {name: fact for name, fact in snapshot["product"].items() if name != "variants"}
        data = documents.document_data(work.settings, snapshot | {"product": of_the_first_schema})
        assert data["product"]["variants"] == []


def test_submission_names_what_cannot_be_printed(site: Site) -> None:
    with site.work(site.world.owner) as work:
        draft = start_complete(work, site.world.product, place="海宁😀", limits="e\u0301\u200b")
        draft.objects[0].product.name = "玻璃杯🥂"
        work.session.flush()
        found = {gap.field: str(gap.message) for gap in filings.gaps(work, draft) if not gap.missing}
        assert found == {
            "products": "凭证无法印出这些字：🥂，请改用常用字。",
            "place": "凭证无法印出这些字：😀，请改用常用字。",
        }
        with pytest.raises(filings.Incomplete) as caught:
            filings.submit(work, draft.id, revision=draft.revision)
        assert [gap.field for gap in caught.value.gaps if not gap.missing] == ["products", "place"]
        draft.enterprise.name = "海宁🏭有限公司"
        assert "🏭" in str(filings.gaps(work, draft)[0].message)
        work.session.rollback()


def test_a_certificate_without_a_snapshot_it_can_print_does_not_stop_the_queue(site: Site) -> None:
    with site.work() as work:
        certificate_id = stored_certificate(work, site.world.enterprise).id
        jobs.enqueue(work.session, DOCUMENT_JOB, "broken", {"certificate_id": certificate_id}, at=work.now)
        jobs.enqueue(work.session, "test", "1", {}, at=work.now)
    with site.app.app_context():
        assert worker(site, test=lambda *_: None).run_due() == 2
    assert the_job(site, DOCUMENT_JOB).error == "KeyError: 'kind'"
    assert the_job(site).status == "done"
