import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

from blog_site.accounts.models import FirstPassword, Setup
from posts.models import Author, Post

NAME = "admin"


class Command(BaseCommand):
    help = "What `make run` does once: the sample blog on an empty one, and the account `admin`."

    def handle(self, **options):
        accounts = get_user_model().objects
        if not Post.objects.exists() and not accounts.exists():
            call_command("demo", stdout=self.stdout)
        if accounts.filter(is_superuser=True).exists():
            self.stdout.write(f"Log in at {settings.SITE_URL}/admin/")
            return
        password = secrets.token_urlsafe(12)
        account = accounts.create_superuser(NAME, password=password)
        FirstPassword.objects.give(account)
        author = Author.for_account(account)
        Setup.keep(done_at=None)
        self.stdout.write(
            f"Log in at {settings.SITE_URL}/admin/ as “{NAME}” with the password {password}\n"
            "It is shown this once, and is for the first login, which asks for another. If it gets lost: "
            "`manage.py changepassword admin`.\n"
            f"Readers see “{author.name}” below what you write, until you give your name on the page that follows."
        )
