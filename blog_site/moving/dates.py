"""WordPress's dates: a local one, a GMT one, either of them zero, and the feed's."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.utils import timezone


def moment(local, gmt, feed, *, warn):
    """The time in UTC, or None where none of the three is a date. `warn(message)` hears of a guess."""
    if exact := _parse(gmt):
        return exact.replace(tzinfo=UTC)
    if there := _parse(local):
        zone = timezone.get_current_timezone()
        warn(f"no GMT date; {local} was taken as {zone} time")
        return there.replace(tzinfo=zone).astimezone(UTC)
    try:
        from_feed = parsedate_to_datetime(feed)
    except (TypeError, ValueError):
        return None
    # The parser makes a year of ours of "-0001", which WordPress writes where it has none. And in the last year some
    # zone would be in the year 10,000.
    if not re.search(rf"\s{from_feed.year:04}\s", feed) or not 1900 <= from_feed.year < datetime.max.year:
        return None
    warn("no date but the feed's, which was taken")
    return (from_feed if from_feed.tzinfo else from_feed.replace(tzinfo=UTC)).astimezone(UTC)


def _parse(text):
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)", text)
    try:
        moment = match and datetime(*map(int, match.groups()))
    except ValueError:
        return None
    # A day from either end, so that every time zone can show it.
    return moment if moment and datetime.min.year < moment.year < datetime.max.year else None
