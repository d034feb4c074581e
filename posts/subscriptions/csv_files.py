"""Lists of subscribers as CSV: what other blogs and newsletters export, and what we do.

A file has a line of headings in which one is `email`; others that we know are below, whatever their case. Ghost's,
Substack's, WordPress.com's and our own have them. A file without headings has addresses, and perhaps names, alone.
"""

import csv
import io
from datetime import UTC, datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from posts.email_addresses import same_address, validate_email
from posts.models import Frequency, Subscriber

HEADINGS = {
    "email": {"email", "email_address", "e_mail", "subscriber_email"},
    "name": {"name", "full_name", "display_name"},
    "since": {"created_at", "subscribed_at", "since", "date", "date_subscribed", "subscription_date", "start_date"},
    "frequency": {"frequency"},
    "stopped": {"state", "status", "subscription_status", "deleted_at", "email_disabled", "unsubscribed_at"},
    "wanted": {"subscribed_to_emails", "subscribed"},
}
# What a column says of somebody who is not to get any mail.
STOPPED = {"true", "1", "yes", "unsubscribed", "stopped", "refused", "inactive", "bounced", "cleaned", "not subscribed"}
STOPPED |= {"not confirmed", "pending", "not sending", "cancelled", "canceled", "complained"}
NOT_WANTED = {"false", "0", "no"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_LINES = 200_000
LONGEST_NAME = 200


class Row(NamedTuple):
    email: str
    name: str
    since: datetime | None
    frequency: str


class Parsed:
    """What a file says, line by line."""

    def __init__(self):
        self.rows = []  # of `Row`, each address once
        self.bad = []  # [(the number of the line, what is wrong)]
        self.stopped = 0  # lines of people who don't get the old blog's mails any more
        self.repeated = 0  # lines of addresses that stood there before
        self._seen = set()

    def take(self, number, cells):
        """Takes a line in, {what: its cells}."""
        row, wrong = _row(cells)
        address = same_address(row.email)
        if wrong:
            self.bad.append((number, wrong))
        elif address in self._seen:
            self.repeated += 1
        elif _is_stopped(cells):
            self.stopped += 1
        else:
            self.rows.append(row)
        self._seen.add(address)


def parse(content):
    """What the bytes of a file say. Raises ValidationError for what is no such list."""
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    parsed, columns = Parsed(), None
    try:
        for line in reader:
            cells = [_plain(cell) for cell in line]
            if not any(cells):
                continue
            if columns is None:
                columns = _columns(cells)
                if _is_heading(cells):
                    continue
            if reader.line_num > MOST_LINES:
                raise ValidationError(_("The file has more than %(n)d lines. Divide it.") % {"n": MOST_LINES})
            cells_of = {what: [cells[at] for at in places if at < len(cells)] for what, places in columns.items()}
            parsed.take(reader.line_num, cells_of)
    except csv.Error as error:
        raise ValidationError(_("Line %(n)d can't be read as CSV.") % {"n": reader.line_num}) from error
    if columns is None:
        raise ValidationError(_("The file is empty."))
    return parsed


def _decoded(content):
    try:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise ValidationError(
            _("This is not a CSV file in UTF-8. In your spreadsheet, choose “CSV UTF-8” when you save it.")
        )
    return text


def _delimiter(text):
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _plain(cell):
    cell = cell.strip()
    # What spreadsheets must not take for a formula, as written below.
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _heading(cell):
    return "_".join(cell.lower().replace("-", " ").replace("_", " ").split())


def _is_heading(cells):
    return not any("@" in cell for cell in cells)


def _columns(cells):
    """{what: the places of its columns}, by the first line."""
    if not _is_heading(cells):
        at = next(at for at, cell in enumerate(cells) if "@" in cell)
        return {"email": [at], "name": [at + 1]}
    names = [_heading(cell) for cell in cells]
    columns = {what: [at for at, name in enumerate(names) if name in known] for what, known in HEADINGS.items()}
    if not columns["email"]:
        raise ValidationError(_("No column is called “email”. Give the column with the addresses that name."))
    return columns


def _row(cells):
    email = next(iter(cells["email"]), "")
    name = " ".join(next(iter(cells.get("name", [])), "").split())[:LONGEST_NAME]
    row = Row(email, name, _time(cells.get("since", [])), _frequency(cells.get("frequency", [])))
    if not email:
        return row, _("There is no address.")
    try:
        if len(email) > 254:
            raise ValidationError("")
        validate_email(email)
    except ValidationError:
        return row, _("“%(email)s” is not an email address.") % {"email": email[:100]}
    return row, ""


def _frequency(cells):
    return Frequency.WEEKLY if "weekly" in {cell.lower() for cell in cells} else Frequency.EACH


def _time(cells):
    """None where it says nothing that we can read: since when is nice to know, and no reason to leave anybody out."""
    for cell in cells:
        try:
            time, day = parse_datetime(cell), parse_date(cell)
        except ValueError:
            continue
        time = time or (day and datetime.combine(day, datetime.min.time()))
        # Programs write 0001-01-01 for "never", which no zone behind UTC can show.
        if time and time.year > 1:
            time = time if time.tzinfo else time.replace(tzinfo=UTC)
            return min(time, timezone.now())
    return None


def _is_stopped(cells):
    says_stopped = any(_says_stopped(cell) for cell in cells.get("stopped", []))
    return says_stopped or any(cell.lower() in NOT_WANTED for cell in cells.get("wanted", []))


def _says_stopped(cell):
    # A time is one at which somebody left.
    return cell.lower() in STOPPED or (cell[:4].isdigit() and len(cell) >= 8)


def lines(subscribers):
    """Yields the lines of a file with these subscribers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["email", "name", "created_at", "frequency", "categories", "state"])
    rows = subscribers.order_by("pk").prefetch_related("categories")
    for subscriber in rows.iterator(chunk_size=500):
        categories = "" if subscriber.all_categories else ", ".join(map(str, subscriber.categories.all()))
        cells = [
            subscriber.email,
            subscriber.name,
            subscriber.subscribed_at.isoformat(),
            subscriber.frequency,
            categories,
            "subscribed" if subscriber.is_active else _state(subscriber),
        ]
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _state(subscriber):
    return "refused" if subscriber.stopped_by == Subscriber.StoppedBy.REFUSED else "stopped"
