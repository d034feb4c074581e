from blog_site.moving.models import Import, ImportedRow

from .outgoing import OutgoingTask

__all__ = ["Import", "ImportedRow", "OutgoingTask"]
