"""Numbers of rows, as they stand in addresses and forms."""


def parse_id(text):
    """The whole number in a string that anybody may have typed, or None: one too long for any row is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
