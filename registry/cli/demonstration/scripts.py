"""What happens in a case, step by step; each is a scene that says when it wants to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.cli.demonstration import texts
from registry.domain.succession import Purpose

if TYPE_CHECKING:
    from registry.cli.demonstration.cases import Case
    from registry.cli.demonstration.stage import Scene


def only_product(case: Case) -> Scene:
    """A product that nothing has been declared for."""
    yield case.pace.now()
    case.enter_product()


def fresh_draft(case: Case) -> Scene:
    """A draft that was only begun."""
    yield from only_product(case)
    yield case.pace.now()
    case.begin()


def half_draft(case: Case) -> Scene:
    """A draft with two or three steps of five."""
    yield from fresh_draft(case)
    yield case.pace.after(0, 2)
    case.fill(("object", "line", "standard")[: case.random.randint(2, 3)])


def wrong_draft(case: Case) -> Scene:
    """A draft that was filled in wrongly."""
    yield from fresh_draft(case)
    yield case.pace.after(0, 2)
    case.fill_wrongly()


def waiting_at_county(case: Case) -> Scene:
    """Submitted, and waiting for the county."""
    yield from fresh_draft(case)
    yield case.pace.now()
    case.fill()
    yield case.pace.after(0, 1)
    case.submit()


def waiting_at_city(case: Case) -> Scene:
    """Recommended by the county, and waiting for the city."""
    yield from waiting_at_county(case)
    yield case.pace.after(1, 4)
    case.recommend()


def returned_by_county(case: Case) -> Scene:
    """Sent back by the county."""
    yield from waiting_at_county(case)
    yield case.pace.after(1, 4)
    case.send_back_from_county()


def returned_by_city(case: Case) -> Scene:
    """Sent back by the city."""
    yield from waiting_at_city(case)
    yield case.pace.after(1, 4)
    case.send_back_from_city()


def resubmitted(case: Case) -> Scene:
    """Sent back by the county, corrected, and waiting for it again."""
    yield from returned_by_county(case)
    yield case.pace.after(1, 5)
    case.fill(("standard", "quality", "statement"))
    yield case.pace.now()
    case.submit()


def rejected(case: Case) -> Scene:
    """Rejected by the city."""
    yield from waiting_at_city(case)
    yield case.pace.after(1, 5)
    case.reject()


def withdrawn(case: Case) -> Scene:
    """Taken back by the firm after it was submitted."""
    yield from waiting_at_county(case)
    yield case.pace.after(1, 3)
    case.withdraw_filing()


def issued(case: Case) -> Scene:
    """A certificate; one in five was sent back once on the way."""
    if case.random.randrange(5) == 0:
        yield from resubmitted(case)
        yield case.pace.after(1, 2)
        case.recommend()
    else:
        yield from waiting_at_city(case)
    yield case.pace.after(1, 3)
    case.approve()


def product_changed(case: Case) -> Scene:
    """A certificate whose product has been changed since."""
    yield from issued(case)
    yield case.pace.after(5, 15)
    case.rename_product()


def suspended(case: Case) -> Scene:
    """A certificate that is suspended, with time left to put things right."""
    yield from issued(case)
    yield case.pace.not_before(45, 10)
    case.suspend()


def reinstated(case: Case) -> Scene:
    """A certificate that was suspended and is valid again."""
    yield from issued(case)
    yield case.pace.not_before(120, 70)
    case.suspend()
    yield case.pace.not_before(50, 20)
    case.reinstate()


def revoked(case: Case) -> Scene:
    """A certificate that was revoked, either at once or when nothing had been put right."""
    yield from issued(case)
    if case.random.randrange(2):
        yield case.pace.not_before(150, 100)
        case.suspend()
        yield case.pace.not_before(35, 5)
        case.revoke(texts.REVOKED_AFTER_SUSPENSION)
    else:
        yield case.pace.not_before(90, 15)
        case.revoke(texts.REVOKED)


def withdrawn_by_holder(case: Case) -> Scene:
    """A certificate that the firm gave up."""
    yield from issued(case)
    yield case.pace.not_before(150, 10)
    case.withdraw_by_holder()


def withdrawn_by_bureau(case: Case) -> Scene:
    """A certificate that the city withdrew."""
    yield from issued(case)
    yield case.pace.not_before(150, 10)
    case.withdraw_by_bureau()


def superseded(case: Case) -> Scene:
    """A certificate and the newer one that replaces it."""
    yield from issued(case)
    yield case.pace.not_before(140, 25)
    case.begin_replacement(Purpose.CHANGE)
    yield from _filed_again(case, "quality", "statement")
    yield case.pace.after(1, 4)
    case.recommend()
    yield case.pace.after(1, 4)
    case.approve()


def renewal_waiting(case: Case) -> Scene:
    """A certificate that is about to expire, and the renewal of it that waits for the county."""
    yield from issued(case)
    yield case.pace.not_before(6, 3)
    case.begin_replacement(Purpose.RENEWAL)
    yield from _filed_again(case, "standard", "quality", "statement")


def renewed(case: Case) -> Scene:
    """A certificate that is about to expire, and the one that goes on from the day after."""
    yield from issued(case)
    yield case.pace.not_before(14, 8)
    case.begin_replacement(Purpose.RENEWAL)
    yield from _filed_again(case, "standard", "quality", "statement")
    yield case.pace.after(1, 2)
    case.recommend()
    yield case.pace.after(1, 2)
    case.approve()


def _filed_again(case: Case, *steps: str) -> Scene:
    """What was filed before, with what has to be said anew in these steps."""
    yield case.pace.now()
    case.fill(steps)
    yield case.pace.now()
    case.submit()
