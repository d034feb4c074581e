"""New posts by mail: who asked for them (`asking`, `views`), when they go out (`announcing`), and how (`sending`).

The rows are `Subscriber`, `SubscriptionRequest` and `Mailing` in `posts/models/`; the admin is
`posts/desk/subscribers.py`. Nothing here learns whether a mail is opened or a link in it followed.
"""
