from blog_site.moving.export_model import Export
from blog_site.moving.models import Import, ImportedRow

from .outgoing import OutgoingTask
from .upgrade import DoneStep

__all__ = ["DoneStep", "Export", "Import", "ImportedRow", "OutgoingTask"]
