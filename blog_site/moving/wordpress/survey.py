"""The first of two readings of an export: all that has to be known before its first item can be written."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from blog_site.moving import records
from blog_site.moving.files.sources import Source
from blog_site.moving.files.uploads import host, named_in
from blog_site.moving.report import Report

from . import reader
from .link_map import with_places
from .new_paths import shadowed
from .old_paths import home_of, linked_path, number_in, old_paths, own_path
from .spool import Spool

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
    # [(host, path below which the blog stands)], and where its guids say that it stood.
    homes: set = field(default_factory=set)
    past_homes: set = field(default_factory=set)
    # {the path that a page would have by its name: its address, which has another}
    named_otherwise: dict = field(default_factory=dict)
    # The posts and pages whose paths are ours, and the addresses in texts that name a place in another post.
    shadowed: list = field(default_factory=list)
    with_places: set = field(default_factory=set)
    # Of posts whose addresses differ in their queries alone: how many have a path.
    with_query: Counter = field(default_factory=Counter)
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

    @property
    def folders(self):
        """Where the blog stands below its host: {"/blog"}, or nothing."""
        return {folder for _host, folder in self.homes if folder}

    def is_front(self, item):
        """True for the page that WordPress showed at the blog's home address."""
        linked = linked_path(item.link)
        return item.type == "page" and linked != "" and (linked == "/" or home_of(item.link) in self.homes)

    def path_of(self, item):
        """The path that an item keeps; empty where it can't keep its own."""
        path = own_path(item.link)
        is_shared = "?" in item.link and self.with_query[path] > 1
        return "" if is_shared or path.rstrip("/") in self.folders else path


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
    found.homes = {home_of(found.channel.link), home_of(found.channel.blog_url)} - {None}
    found.hosts = {one for one, _folder in found.homes}
    _settle(found)
    return found


def _settle(found):
    """What a home address was taken for before it was known as one."""
    for folder in found.folders:
        found.paths.pop(folder, None)
    found.numbers = {one: "" if path.rstrip("/") in found.folders else path for one, path in found.numbers.items()}
    # Of paths that several have, each with a query of its own, none is a post's.
    shared = {path for path, number in found.with_query.items() if number > 1}
    found.numbers = {one: "" if path in shared else path for one, path in found.numbers.items()}
    homes = {folder for _host, folder in found.homes}
    # By its name, too, WordPress led to the front page; it stands there now.
    for path, link in found.named_otherwise.items():
        if (linked_path(link) == "/" or home_of(link) in found.homes) and own_path(path):
            found.paths.setdefault(linked_path(link).rstrip("/") + path.rstrip("/"), path)
    found.shadowed = [post for post in found.shadowed if post.linked.rstrip("/") not in homes]
    hosts = found.hosts | found.past_hosts | {""}
    found.with_places = {address for address in found.with_places if host(address) in hosts}


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
        for text in (item.text, *(comment.text for comment in item.comments)):
            found.with_places.update(with_places(text))


def _note_address(found, item):
    """Under which addresses other posts may link to it."""
    path = own_path(item.link)
    if item.id:
        found.numbers.setdefault(item.id, path)
    linked, name = linked_path(item.link), unquote(item.name)
    if item.type == "page" and name and linked and not linked.rstrip("/").endswith(f"/{name}"):
        found.named_otherwise[f"/{name}/"] = item.link
    if path:
        found.paths[path.rstrip("/")] = path
        found.with_query[path] += "?" in item.link
        for old in old_paths(item, path):
            found.paths.setdefault(old.rstrip("/"), path)
    elif linked.strip("/") and item.type in {"post", "page"}:
        found.shadowed.append(shadowed(item, guid(item), linked))
    found.past_hosts |= {host(item.guid)} - {"", "?"}
    if number_in(urlsplit(item.guid)) and (home := home_of(item.guid)):
        found.past_homes.add(home)
