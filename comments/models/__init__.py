from .batch import Batch
from .comment import Comment
from .decision import Decision
from .note import Note
from .objection import Objection
from .refusals import AlreadyDecided, CanNotMove
from .rule import Rule
from .settings import DiscussionSettings
from .spam_model import SpamModel

__all__ = [
    "AlreadyDecided",
    "Batch",
    "CanNotMove",
    "Comment",
    "Decision",
    "DiscussionSettings",
    "Note",
    "Objection",
    "Rule",
    "SpamModel",
]
