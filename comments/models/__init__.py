from .comment import AlreadyDecided, Comment
from .decision import Decision
from .settings import DiscussionSettings
from .spam_model import SpamModel

__all__ = ["AlreadyDecided", "Comment", "Decision", "DiscussionSettings", "SpamModel"]
