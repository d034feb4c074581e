"""How the mails about subscriptions are put together; `posts.mail` sends them."""

from posts.mail import compose, send

POSTS = "posts"  # the name of the list, for mail programs


def send_to_stranger(subject, template, request, context, *, connection=None):
    """A mail to an address that somebody typed; returns whether the mail server has taken it."""
    context |= {"link": request.url}
    message = compose(subject, _path(template), context, to=request.email, stop=request.url)
    message.connection = connection
    return send(message, anyone_can_cause=not request.by_import)


def send_to_subscriber(subject, template, subscriber, context, *, connection=None, is_asked_for=True, name=""):
    """A mail to a subscriber, with the links to change or stop the mails; returns whether the server has taken it.

    `is_asked_for`: false where anybody who typed the address has caused it.
    """
    links = {"subscriber": subscriber, "manage": subscriber.manage_url, "stop": subscriber.stop_url}
    mail = {"to": subscriber.email, "stop": subscriber.stop_url, "list_name": POSTS, "name": name}
    message = compose(subject, _path(template), context | links, **mail)
    message.connection = connection
    return send(message, anyone_can_cause=not is_asked_for)


def _path(template):
    return f"posts/subscriptions/{template}_mail.txt"
