"""The blueprint its sibling modules hang their views on."""

from flask import Blueprint

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
