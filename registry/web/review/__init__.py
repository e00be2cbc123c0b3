"""The reviewer's desk."""

from registry.web.review import cases, handling, queue
from registry.web.review.blueprint import blueprint

__all__ = ["blueprint", "cases", "handling", "queue"]
