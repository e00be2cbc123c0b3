"""Small worlds for tests, made through the services that real work goes through."""

from tests.factories.declarations import complete_content, file_declaration, pdf_report, start_complete
from tests.factories.world import World, build_world

__all__ = ["World", "build_world", "complete_content", "file_declaration", "pdf_report", "start_complete"]
