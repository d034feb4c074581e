"""What an import has to say: what became of each thing in the file, what was left out, what is worth a look."""

from collections import Counter, defaultdict

from django.utils.translation import gettext_lazy as _

MOST_LISTED = 20  # of each list in the short report; --json has all that is kept
# Of a file with a hundred thousand items nobody reads more, and the report is kept in memory and in the database.
KEPT = 1000


class Report:
    """Counts by name, and messages that are kept once however often they are given.

    `numbers` tells of each kind of thing how many the file has, and how many of them are new, updated, here already,
    or left out: the first is counted in the file, the others as they are dealt with, and they add up.
    """

    COUNTS = ("posts", "pages", "attachments", "authors", "categories", "tags")
    STATUSES = ("approved", "pending", "spam", "trash")
    # {kind: what a person who reads the report calls it}
    KINDS = {
        "posts": _("posts"),
        "pages": _("pages"),
        "attachments": _("files"),
        # Named in texts, without an attachment.
        "files": _("files mentioned only in posts"),
        "comments": _("comments"),
        "others": _("other things"),
    }
    OUTCOMES = ("new", "updated", "here", "left out")

    def __init__(self):
        self.counts = Counter()
        self.comments = Counter()
        self.pings = 0
        self.numbers = defaultdict(Counter)
        self._skipped = {}
        self._warnings = {}
        self._looks = defaultdict(dict)
        self.untold = 0

    def warn(self, message):
        if len(self._warnings) < KEPT:
            self._warnings[message] = True
        else:
            self.untold += message not in self._warnings

    def found(self, kind, number=1):
        """There are so many more things of a `kind` (of KINDS) in the file."""
        self.numbers[kind]["in the file"] += number

    def count(self, kind, outcome):
        """One more thing of a `kind` (of KINDS) has come to an `outcome` (of OUTCOMES)."""
        self.numbers[kind][outcome] += 1

    def skip(self, what, why, *, line, kind=None):
        """Counts one more `what` (a kind of thing, in the singular) that was left out; it is one of `kind` in KINDS, or
        of none of them."""
        self._skipped.setdefault((what, why), []).append(line)
        if kind:
            self.count(kind, "left out")

    def look(self, title, path, message):
        """The post of that title, at that path, is worth a look, for this reason."""
        if len(self._looks) < KEPT or (title, path) in self._looks:
            self._looks[title, path][message] = True

    @property
    def warnings(self):
        more = [f"… and {self.untold} more of the kind"] if self.untold else []
        return [*self._warnings, *more]

    @property
    def skipped(self):
        return [
            {
                "what": f"{what} × {len(lines)}",
                "why": f"{why} (line {lines[0]}{' is the first' if len(lines) > 1 else ''})",
                "lines": lines,
            }
            for (what, why), lines in self._skipped.items()
        ]

    @property
    def looks(self):
        """The posts that are worth a look, those with the most to say first: [{"title", "path", "why": […]}]."""
        worst = sorted(self._looks.items(), key=lambda entry: -len(entry[1]))
        return [{"title": title, "path": path, "why": list(why)} for (title, path), why in worst]

    def add(self, other, *, source=""):
        """Takes another file's report in; `source` is said before each of its messages."""
        self.counts += other.counts
        self.comments += other.comments
        self.pings += other.pings
        for kind, numbers in other.numbers.items():
            self.numbers[kind] += numbers
        self._skipped |= {(f"{source}{what}", why): lines for (what, why), lines in other._skipped.items()}
        for message in other._warnings:
            self.warn(f"{source}{message}")
        self.untold += other.untold
        for (title, path), why in other._looks.items():
            for message in why:
                self.look(title, path, message)

    def as_dict(self):
        """The object of `--json`. A ping is a comment too: it is among `comments`, and `pings` says how many are."""
        return {
            **{name: self.counts[name] for name in self.COUNTS},
            "comments": {status: self.comments[status] for status in self.STATUSES},
            "pings": self.pings,
            "numbers": {
                kind: {name.replace(" ", "_"): self.numbers[kind][name] for name in ("in the file", *self.OUTCOMES)}
                for kind in self.KINDS
            },
            "skipped": self.skipped,
            "warnings": self.warnings,
            "worth_a_look": self.looks,
        }

    def as_text(self):
        lines = [f"{self.counts[name]:>8} {name}" for name in self.COUNTS]
        comments = ", ".join(f"{self.comments[status]} {status}" for status in self.STATUSES if self.comments[status])
        lines.append(f"{self.comments.total():>8} comments{f': {comments}' if comments else ''}")
        lines.append(f"{self.pings:>8} of these are pingbacks and trackbacks")
        lines += ["", f"{'In the file':<24}{'new':>8}{'updated':>10}{'here':>8}{'left out':>10}"]
        for kind in self.KINDS:
            numbers = self.numbers[kind]
            named = f"{numbers['in the file']:>8} {kind}"
            if numbers["in the file"]:
                counts = zip((8, 10, 8, 10), self.OUTCOMES, strict=True)
                lines.append(f"{named:<24}" + "".join(f"{numbers[outcome]:>{width}}" for width, outcome in counts))
        left_out = [f"  {entry['what']}: {entry['why']}{_places(entry['lines'])}" for entry in self.skipped]
        lines += _section("Left out", left_out)
        worth = [
            f"  {post['title'] or 'Untitled'} ({post['path'] or 'no address yet'}): {'; '.join(post['why'])}"
            for post in self.looks
        ]
        lines += _section("Posts to check, worst first", worth)
        lines += _section("Told on the way", [f"  {warning}" for warning in self.warnings])
        return "\n".join(lines)


def _places(lines):
    """The lines after the first, as far as a short report has room."""
    others = lines[1:6]
    more = len(lines) - 1 - len(others)
    return f": also {', '.join(map(str, others))}{f' and {more} more' if more else ''}" if others else ""


def _section(heading, entries):
    if not entries:
        return []
    more = [f"  … and {len(entries) - MOST_LISTED} more; --json has all of them"] if len(entries) > MOST_LISTED else []
    return ["", f"{heading}:", *entries[:MOST_LISTED], *more]
