"""The sign-in form; the accounts library does the rest."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_security.forms import LoginForm


class SignInForm(LoginForm):
    """Address and password. Sessions are never remembered beyond the working day, so that box is left out."""

    remember: Any = None

    def validate(self, **options: Any) -> bool:
        """Check address and password; whichever is wrong, the answer is the same, and in the visitor's language."""
        passed = bool(super().validate(**options))
        if not passed:
            self.email.errors, self.password.errors = [], []
            self.form_errors = [gettext("邮箱或密码不正确。")]
        return passed

    def validate_next(self, field: Any) -> None:
        """Take any address: one that leads away from here is not followed, and no reason to keep somebody out."""
