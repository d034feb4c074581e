"""My comments: what a person has written on this blog, what became of it, and what they can do with it.

proof.py     who is there, and what that opens: a login, a remembered browser, a mailed link, or a comment's own
             token or key
entries.py   a comment and its state in words, as its writer is told
editing.py   another text: the form, the checks, what becomes of it
views.py     the list, the mail that leads there, the download, erasing
one.py       one comment: edit, withdraw, ask again, say whose it is
mails.py     the link
urls.py      the addresses below /comments/mine/
"""

from django.conf import settings
from django.urls import reverse

from comments.models import MailedLink

PURPOSE = "mine"


def link_for(email: str) -> str:
    """The whole address of a page whose button opens My comments for the owner of this address; to be mailed there, and
    nowhere else. It works once, for 7 days."""
    token = MailedLink.make(PURPOSE, email)
    return f"{settings.SITE_URL}{reverse('comments:mine-link', args=[token])}"
