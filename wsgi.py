"""The WSGI application, for the server and for the `flask` command."""

from registry.app import create_app

app = create_app()
