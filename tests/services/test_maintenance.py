"""What is kept for a while, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.domain.retention import KEPT_FORMS as FORM_KEPT
from registry.domain.retention import SENT_LETTERS as JOB_KEPT
from registry.models import Job, KeptForm
from registry.services import kept_forms
from tests.factories import worker

if TYPE_CHECKING:
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
