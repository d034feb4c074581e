"""What an import has to say: how much of what is there now, what was left out, what is worth a look."""

from collections import Counter

SHOWN = 20  # warnings in the short report; --json has all


class Report:
    """Counts by name, and messages that are kept once however often they are given."""

    COUNTS = ("posts", "pages", "attachments", "authors", "categories", "tags")
    STATUSES = ("approved", "pending", "spam", "trash")

    def __init__(self):
        self.counts = Counter()
        self.comments = Counter()
        self.pings = 0
        self._skipped = {}
        self._warnings = {}

    def warn(self, message):
        self._warnings[message] = True

    def skip(self, what, why, *, line):
        """Counts one more `what` (a kind of thing, in the singular) that was left out."""
        count, first = self._skipped.get((what, why), (0, line))
        self._skipped[what, why] = count + 1, first

    @property
    def warnings(self):
        return list(self._warnings)

    @property
    def skipped(self):
        return [
            {"what": f"{what} × {count}", "why": f"{why} (line {first}{' is the first' if count > 1 else ''})"}
            for (what, why), (count, first) in self._skipped.items()
        ]

    def add(self, other, *, source=""):
        """Takes another file's report in; `source` is said before each of its messages."""
        self.counts += other.counts
        self.comments += other.comments
        self.pings += other.pings
        self._skipped |= {(f"{source}{what}", why): seen for (what, why), seen in other._skipped.items()}
        self._warnings |= {f"{source}{message}": True for message in other._warnings}

    def as_dict(self):
        """The object of `--json`. A ping is a comment too: it is among `comments`, and `pings` says how many are."""
        return {
            **{name: self.counts[name] for name in self.COUNTS},
            "comments": {status: self.comments[status] for status in self.STATUSES},
            "pings": self.pings,
            "skipped": self.skipped,
            "warnings": self.warnings,
        }

    def as_text(self):
        lines = [f"{self.counts[name]:>8} {name}" for name in self.COUNTS]
        comments = ", ".join(f"{self.comments[status]} {status}" for status in self.STATUSES if self.comments[status])
        lines.append(f"{self.comments.total():>8} comments{f': {comments}' if comments else ''}")
        lines.append(f"{self.pings:>8} of these are pingbacks and trackbacks")
        if self._skipped:
            lines += ["", "Left out:", *(f"  {entry['what']}: {entry['why']}" for entry in self.skipped)]
        if warnings := self.warnings:
            lines += ["", "Worth a look:", *(f"  {warning}" for warning in warnings[:SHOWN])]
            if len(warnings) > SHOWN:
                lines.append(f"  … and {len(warnings) - SHOWN} more; --json has all of them")
        return "\n".join(lines)
