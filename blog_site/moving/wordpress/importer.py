"""Writes a surveyed export to the database, item by item, in short steps; the last one makes it public."""

from collections import defaultdict, deque
from functools import partial

from django.db import transaction

from blog_site.moving import jobs
from blog_site.moving.addresses import host
from blog_site.moving.comment_links import lead_here
from blog_site.moving.comment_numbers import reserve_numbers
from blog_site.moving.comments import Discussions
from blog_site.moving.staging import publish
from blog_site.moving.text import language_of, parse_imported_id, plain
from blog_site.tasks import relate_after_commit, take_icon
from posts import outbox
from posts.models import Blog, Post
from posts.rerendering import rerender_texts

from . import comments
from .menus import take_menu
from .new_posts import New, parents_first, store, stored_values
from .old_paths import OldAddresses, warnings_about_address
from .posts import KINDS, Articles, filed
from .survey import guid
from .terms import People, Terms

MANY = 500  # new posts, above which those that are alike are looked for by a process of its own
AHEAD = 80  # posts that are read while the texts of those before them are set
BATCH = 50  # new posts that are stored in one go, with all that is below them


def write(survey, *, ledger, media, typesetter, complete, others=(), progress=lambda share: None):
    """Takes the surveyed file in, as a part of the Import that the `ledger` is of.

    `media` is its Media, `typesetter` sets its texts, `others` are the surveys of the same blog's other files.
    `complete(report)` is called in the step that makes all of it public. What is written of a file that then fails, the
    caller takes back.
    """
    reserve_numbers(survey.highest_comment)
    _Import(survey, others, media, ledger, typesetter).run(progress, complete)


