"""Posts that a process keeps between requests, with what comments have changed of them since."""

from copy import copy

from posts.generation import memoise, present, recall
from posts.models import Post
from posts.models.public import WRITTEN_FROM_BELOW
from posts.prepared import Prepared

_FROM_BELOW = Prepared(lambda pk: Post.objects.filter(pk=pk).values_list(*WRITTEN_FROM_BELOW))


def kept_post(request, find, *of):
    """The post that `find(*of)` finds in what this request meets, or None: shared, so nobody changes it.

    It is read whole once for as long as nothing changes but what stands below posts, and then only those of its columns
    that this changes.
    """
    generation, _blog = present(request)
    return memoise(_present, generation, generation.of_posts, find, *of)


def _present(of_posts, find, *of):
    kept = recall(find, of_posts, *of)
    return _brought_up_to_date(kept) if kept else memoise(find, of_posts, *of)


def _brought_up_to_date(kept):
    columns = next(iter(_FROM_BELOW(pk=kept.pk)), None)
    if columns is None:  # It was deleted a moment ago.
        return None
    # Another object: others may be reading the one that is kept.
    post = copy(kept)
    vars(post).update(zip(WRITTEN_FROM_BELOW, columns, strict=True))
    return post
