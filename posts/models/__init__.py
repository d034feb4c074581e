from .attachment import Attachment
from .author import Author
from .autosave import Autosave
from .blog import Blog
from .menu import MenuItem, SocialLink
from .notice import Notice
from .old_path import OldPath
from .picture import Picture
from .post import Post
from .preview_link import PreviewLink
from .public import ChangeCount, public_changed
from .revision import Revision
from .taxonomy import Category, Tag

__all__ = [
    "Attachment",
    "Author",
    "Autosave",
    "Blog",
    "Category",
    "ChangeCount",
    "MenuItem",
    "Notice",
    "OldPath",
    "Picture",
    "Post",
    "PreviewLink",
    "Revision",
    "SocialLink",
    "Tag",
    "public_changed",
]
