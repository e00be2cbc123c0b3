"""The sign-in form; the accounts library does the rest."""

from __future__ import annotations

from typing import Any

from flask_security.forms import LoginForm


class SignInForm(LoginForm):
    """Address and password. Sessions are never remembered beyond the working day, so that box is left out."""

    remember: Any = None

    def validate_next(self, field: Any) -> None:
        """Take any address: one that leads away from here is not followed, and no reason to keep somebody out."""
