"""What a WordPress export is made of, as it stands in the file: every field is text."""

from dataclasses import dataclass, field

# What our own export says in the metadata of a post or a comment, beside WordPress's: the text as it was written,
MARKDOWN = "_right_of_reply_markdown"
CAME_FROM = "_right_of_reply_came_from"  # of a file: the host and path that it had at first
CORRECTIONS = "_right_of_reply_corrections"  # of a post: JSON, as its column has them
OLD_PATH = "_right_of_reply_old_path"  # of a post, a term or a person: addresses that lead to it
IDENTITY = "_right_of_reply_guid"  # of a post or a comment: what readers' programs know it by


@dataclass(slots=True)
class Record:
    line: int

    def set(self, name, text):
        """Takes an element's text in, if there is a field for it that is still empty."""
        if name in self.FIELDS and not getattr(self, self.FIELDS[name]):
            setattr(self, self.FIELDS[name], text)


@dataclass(slots=True)
class Channel(Record):
    FIELDS = {
        "title": "title",
        "link": "link",
        "description": "description",
        "wp:wxr_version": "version",
        "wp:base_blog_url": "blog_url",
        "language": "language",
    }
    title: str = ""
    link: str = ""
    description: str = ""
    version: str = ""
    blog_url: str = ""
    language: str = ""
    icon: str = ""


@dataclass(slots=True)
class Image(Record):
    """The site's icon."""

    FIELDS = {"url": "url"}
    url: str = ""


@dataclass(slots=True)
class Author(Record):
    FIELDS = {
        "wp:author_id": "id",
        "wp:author_login": "login",
        "wp:author_display_name": "display_name",
        "wp:author_first_name": "first_name",
        "wp:author_last_name": "last_name",
    }
    id: str = ""
    login: str = ""
    display_name: str = ""
    first_name: str = ""
    last_name: str = ""
    meta: dict = field(default_factory=dict)


@dataclass(slots=True)
class Category(Record):
    FIELDS = {
        "wp:term_id": "id",
        "wp:category_nicename": "slug",
        "wp:cat_name": "name",
        "wp:category_parent": "parent",
        "wp:category_description": "description",
    }
    id: str = ""
    slug: str = ""
    name: str = ""
    # The parent's slug; in WXR 1.0 its name.
    parent: str = ""
    description: str = ""
    meta: dict = field(default_factory=dict)


@dataclass(slots=True)
class Tag(Record):
    FIELDS = {"wp:tag_slug": "slug", "wp:tag_name": "name", "wp:tag_description": "description"}
    slug: str = ""
    name: str = ""
    description: str = ""
    meta: dict = field(default_factory=dict)


@dataclass(slots=True)
class Term:
    """A category or tag as an item names it. `domain` is empty where the file gives none."""

    domain: str
    slug: str
    name: str


@dataclass(slots=True)
class Meta(Record):
    FIELDS = {"wp:meta_key": "key", "wp:meta_value": "value"}
    key: str = ""
    value: str = ""


@dataclass(slots=True)
class Comment(Record):
    FIELDS = {
        "wp:comment_id": "id",
        "wp:comment_author": "name",
        "wp:comment_author_email": "email",
        "wp:comment_author_url": "url",
        "wp:comment_author_IP": "ip",
        "wp:comment_date": "date",
        "wp:comment_date_gmt": "date_gmt",
        "wp:comment_content": "text",
        "wp:comment_approved": "approved",
        "wp:comment_type": "type",
        "wp:comment_parent": "parent",
    }
    id: str = ""
    name: str = ""
    email: str = ""
    url: str = ""
    ip: str = ""
    date: str = ""
    date_gmt: str = ""
    text: str = ""
    approved: str = ""
    type: str = ""
    parent: str = ""
    meta: dict = field(default_factory=dict)
    as_in_file: str = ""  # the text, where its links have been changed since


@dataclass(slots=True)
class Item(Record):
    """A post, page, attachment or whatever else WordPress keeps as a post; texts as they stand in the file."""

    FIELDS = {
        "title": "title",
        "link": "link",
        "pubDate": "pub_date",
        "dc:creator": "creator",
        "guid": "guid",
        "content:encoded": "text",
        "excerpt:encoded": "excerpt",
        "wp:post_id": "id",
        "wp:post_date": "date",
        "wp:post_date_gmt": "date_gmt",
        "wp:comment_status": "comment_status",
        "wp:post_name": "name",
        "wp:status": "status",
        "wp:post_parent": "parent",
        "wp:menu_order": "menu_order",
        "wp:is_sticky": "is_sticky",
        "wp:post_type": "type",
        "wp:post_password": "password",
        "wp:attachment_url": "attachment_url",
    }
    title: str = ""
    link: str = ""
    pub_date: str = ""
    creator: str = ""
    guid: str = ""
    text: str = ""
    excerpt: str = ""
    id: str = ""
    date: str = ""
    date_gmt: str = ""
    comment_status: str = ""
    name: str = ""
    status: str = ""
    parent: str = ""
    menu_order: str = ""
    is_sticky: str = ""
    type: str = ""
    password: str = ""
    attachment_url: str = ""
    terms: list = field(default_factory=list)
    meta: dict = field(default_factory=dict)
    comments: list = field(default_factory=list)
