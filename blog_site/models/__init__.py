from blog_site.moving.export_model import Export
from blog_site.moving.models import Import, ImportedRow

from .outgoing import OutgoingTask

__all__ = ["Export", "Import", "ImportedRow", "OutgoingTask"]
