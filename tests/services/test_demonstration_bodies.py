"""The demonstration's certification bodies: visibly made up, and one for each thing a certificate's rules look at."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.cli.demonstration import certification_bodies as demonstration
from registry.cli.demonstration.stage import OPENING_DAYS_AGO, Stage
from registry.models import CertificationBody, User
from registry.services import certification_bodies

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Site


def test_there_is_a_body_for_each_rule(site: Site, tmp_path: Path) -> None:
    with site.work() as work:
        stage = Stage.set_up(work.session, work.adapters, tmp_path, "x")
        stage.clock.moment -= timedelta(days=OPENING_DAYS_AGO)
        keeper = stage.people["system-admin"] = work.session.get_one(User, site.world.system_admin)
        keeper.posts[0].since = stage.clock.moment
        demonstration.open_register(stage)
        stage.play([demonstration.suspension(stage, Random(1))])

    with site.work() as work:
        today, session = work.today, work.session
        made_up = session.scalars(
            select(CertificationBody).where(CertificationBody.approval_number.contains("-9999-"))
        ).all()
        assert len(made_up) == 4
        assert all("虚构" in body.name and "虚构" in body.source for body in made_up)
        ids = {body.approval_number: body.id for body in made_up}

        def states(number: str) -> list[str]:
            days = (today - timedelta(days=1500), today)
            return [str(certification_bodies.state_on(session, ids[number], day)) for day in days]

        assert states(demonstration.APPROVED) == ["valid", "valid"]
        assert states(demonstration.SUSPENDED) == ["valid", "suspended"]
        assert states(demonstration.EXPIRED) == ["valid", "expired"]
        assert states(demonstration.FOOD_ONLY) == ["valid", "valid"]
        for project, everything, food in (("食品安全管理体系认证", True, True), ("A020101 环境管理体系", True, False)):
            assert certification_bodies.in_scope_on(session, ids[demonstration.APPROVED], project, today) is everything
            assert certification_bodies.in_scope_on(session, ids[demonstration.FOOD_ONLY], project, today) is food
