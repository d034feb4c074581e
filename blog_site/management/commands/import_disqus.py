"""`manage.py import_disqus FILE… [--dry-run] [--overwrite] [--json]`"""

from blog_site.models import Import
from blog_site.wordpress.command import ImportCommand


class Command(ImportCommand):
    help = "Takes in Disqus exports: the comments of the posts that are here; one transaction a file."
    kind = Import.Kind.DISQUS
    files_help = "an export from Disqus, gzipped as it comes or unpacked"
