"""The reviewer's desk."""

from registry.web.review import case_print, cases, external_checks, handling, messages, queue
from registry.web.review.blueprint import blueprint

__all__ = ["blueprint", "case_print", "cases", "external_checks", "handling", "messages", "queue"]
