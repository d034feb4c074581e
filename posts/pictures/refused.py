"""What comes of a download that goes wrong: known to all, while what downloads is loaded where it is needed."""


class Refused(Exception):
    """The address is not one that we go to, or what came from it is not taken; the text says why."""


class Unreachable(Refused):
    """The host gave no answer, or none to rely on."""
