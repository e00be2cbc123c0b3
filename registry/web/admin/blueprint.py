"""The blueprint its sibling modules hang their views on."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
