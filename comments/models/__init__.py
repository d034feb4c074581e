from .announcement import AnnouncedComment, Announcement
from .batch import Batch
from .browser_key import BrowserKey
from .check_hit import CheckHit
from .claimed_name import ClaimedName
from .comment import Comment
from .decision import Decision
from .follow import Follow, FollowRequest
from .mail_address import AskingMail, MailAddress
from .mailed_link import MailedLink
from .note import Note
from .notification import Notification
from .refusals import AlreadyDecided, CanNotMove
from .remembered_browser import RememberedBrowser
from .rule import Rule
from .settings import DiscussionSettings
from .spam_model import SpamModel
from .waiting_edit import WaitingEdit

__all__ = [
    "AlreadyDecided",
    "AnnouncedComment",
    "Announcement",
    "AskingMail",
    "Batch",
    "BrowserKey",
    "CanNotMove",
    "CheckHit",
    "ClaimedName",
    "Comment",
    "Decision",
    "DiscussionSettings",
    "Follow",
    "FollowRequest",
    "MailAddress",
    "MailedLink",
    "Note",
    "Notification",
    "RememberedBrowser",
    "Rule",
    "SpamModel",
    "WaitingEdit",
]
