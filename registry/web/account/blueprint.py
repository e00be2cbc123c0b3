"""The blueprints that the sibling modules hang their views on."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/account")

# Signing in and everything that keeps an account safe. It has the name that the accounts library's own pages would.
security = Blueprint("security", __name__, url_prefix="/account")
