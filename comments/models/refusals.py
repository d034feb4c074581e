"""Why a decision was not taken."""


class AlreadyDecided(Exception):
    """Somebody else decided first. `decision` is theirs; nothing was changed."""

    def __init__(self, decision):
        self.decision = decision
        super().__init__(f"Already decided: {decision}")


class CanNotMove(Exception):
    """A comment can't stand there: says why, in words for the moderator; nothing was changed."""
