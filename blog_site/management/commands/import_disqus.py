"""`manage.py import_disqus FILE… [--dry-run] [--overwrite] [--json]`"""

from blog_site.moving.command import ImportCommand
from blog_site.moving.models import Import


class Command(ImportCommand):
    help = "Takes in Disqus exports: the comments of the posts that are here; one transaction a file."
    kind = Import.Kind.DISQUS
    files_help = "an export from Disqus, gzipped as it comes or unpacked"
