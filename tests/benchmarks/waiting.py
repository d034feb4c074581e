"""What the desk and the form cost while 200,000 comments wait, beside a bare Django view: a part of `make bench`."""

import contextlib

from tests.benchmarks.__main__ import QUEUE, begin, decide, write
from tests.benchmarks.table import Page, measure_all, needs_linux, print_table, read


def main():
    needs_linux()
    with contextlib.ExitStack() as stack:
        content, blog, bare = begin(stack, "fill_queue")
        print()
        print_table(measure_all(pages(blog, bare, content)))


def pages(blog, bare, content):
    post, path = content.written_to[0], content.written_to[0].get_absolute_url()
    comment = post.comments.latest("pk").pk

    def desk(name, address, aim=None):
        return Page(name, blog, 15, lambda connection: read(connection, address, content.session), aim)

    def decided(connection):
        return decide(connection, comment, path, content.session)

    return [
        Page("a bare view", bare, 1500, lambda connection: read(connection, path)),
        desk("the queue, 25 of 200,000 that wait", QUEUE, 90),
        desk("… of one post", f"{QUEUE}?post={post.pk}", 90),
        desk("the desk's home", "/admin/"),
        Page("a decision, and the post's page then", blog, 15, decided),
        Page("a comment posted", blog, 60, lambda connection: write(connection, content.written_to), 18),
    ]


if __name__ == "__main__":
    main()
