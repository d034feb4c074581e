from .attachment import Attachment
from .author import Author
from .autosave import Autosave
from .blog import Blog
from .listed import Listed
from .mail_count import MailCount
from .mail_server import MailServer
from .mailing import Mailing
from .menu import MenuItem, SocialLink
from .notice import Notice
from .old_path import OldPath
from .picture import Picture
from .post import Post
from .preview_link import PreviewLink
from .public import ChangeCount, public_changed
from .revision import Revision
from .stored_counts import StoredCounts
from .subscriber import Frequency, Subscriber
from .subscription_request import SubscriptionRequest
from .taxonomy import Category, Tag
from .undeliverable import Undeliverable

__all__ = [
    "Attachment",
    "Author",
    "Autosave",
    "Blog",
    "Category",
    "ChangeCount",
    "Frequency",
    "Listed",
    "MailCount",
    "MailServer",
    "Mailing",
    "MenuItem",
    "Notice",
    "OldPath",
    "Picture",
    "Post",
    "PreviewLink",
    "Revision",
    "SocialLink",
    "StoredCounts",
    "Subscriber",
    "SubscriptionRequest",
    "Tag",
    "Undeliverable",
    "public_changed",
]
