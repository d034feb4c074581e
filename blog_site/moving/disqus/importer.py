"""Writes a Disqus export to the posts that are here, in short steps."""

import html
import re
from collections import defaultdict
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone

from blog_site.moving import records
from blog_site.moving.addresses import host
from blog_site.moving.comment_links import lead_here
from blog_site.moving.comments import Discussions, values_of
from blog_site.moving.report import Report
from blog_site.moving.text import parse_imported_id
from comments.models import Comment
from posts.models import Post

from . import reader
from .threads import Posts, created

REASON = "imported from Disqus"
APPROVED = {("false", "false"): "1", ("false", "true"): "spam"}  # (isDeleted, isSpam): WordPress's word for it


def read_all(file, *, progress=lambda size: None):
    """(threads by number, comments, Report) of an ExportFile. Raises errors.ExportError and OSError."""
    report = Report()
    threads, comments = {}, []
    for record in reader.read(file, warn=report.warn, progress=progress):
        if isinstance(record, reader.Thread):
            threads[record.number] = record
        else:
            comments.append(record)
    report.found("comments", len(comments))
    return threads, comments, report


def write(export, *, ledger, complete, read_comment):
    """Takes in what was read, as a part of the Import that the `ledger` is of; `complete(report)` ends it.

    `read_comment` is wordpress.comments.read, which knows how to read records with a comment's HTML.
    """
    threads, comments, report = export
    discussions = Discussions(report, ledger, read=read_comment, values=_values, key="disqus_id", reason=REASON)
    posts, hosts = Posts(), {host(thread.link) for thread in threads.values()} - {"", "?"}
    for pk, on_post in _by_post(posts, threads, comments, report).items():
        post = Post.objects.get(pk=pk)
        report.counts["pages" if post.is_page else "posts"] += 1
        as_records = list(_as_records(on_post, report))
        lead_here(as_records, lambda address: _new_address(address, posts, hosts))
        discussions.take(post, as_records)
        discussions.write()
    with ledger.step():
        complete(report)


def _new_address(address, posts, hosts):
    """Where a link leads now: Disqus writes its own address around others', with a mark behind that one."""
    if host(address) == "disq.us":
        wrapped = parse_qs(urlsplit(address).query).get("url", [""])[0].rpartition(":")[0]
        if not re.match(r"https?://", wrapped, re.IGNORECASE):
            return None
        return (posts.new_address(wrapped) if host(wrapped) in hosts else None) or wrapped
    return posts.new_address(address) if host(address) in hosts else None


def _by_post(posts, threads, comments, report):
    """{post's primary key: its comments}; those of no post are told, by the thread that found none."""
    by_post = defaultdict(list)
    post_of = {number: posts.find(thread) for number, thread in threads.items()}
    for comment in comments:
        thread = threads.get(comment.thread)
        if post_of.get(comment.thread):
            by_post[post_of[comment.thread]].append(comment)
        elif thread:
            where = thread.link or thread.id or "without an address"
            report.skip(
                "comment", f"no post here for the thread “{thread.title}”, {where}", line=comment.line, kind="comments"
            )
        else:
            report.skip(
                "comment",
                f"its thread {comment.thread or '(none)'} is not in the file",
                line=comment.line,
                kind="comments",
            )
    return by_post


def _as_records(comments, report):
    """Each comment as WordPress would have kept it. A deleted one is a place without words, if it has replies."""
    answered = {comment.parent for comment in comments if comment.isDeleted != "true"}
    answered |= _above({comment.number: comment.parent for comment in comments}, answered)
    for comment in comments:
        deleted = comment.isDeleted == "true"
        if deleted and comment.number not in answered:
            report.skip("comment", "it was deleted, and nobody had answered it", line=comment.line, kind="comments")
            continue
        at = created(comment)
        if not at:
            report.warn(f"line {comment.line}: comment {comment.number} has no readable date")
        if not deleted and (comment.isDeleted, comment.isSpam) not in APPROVED:
            report.warn(f"line {comment.line}: comment {comment.number} does not say whether it is spam: it waits")
        record = records.Comment(
            comment.line,
            id=comment.number,
            name="" if deleted else html.escape(comment.author_name, quote=False),
            email="" if deleted else comment.author_email,
            ip="" if deleted else comment.ipAddress,
            date_gmt=f"{at:%Y-%m-%d %H:%M:%S}" if at else "",
            text="" if deleted else comment.message,
            approved="erased" if deleted else APPROVED.get((comment.isDeleted, comment.isSpam), "0"),
            parent=comment.parent,
        )
        match = re.fullmatch(r"wp_id=(\d+)", comment.id)
        record.meta["wp_id"] = match and parse_imported_id(match[1])
        yield record


def _above(parents, answered):
    """All that stands above one of these, so that a branch of deleted ones keeps its places."""
    above = set()
    for place in answered:
        while (place := parents.get(place)) and place not in above:
            above.add(place)
    return above


def _values(record, columns, post, report):
    values = values_of(record, columns, post, report)
    values |= {"disqus_id": values["imported_id"], "imported_id": record.meta["wp_id"]}
    if record.approved == "erased":
        values["status"] = Comment.Status.ERASED
    values["submitted_at"] = min(values["submitted_at"], timezone.now())
    return values
