from .batch import Batch
from .comment import Comment
from .decision import Decision
from .note import Note
from .objection import Objection
from .rule import Rule
from .settings import DiscussionSettings
from .spam_model import SpamModel
from .transitions import AlreadyDecided

__all__ = [
    "AlreadyDecided",
    "Batch",
    "Comment",
    "Decision",
    "DiscussionSettings",
    "Note",
    "Objection",
    "Rule",
    "SpamModel",
]
