"""What was typed is not lost: when a session has ended, a page has gone stale, or the database is busy.

One page gives the fields back and sends them again with one press. They get there in two ways:

* The visitor must sign in first. The fields wait in the database under a random name, for the person who typed
  them: every private form carries its owner's signed number, so that the next person at the same computer sees
  nothing, and a foreign site can leave nothing here.
* The visitor is still there (the form's key was too old, or the database was busy). The fields go straight back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import current_app, redirect, render_template, request, url_for
from flask_security import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from registry.infrastructure.database import WRITE, db
from registry.services import kept_forms

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

OWNER_FIELD: Final = "form_owner"
_NEVER_KEPT: Final = frozenset(
    {
        "csrf_token",
        OWNER_FIELD,
        "password",
        "password_again",
        "old_password",
        "proof",
        "passphrase",
        "code",
        "credential",
        "state",
    }
)
# Buttons, and numbers that the page put into the form itself.
_NOT_TYPED: Final = re.compile(
    r"^(revision|shown|make|sign|upload|add|remove|save|action|answer|retired|move|product_id|enterprise|notice)$|-evidence$"
)
_MOST_FIELDS: Final = 5_000
_MOST_CHARACTERS: Final = 300_000
_LONGEST_PATH: Final = 500
_LONGEST_OPEN: Final = 7 * 86_400  # seconds that a page may have stood open


def owner_token() -> str:
    """The signed number of the person a form is made for; 0 where nobody is signed in."""
    return str(_signer().dumps(current_user.id if current_user.is_authenticated else 0))


def sign_in_first() -> ResponseReturnValue:
    """Send the visitor to sign in, and afterwards back to the page, or to the form with its fields."""
    target = _address() if request.method == "GET" else _keep()
    return redirect(url_for("security.login", next=target))


def confirm_first(*, keeps: bool = True) -> ResponseReturnValue:
    """Send somebody who is signed in to prove it once more, and afterwards to the form with its fields.

    Or else to the page itself, where nothing of it can be kept.
    """
    return redirect(url_for("security.confirm", next=_keep(confirmed=1) if keeps else _address()))


def give_back(status: int) -> ResponseReturnValue | None:
    """A page with the fields just sent, to be sent again; None unless this very visitor typed them."""
    if request.method != "POST" or _owner() != (current_user.id if current_user.is_authenticated else 0):
        return None
    return page(_address(), _typed_fields(), status=status), status


def page(path: str, fields: list[tuple[str, str]], *, status: int = 200) -> str:
    """The page that shows kept fields and sends them to their form again."""
    confirmed = request.endpoint == "account.kept_form" and "confirmed" in request.args
    shown = [value for name, value in fields if value.strip() and not _NOT_TYPED.search(name)]
    return render_template(
        "account/kept_form.html", path=path, fields=fields, shown=shown, status=status, confirmed=confirmed
    )


def _keep(*, confirmed: int | None = None) -> str:
    """Keep the fields of this request for their owner, and return the address of the page that gives them back."""
    owner, fields, path = _owner(), _typed_fields(), _address()
    length = sum(len(value) for _name, value in fields)
    if not owner or len(fields) > _MOST_FIELDS or length > _MOST_CHARACTERS or len(path) > _LONGEST_PATH:
        return url_for("account.desk")
    db.session.bind = db.get_engine(WRITE)
    now = current_app.extensions["registry"].clock.now()
    token = kept_forms.keep(db.session, owner, path, fields, now)
    db.session.commit()
    return url_for("account.kept_form", token=token, confirmed=confirmed)


def _address() -> str:
    """Where this request went, with the prefix the application may run under."""
    return request.root_path + request.full_path.rstrip("?")


def _owner() -> int | None:
    """Who the form was made for, as it says itself under our signature; None where it does not."""
    try:
        return int(_signer().loads(request.form.get(OWNER_FIELD, ""), max_age=_LONGEST_OPEN))
    except BadSignature:
        return None


def _typed_fields() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_KEPT]


def _signer() -> URLSafeTimedSerializer:
    keys = [*reversed(current_app.extensions["registry"].settings.secret_keys)]  # The last of the list signs.
    return URLSafeTimedSerializer(keys, salt="form-owner")
