from .attachment import Attachment
from .author import Author
from .blog import Blog
from .old_path import OldPath
from .picture import Picture
from .post import Post
from .taxonomy import Category, Tag

__all__ = ["Attachment", "Author", "Blog", "Category", "OldPath", "Picture", "Post", "Tag"]
