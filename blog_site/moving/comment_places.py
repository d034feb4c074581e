"""Which comment each of a post's comments answers, by what a file says; pure functions but for one question."""

from comments.models import Decision

from .text import parse_imported_id


def parents_of(rows, existing, report, key):
    """{id(comment): parent comment or None} for all of the post's comments, without cycles.

    What a moderator has moved here stays where it is, and so does what answers something that the file leaves out."""
    by_number = {getattr(comment, key): comment for comment in reversed(existing) if getattr(comment, key)}
    numbered = ((parse_imported_id(record.id), comment) for record, comment in reversed(rows))
    by_number |= {number: comment for number, comment in numbered if number}
    by_pk = {comment.pk: comment for comment in existing}
    parents = {id(comment): by_pk.get(comment.parent_id) for comment in existing}
    moved_here = set(Decision.objects.moves_below(existing))
    in_file = {id(comment) for _record, comment in rows}
    for record, comment in rows:
        if comment.pk in moved_here:
            continue
        above, here = by_number.get(parse_imported_id(record.parent)), parents.setdefault(id(comment), None)
        while here and id(here) not in in_file:
            here = by_pk.get(here.parent_id)
        if here is not above:
            parents[id(comment)] = above
        if record.parent not in {"", "0"} and not parents[id(comment)]:
            report.warn(f"line {record.line}: comment {record.id} answers {record.parent}, which is not here")
    done = set()
    for record, comment in rows:
        way = {}
        while comment and id(comment) not in done and id(comment) not in way:
            way[id(comment)] = comment
            comment = parents[id(comment)]
        if comment and id(comment) in way:
            report.warn(
                f"line {record.line}: comment {getattr(comment, key)} answers itself in the end; now it answers none"
            )
            parents[id(comment)] = None
        done |= way.keys()
    return parents


def parents_first(new, parents):
    """The new comments so that each comes after what it answers, otherwise in their order; without recursion."""
    ordered, placed, waiting = [], set(), {id(comment) for comment in new}
    for comment in new:
        way = []
        while comment and id(comment) in waiting and id(comment) not in placed:
            placed.add(id(comment))
            way.append(comment)
            comment = parents[id(comment)]
        ordered += reversed(way)
    return ordered


def moved_comments(all_comments, parents):
    """Those of a post's comments whose parent or root is not yet as it should be, with the right ones."""
    roots, moved = {}, []
    for comment in all_comments:
        way = []
        while id(comment) not in roots and parents[id(comment)]:
            way.append(comment)
            comment = parents[id(comment)]
        top = roots.setdefault(id(comment), comment)
        roots |= {id(below): top for below in way}
    for comment in all_comments:
        parent = parents[id(comment)]
        place = (parent and parent.pk, roots[id(comment)].pk if parent else None)
        if place != (comment.parent_id, comment.root_id):
            comment.parent_id, comment.root_id = place
            moved.append(comment)
    return moved
