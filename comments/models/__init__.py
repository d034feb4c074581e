from .comment import AlreadyDecided, Comment
from .decision import Decision
from .rule import Rule
from .settings import DiscussionSettings
from .spam_model import SpamModel

__all__ = ["AlreadyDecided", "Comment", "Decision", "DiscussionSettings", "Rule", "SpamModel"]
