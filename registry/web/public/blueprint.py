"""The blueprint its sibling modules hang their views on."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)
