"""The first of two readings of an export: all that has to be known before its first item can be written."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from . import reader, records
from .addresses import old_paths, own_path
from .report import Report
from .sources import Source
from .spool import Spool
from .uploads import host, named_in

# What each type of item is among the report's numbers. One that says no type is a post, as in the feeds that WXR
# grew from; all others are none of ours.
KINDS = {"post": "posts", "": "posts", "page": "pages", "attachment": "attachments"}


@dataclass
class Survey:
    """What has to be known before the first item can be written."""

    source: Source
    items: Spool = field(default_factory=Spool)
    report: Report = field(default_factory=Report)
    channel: records.Channel = None
    authors: list = field(default_factory=list)
    categories: list = field(default_factory=list)
    tags: list = field(default_factory=list)
    attachments: list = field(default_factory=list)
    guids: Counter = field(default_factory=Counter)
    # {path without its final slash, also one that an item had before: the path now}; {number: path, or empty}
    paths: dict = field(default_factory=dict)
    numbers: dict = field(default_factory=dict)
    hosts: set = field(default_factory=set)
    # Where the blog stood when its items were written, as their guids tell.
    past_hosts: set = field(default_factory=set)
    pages: set = field(default_factory=set)
    # {number of a block that many posts use: its text}
    reusable: dict = field(default_factory=dict)
    highest_comment: int = 0
    named: dict = field(default_factory=dict)  # {address of an upload in a text: (line, alternative text)}
    # Keys of the uploads that came in with another file of the blog, whose texts may show them.
    brought: set = field(default_factory=set)
    # [(page, number of the one above it)]: pages that are here, and whose parent is in another file of the blog
    orphans: list = field(default_factory=list)

    @property
    def blog(self):
        """The address of the blog that it is of: several files of one blog belong together."""
        return self.channel.blog_url or self.channel.link


def guid(item):
    """What an item is known by when it comes again; where it says nothing of the kind, what it says at all."""
    known_by = item.guid or item.link or (f"{item.type}:{item.id}" if item.id else "")
    if not known_by:
        said = "\n".join([item.title, item.creator, item.text])
        known_by = f"text:{hashlib.blake2b(said.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"
    return known_by[:1000]


def survey(source, *, progress=lambda size: None):
    """Reads the whole Source. Raises reader.WXRError where it is broken or no export, and OSError.

    Its `items` are the caller's to close.
    """
    found = Survey(source)
    try:
        return _read(found, progress)
    except BaseException:
        found.items.close()
        raise


def _read(found, progress):
    for record in reader.read(found.source, warn=found.report.warn, progress=progress):
        match record:
            case records.Item():
                _note(found, record)
            case records.Author():
                found.authors.append(record)
            case records.Category():
                found.categories.append(record)
            case records.Tag():
                found.tags.append(record)
            case records.Channel():
                found.channel = record
    if not found.channel.version:
        found.report.warn("the file does not say which version of WordPress's format it has")
    found.hosts = {host(found.channel.link), host(found.channel.blog_url)} - {"", "?"}
    return found


def _note(found, item):
    found.items.add(item)
    kind = KINDS.get(item.type, "others")
    found.report.found(kind)
    found.report.found("comments", len(item.comments))
    for comment in item.comments:
        if comment.id.isascii() and comment.id.isdecimal() and len(comment.id) < 19:
            found.highest_comment = max(found.highest_comment, int(comment.id))
    if kind == "attachments":
        item.comments = None
        found.attachments.append(item)
        _note_address(found, item)
    elif item.type == "wp_block":
        found.reusable[item.id] = item.text
    elif kind != "others":
        found.guids[guid(item)] += 1
        _note_address(found, item)
        if kind == "pages":
            found.pages.add(item.id)
        for address, alt in named_in(item.text):
            found.named.setdefault(address, (item.line, alt))


def _note_address(found, item):
    """Under which addresses other posts may link to it."""
    path = own_path(item.link)
    if item.id:
        found.numbers.setdefault(item.id, path)
    if path:
        found.paths[path.rstrip("/")] = path
        for old in old_paths(item, path):
            found.paths.setdefault(old.rstrip("/"), path)
    found.past_hosts |= {host(item.guid)} - {"", "?"}
