"""The first of two readings of an export: all that has to be known before its first item can be written."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from blog_site.moving import records
from blog_site.moving.addresses import home_of, host, linked_path, number_in, own_path
from blog_site.moving.files.sources import ExportFile
from blog_site.moving.report import Report

from . import reader
from .link_map import with_places
from .new_paths import shadowed
from .old_paths import old_paths
from .spool import Spool
from .uploads import named_in

# What each type of item is among the report's numbers. One that says no type is a post, as in the feeds that WXR
# grew from; all others are none of ours.
KINDS = {"post": "posts", "": "posts", "page": "pages", "attachment": "attachments"}


@dataclass
class Survey:
    """What has to be known before the first item can be written."""

    file: ExportFile
    items: Spool = field(default_factory=Spool)
    report: Report = field(default_factory=Report)
    channel: records.Channel | None = None
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


def survey_file(file, *, progress=lambda size: None):
    """Reads the whole ExportFile. Raises errors.ExportError where it is broken or no export, and OSError.

    Its `items` are the caller's to close.
    """
    survey = Survey(file)
    try:
        return _read(survey, progress)
    except BaseException:
        survey.items.close()
        raise


def _read(survey, progress):
    for record in reader.read(survey.file, warn=survey.report.warn, progress=progress):
        match record:
            case records.Item():
                _note(survey, record)
            case records.Author():
                survey.authors.append(record)
            case records.Category():
                survey.categories.append(record)
            case records.Tag():
                survey.tags.append(record)
            case records.Channel():
                survey.channel = record
    if not survey.channel.version:
        survey.report.warn("the file does not say which version of WordPress's format it has")
    survey.homes = {home_of(survey.channel.link), home_of(survey.channel.blog_url)} - {None}
    survey.hosts = {one for one, _folder in survey.homes}
    _settle(survey)
    return survey


def _settle(survey):
    """What a home address was taken for before it was known as one."""
    for folder in survey.folders:
        survey.paths.pop(folder, None)
    survey.numbers = {one: "" if path.rstrip("/") in survey.folders else path for one, path in survey.numbers.items()}
    # Of paths that several have, each with a query of its own, none is a post's.
    shared = {path for path, number in survey.with_query.items() if number > 1}
    survey.numbers = {one: "" if path in shared else path for one, path in survey.numbers.items()}
    homes = {folder for _host, folder in survey.homes}
    # By its name, too, WordPress led to the front page; it stands there now.
    for path, link in survey.named_otherwise.items():
        if (linked_path(link) == "/" or home_of(link) in survey.homes) and own_path(path):
            survey.paths.setdefault(linked_path(link).rstrip("/") + path.rstrip("/"), path)
    survey.shadowed = [post for post in survey.shadowed if post.linked.rstrip("/") not in homes]
    hosts = survey.hosts | survey.past_hosts | {""}
    survey.with_places = {address for address in survey.with_places if host(address) in hosts}


def _note(survey, item):
    survey.items.add(item)
    kind = KINDS.get(item.type, "others")
    survey.report.found(kind)
    survey.report.found("comments", len(item.comments))
    for comment in item.comments:
        if comment.id.isascii() and comment.id.isdecimal() and len(comment.id) < 19:
            survey.highest_comment = max(survey.highest_comment, int(comment.id))
    if kind == "attachments":
        item.comments = None
        survey.attachments.append(item)
        _note_address(survey, item)
    elif item.type == "wp_block":
        survey.reusable[item.id] = item.text
    elif kind != "others":
        survey.guids[guid(item)] += 1
        _note_address(survey, item)
        if kind == "pages":
            survey.pages.add(item.id)
        for address, alt in named_in(item.text):
            survey.named.setdefault(address, (item.line, alt))
        for text in (item.text, *(comment.text for comment in item.comments)):
            survey.with_places.update(with_places(text))


def _note_address(survey, item):
    """Under which addresses other posts may link to it."""
    path = own_path(item.link)
    if item.id:
        survey.numbers.setdefault(item.id, path)
    linked, name = linked_path(item.link), unquote(item.name)
    if item.type == "page" and name and linked and not linked.rstrip("/").endswith(f"/{name}"):
        survey.named_otherwise[f"/{name}/"] = item.link
    if path:
        survey.paths[path.rstrip("/")] = path
        survey.with_query[path] += "?" in item.link
        for old in old_paths(item, path):
            survey.paths.setdefault(old.rstrip("/"), path)
    elif linked.strip("/") and item.type in {"post", "page"}:
        survey.shadowed.append(shadowed(item, guid(item), linked))
    survey.past_hosts |= {host(item.guid)} - {"", "?"}
    if number_in(urlsplit(item.guid)) and (home := home_of(item.guid)):
        survey.past_homes.add(home)
