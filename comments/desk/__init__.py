"""The moderator's desk, in Django's admin: the queue, one comment, many at once, the settings and what they mean."""
