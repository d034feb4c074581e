"""Which posts are most like a post: those that share most tags, then those that share the most telling words.

It is computed when something is written, and stored in `Post.related`; what of it is public is asked when it is shown.
"""

import math
from collections import Counter, defaultdict
from typing import NamedTuple

from posts.models import Post
from posts.steps import Steps

STORED = 8  # so that four are left when some are not public any more
COMPARED = 500  # the newest posts, and as many of those with the same tags
SHORTEST_WORD = 4  # letters
TITLE = 3  # a word of the title counts as so many of the text's
TELLING = 60  # words of a post that are compared, those that are frequent here and seldom elsewhere
ALIKE = 0.12  # the least similarity, from 0 to 1, for posts without a common tag


class Described(NamedTuple):
    pk: int
    published_at: object
    tags: frozenset
    weights: dict  # {word: its part in the text}, of length 1 as a vector


def relate(pks):
    """Stores anew what the posts of these numbers are most like, and what those are that they are most like."""
    posts = Post.objects.published().posts()
    wanted = list(posts.filter(pk__in=pks).values_list("pk", flat=True))
    if not wanted:
        return
    newest = posts.newest_first().values_list("pk", flat=True)[:COMPARED]
    same_tags = posts.filter(tags__posts__in=wanted).newest_first().values_list("pk", flat=True).distinct()[:COMPARED]
    _store({*wanted, *newest, *same_tags}, wanted, also_partners=True)


def relate_all():
    """Stores anew what every public post is most like; the number of those for which that has changed."""
    pks = list(Post.objects.published().posts().values_list("pk", flat=True))
    return _store(pks, pks)


def _store(pool, wanted, *, also_partners=False):
    described = _described(pool)
    finder = _Finder(described.values())
    related = {pk: finder.most_like(described[pk]) for pk in wanted}
    if also_partners:
        partners = {pk for pks in related.values() for pk in pks} - related.keys()
        related |= {pk: finder.most_like(described[pk]) for pk in partners}
    stored = dict(Post.objects.filter(pk__in=related).values_list("pk", "related"))
    changed = {pk: pks for pk, pks in related.items() if pk in stored and stored[pk] != pks}
    steps = Steps()
    for some in steps.split(changed.items()):
        with steps.step():
            for pk, pks in some:
                Post.objects.filter(pk=pk).update(related=pks)
    return len(changed)


def _described(pks):
    """{number: Described} of posts, their words weighed against those of all of them."""
    counts, times, common = {}, {}, Counter()
    rows = Post.objects.filter(pk__in=list(pks)).values_list("pk", "published_at", "search_title", "search_text")
    for pk, published_at, title, text in rows.iterator(chunk_size=200):
        words = Counter(word for word in text.split() if len(word) >= SHORTEST_WORD)
        for word in title.split():
            words[word] += TITLE if len(word) >= SHORTEST_WORD else 0
        counts[pk], times[pk] = words, published_at
        common.update(words.keys())
    tags = defaultdict(set)
    for post, tag in Post.tags.through.objects.filter(post__in=counts).values_list("post", "tag"):
        tags[post].add(tag)
    return {
        pk: Described(pk, times[pk], frozenset(tags[pk]), _weighed(words, common, len(counts)))
        for pk, words in counts.items()
    }


def _weighed(words, common, number):
    # tf-idf; what stands in every post says nothing, and what stands in one alone finds nothing.
    weights = {
        word: (1 + math.log(count)) * math.log(number / common[word])
        for word, count in words.items()
        if count and 1 < common[word] < number
    }
    telling = dict(sorted(weights.items(), key=lambda entry: (-entry[1], entry[0]))[:TELLING])
    length = math.sqrt(sum(weight * weight for weight in telling.values())) or 1
    return {word: weight / length for word, weight in telling.items()}


class _Finder:
    """Finds by tags and by words, so that posts which have nothing in common are never compared."""

    def __init__(self, described):
        self.described = {post.pk: post for post in described}
        self.by_tag, self.by_word = defaultdict(set), defaultdict(list)
        for post in self.described.values():
            for tag in post.tags:
                self.by_tag[tag].add(post.pk)
            for word, weight in post.weights.items():
                self.by_word[word].append((post.pk, weight))

    def most_like(self, post):
        """The numbers of the posts that are most like it, the nearest first, at most `STORED`."""
        shared, alike = Counter(), Counter()
        for tag in post.tags:
            shared.update(self.by_tag[tag])
        for word, weight in post.weights.items():
            for pk, other in self.by_word[word]:
                alike[pk] += weight * other
        near = {*shared, *(pk for pk, similarity in alike.items() if similarity >= ALIKE)} - {post.pk}

        def nearness(pk):
            return shared[pk], round(alike[pk], 6), self.described[pk].published_at, pk

        return sorted(near, key=nearness, reverse=True)[:STORED]
