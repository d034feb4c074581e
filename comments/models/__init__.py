from .comment import AlreadyDecided, Comment
from .decision import Decision
from .settings import DiscussionSettings

__all__ = ["AlreadyDecided", "Comment", "Decision", "DiscussionSettings"]
