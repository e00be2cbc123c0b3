"""placeholder, being written."""

from flask.cli import AppGroup

group = AppGroup("demo")
