"""The first of two readings of an export: all that has to be known before its first item can be written."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from . import reader, records
from .addresses import own_path
from .media import host
from .report import Report

TYPES = {"post", "page", ""}


@dataclass
class Survey:
    """What has to be known before the first item can be written."""

    path: str
    report: Report = field(default_factory=Report)
    channel: records.Channel = None
    authors: list = field(default_factory=list)
    categories: list = field(default_factory=list)
    tags: list = field(default_factory=list)
    attachments: list = field(default_factory=list)
    guids: Counter = field(default_factory=Counter)
    paths: set = field(default_factory=set)
    hosts: set = field(default_factory=set)


def guid(item):
    """What an item is known by when it comes again; where it says nothing of the kind, what it says at all."""
    said = "\n".join([item.title, item.creator, item.text])
    digest = hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return (item.guid or item.link or (f"{item.type}:{item.id}" if item.id else f"text:{digest}"))[:1000]


def survey(path):
    """Reads the whole file. Raises reader.WXRError where it is broken or no export, and OSError."""
    found = Survey(path)
    for record in reader.read(path, warn=found.report.warn):
        match record:
            case records.Author():
                found.authors.append(record)
            case records.Category():
                found.categories.append(record)
            case records.Tag():
                found.tags.append(record)
            case records.Channel():
                found.channel = record
            case records.Item(type="attachment"):
                record.comments = record.text = None
                found.attachments.append(record)
            case records.Item() if record.type in TYPES:
                found.guids[guid(record)] += 1
                if path_here := own_path(record.link):
                    found.paths.add(path_here)
    if not found.channel.version:
        found.report.warn("the file does not say which version of WordPress's format it has")
    found.hosts = {host(found.channel.link), host(found.channel.blog_url)} - {"", "?"}
    return found
