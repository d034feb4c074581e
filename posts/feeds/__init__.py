"""Feeds: what is new, for programs. A channel and its entries, written as RSS 2.0, Atom or JSON Feed 1.1.

    channel.py   what a feed says of itself, and the answer to a request: conditional, by the content
    formats.py   the three forms
    text.py      text and HTML as they may stand there
    views.py     the feeds of posts

Feeds of comments stand on these in `comments.feeds`.
"""
