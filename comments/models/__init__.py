from .batch import Batch
from .check_hit import CheckHit
from .comment import Comment
from .decision import Decision
from .mail_address import AskingMail, MailAddress
from .note import Note
from .notice import Notice
from .refusals import AlreadyDecided, CanNotMove
from .rule import Rule
from .settings import DiscussionSettings
from .spam_model import SpamModel

__all__ = [
    "AlreadyDecided",
    "AskingMail",
    "Batch",
    "CanNotMove",
    "CheckHit",
    "Comment",
    "Decision",
    "DiscussionSettings",
    "MailAddress",
    "Note",
    "Notice",
    "Rule",
    "SpamModel",
]
