import json

from django.core.management.base import BaseCommand, CommandError

from comments import spam_classifier


class Command(BaseCommand):
    help = "Tries the spam classifier on labelled texts: learns from one file, scores the lines of another."
    # It asks nothing of the blog, and works beside one that is not set up.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("learn", metavar="LEARN.jsonl", help='lines of {"text": "…", "spam": true or false}')
        parser.add_argument("test", metavar="TEST.jsonl", help='lines of {"text": "…"}')

    def handle(self, *, learn, test, **options):
        """Prints one score from 0 to 1 for each line of `test`, and nothing else; touches no database."""
        examples = [(line["text"], line["spam"]) for line in _lines(learn, {"text": str, "spam": bool})]
        texts = [line["text"] for line in _lines(test, {"text": str})]
        model = spam_classifier.learn(examples)
        if not model.is_ready:
            raise CommandError(
                f"{learn}: too few to learn from: {model.spam} spam and {model.genuine} genuine, "
                f"and it takes {spam_classifier.FEWEST} of each."
            )
        for text in texts:
            self.stdout.write(f"{model.score(text):.9f}")


_KINDS = {str: "a string", bool: "true or false"}


def _lines(path, fields):
    """The objects of a JSONL file, each with `fields` of these types; CommandError names the first bad line."""
    try:
        with open(path, "rb") as file:
            return [_parsed(raw, f"{path}, line {number}", fields) for number, raw in enumerate(file, start=1)]
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error


def _parsed(raw, where, fields):
    try:
        labelled = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CommandError(f"{where}: not UTF-8 at byte {error.start + 1}.") from error
    except json.JSONDecodeError as error:
        raise CommandError(f"{where}: not JSON at column {error.colno}: {error.msg}.") from error
    except (RecursionError, ValueError) as error:
        raise CommandError(f"{where}: JSON that is too deep or has too long a number.") from error
    if not isinstance(labelled, dict):
        raise CommandError(f"{where}: not an object with the key “text”.")
    for name, kind in fields.items():
        if not isinstance(labelled.get(name), kind):
            raise CommandError(f"{where}: the key “{name}” is missing or not {_KINDS[kind]}.")
    return labelled