class _Import:
    def __init__(self, survey, others, pictures, ledger, typesetter):
        self.survey, self.others = survey, others
        self.report = survey.report
        self.pictures, self.ledger, self.typesetter = pictures, ledger, typesetter
        self.discussions = Discussions(self.report, ledger, read=comments.read)
        self.old_addresses = OldAddresses(survey.folders)
        self.people = self.terms = self.articles = None
        self.pages = {}
        # Posts whose texts are being set, and new ones that are to be stored.
        self.ahead, self.new = deque(), []
        self.to_relate = []
        self.menu = []

    def run(self, progress, complete):
        self.ledger.source.folders = sorted({*self.ledger.source.folders, *self.survey.folders})
        self.people = People(self.survey.authors, self.report, self.ledger)
        self.terms = Terms(self.survey.categories, self.survey.tags, self.report, self.ledger)
        self.report.counts["attachments"] += len(self.survey.attachments)
        self.pictures.take(self.ledger)
        self.articles = Articles(self.survey, self.others, self.people, self.pictures, self.report)
        waiting = []
        for item in self.survey.items.items(progress=progress):
            if item.type == "nav_menu_item":
                self.menu.append(item)
            elif item.type not in KINDS:
                self._leave_out(item)
            elif self._waits(item):
                waiting.append(item)
            else:
                self._take(item)
        self._take_waiting(waiting)
        self._write_all()
        self.old_addresses.finish(self.survey, self.others, self.people, self.terms, self.ledger)
        with self.ledger.step():
            self._make_public()
            complete(self.report)

    def _make_public(self):
        """What readers see at once, when all the rest is there."""
        self._name_blog()
        take_menu(self.menu, self.pages, self.survey, self.report, self.ledger)
        self.old_addresses.write_visible()
        publish(self.ledger.source)
        self._bring_below()
        if len(self.to_relate) <= MANY:
            relate_after_commit(self.to_relate)
        else:
            transaction.on_commit(partial(jobs.start_command, "relate_posts"))

    def _name_blog(self):
        blog, channel = Blog.load(), self.survey.channel
        if blog.title == Blog._meta.get_field("title").default and not blog.tagline:
            before = {"title": blog.title, "tagline": blog.tagline}
            blog.title = plain(channel.title, 200) or blog.title
            blog.tagline = plain(channel.description, 300)
            is_named = before != {"title": blog.title, "tagline": blog.tagline}
            before |= self._language(blog) | self._icon(blog)
            if is_named or len(before) > 2:
                blog.save()
                self.ledger.changed("blog", blog, None, before=before)

    def _language(self, blog):
        """Gives the blog the old one's language, where it has none of its own; returns what that replaces."""
        language = language_of(self.survey.channel.language)
        if blog.language or not language:
            return {}
        blog.language = language
        # Texts that say no language of their own are set anew.
        outbox.put(rerender_texts)
        return {"language": ""}

    def _icon(self, blog):
        """Has the blog get the old one's icon, where that came in; returns what that replaces."""
        address = self.survey.channel.icon
        file = self.pictures.find(address) if address and not blog.icon else None
        if not file or not file.picture_id:
            return {}
        outbox.put(take_icon, file.picture_id)
        return {"icon": ""}

    def _leave_out(self, item):
        if item.type != "attachment":
            self.report.skip(
                f"item of type {item.type}", "neither a post, a page nor an attachment", line=item.line, kind="others"
            )
        for _comment in item.comments:
            self.report.skip(
                "comment", f"it stands under something of type {item.type}", line=item.line, kind="comments"
            )

    # --- Pages, of which the ones above come first

    def _waits(self, item):
        return item.type == "page" and item.parent not in {"", "0", *self.pages}

    def _take_waiting(self, waiting):
        below = defaultdict(list)
        for item in waiting:
            below[item.parent].append(item)
        numbers = {item.id for item in waiting}
        tops = [item for item in waiting if item.parent not in numbers]
        while waiting:
            for item in tops:
                if not self._parent(item) and not any(item.parent in other.pages for other in self.others):
                    self.report.warn(f"line {item.line}: page {item.id} has no page {item.parent} above it")
                self._take(item)
                tops.extend(below.pop(item.id, ()))
            done = set(map(id, tops))
            waiting = [item for item in waiting if id(item) not in done]
            if waiting:
                self.report.warn(f"line {waiting[0].line}: pages stand below each other in a circle, cut here")
                tops = [waiting[0]]
                below[waiting[0].parent].remove(waiting[0])

    def _parent(self, item):
        """The page above: of this file, or of one that came in before."""
        if item.type != "page":
            return None
        if item.parent in self.pages or not parse_imported_id(item.parent):
            return self.pages.get(item.parent)
        # A number alone is too little: every blog has a page 3.
        hosts = {"", host(guid(item)), *self.survey.hosts}
        rows = [row for row in self.articles.left("id", parse_imported_id(item.parent)) if host(row[1]) in hosts]
        pages = Post.objects.pages().filter(pk__in=[row[0] for row in rows])
        return pages.exclude(imported_id=parse_imported_id(item.id)).first()

    def _bring_below(self):
        """Pages of the blog's files that came before, and whose parent is in this one."""
        for other in self.others:
            for page, parent in list(other.orphans):
                if parent in self.pages:
                    page.parent = self.pages[parent]
                    page.save()
                    other.orphans.remove((page, parent))

    # --- Posts

    def _take(self, item):
        post, parent, warn = self.articles.find(item), self._parent(item), self._warner(item)
        values = self.articles.values(item, post, parent, warn)
        lead_here(item.comments, self.articles.new_address)
        terms = self._terms(item)
        if item.type == "page":
            self.pages.setdefault(item.id, post)
            if not parent and any(item.parent in other.pages for other in self.others):
                self.survey.orphans.append((post, item.parent))
        if post.pk and parent and not parent.pk:
            self._write_all()
        outcome = self._update(item, post, values, terms, warn) if post.pk else self._begin(item, post, values, terms)
        for message in warnings_about_address(
            item, post, is_front=self.survey.is_front(item), has_own=bool(self.survey.path_of(item))
        ):
            warn(message)
        self.ahead.append((item, post, values, outcome, warn))
        if len(self.ahead) > AHEAD:
            self._finish(*self.ahead.popleft())

    def _begin(self, item, post, values, terms):
        for name, value in values.items():
            setattr(post, name, value)
        post.prepare(is_taken=partial(self.articles.is_taken, item=item))
        self.articles.enter(post)
        post.filed = terms
        self.typesetter.begin(post, item.comments)
        return "new"

    def _finish(self, item, post, values, outcome, warn):
        """Takes what stands below the post, and stores a batch of new ones where this makes it full."""
        if outcome == "new":
            self.new.append(New(post, values, _original(item, post), item.comments))
        self.old_addresses.note(item, post, is_new=outcome == "new")
        kind = "pages" if post.is_page else "posts"
        self.report.counts[kind] += 1
        self.report.count(kind, outcome)
        if outcome != "new":
            self.discussions.take(post, item.comments)
            self.discussions.write()
        for message in warn.heard:
            self.report.look(post.title, post.permalink, message)
        if len(self.new) >= BATCH:
            self._write()

    def _update(self, item, post, values, terms, warn):
        here = {name: getattr(post, name) for name in values} | filed(post)
        values = values | terms
        changed = [name for name, value in values.items() if here[name] != value]
        if not changed:
            return "here"
        if not self.ledger.may_change("post", post, here):
            warn("was edited here since, and left as it is; “overwrite” takes the file’s words")
            return "here"
        for name in changed:
            if name not in terms:
                setattr(post, name, values[name])
        # What takes long is remembered, and not done again while others wait.
        post.rerender()
        with self.ledger.step():
            if not _is_as_it_was(post, here):
                warn("was edited here just now, and left as it is")
                post.refresh_from_db()
                return "here"
            for name in terms.keys() & {*changed}:
                getattr(post, name).set(values[name])
            post.save()
            post.filed = terms
            self.ledger.changed(
                "post",
                post,
                lambda: stored_values(post, values),
                before={name: here[name] for name in changed},
                original=_original(item, post),
            )
        self.articles.enter(post)
        return "updated"

    def _write_all(self):
        while self.ahead:
            self._finish(*self.ahead.popleft())
        self._write()

    def _write(self):
        """Stores the new posts, which nobody sees yet, and what stands below them."""
        for new in self.new:
            is_rendered, read = self.typesetter.finish(new.post)
            if not is_rendered:
                self.report.warn(f"“{new.post}”: its text takes too long to set, and stands there as it was written")
            self.discussions.take(new.post, new.records, read)
        for ready in parents_first(self.new):
            for some in self.ledger.steps.split(ready, kind="posts"):
                with self.ledger.step():
                    store(some, self.ledger)
                    self.to_relate += [new.post.pk for new in some if new.post.is_public and not new.post.is_page]
        if self.old_addresses.waiting:
            with self.ledger.step():
                self.old_addresses.write()
        self.discussions.write()
        for new in self.new:
            # Pages are kept, for those below them; what they say is read again if somebody asks.
            for name in ("body", "excerpt", *Post.RENDERED):
                new.post.__dict__.pop(name, None)
        self.new = []

    def _terms(self, item):
        """{"categories": …, "tags": …}: primary keys, in order."""
        # WXR 1.0 names each twice, once without a domain.
        explicit = [term for term in item.terms if term.domain]
        wanted = {"categories": set(), "tags": set()}
        for term in explicit or item.terms:
            if not term.slug and not term.name:
                continue
            if term.domain in {"category", ""}:
                wanted["categories"].add(self.terms.category(term.slug, term.name))
            elif term.domain in {"post_tag", "tag"}:
                wanted["tags"].add(self.terms.tag(term.slug, term.name))
        return {name: sorted(keys) for name, keys in wanted.items()}

    def _warner(self, item):
        """Tells the report, and keeps what it told: the post is worth a look then."""

        def warn(message):
            warn.heard[message] = True
            self.report.warn(f"line {item.line}: {message}")

        warn.heard = {}
        return warn


def _is_as_it_was(post, here):
    """Locks the stored post; False where somebody has saved it since it was read, or it is gone."""
    stored = Post.objects.select_for_update(no_key=True).filter(pk=post.pk).first()
    return stored is not None and here == {name: getattr(stored, name) for name in here} | filed(stored)


def _original(item, post):
    return item.text if item.text != post.body else ""
