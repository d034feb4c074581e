"""Comments move in from Disqus: read as a stream, brought to their posts, written as WordPress's are."""
