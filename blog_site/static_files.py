"""Static files as production serves them: compressed, named by their content, and each style sheet in one piece."""

import posixpath
import re

from whitenoise.storage import CompressedManifestStaticFilesStorage

_COMMENT = re.compile(r"/\*.*?\*/\n*", re.DOTALL)
_PART = re.compile(r'^@import "([\w./-]+\.css)";\n', re.MULTILINE)


def join_parts(name, read):
    """The style sheet `name` with those that it imports in their places, and without comments; `read(name)` is the text
    of one.

    An `@import` that a browser follows costs its reader a round trip for each level.
    """
    folder = posixpath.dirname(name)
    return _PART.sub(lambda part: join_parts(posixpath.join(folder, part[1]), read), _COMMENT.sub("", read(name)))


class StaticFiles(CompressedManifestStaticFilesStorage):
    def post_process(self, paths, dry_run=False, **options):
        """`collectstatic` calls it with all that it has found: {name: (the storage that has it, its path there)}."""

        def read(name):
            storage, path = paths[name]
            with storage.open(path) as file:
                return file.read().decode()

        if not dry_run:
            for name in [name for name in paths if name.endswith(".css")]:
                if _PART.search(read(name)):
                    whole = join_parts(name, read)
                    with open(self.path(name), "w", encoding="utf-8") as file:
                        file.write(whole)
                    paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
