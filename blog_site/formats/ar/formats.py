"""Arabic: Django has no format for a date with its time, and falls back to the American one."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y، H:i"
