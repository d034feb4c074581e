"""A text as a tree of Beautiful Soup's, and what the steps do with it.

What is read has passed bleach or nh3: it is well-formed, whatever was written.
"""

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

# What may hold blocks: figures, tables, lists. Elsewhere a block would end the paragraph around it.
CONTAINERS = {"div", "blockquote", "li", "dd", "td", "th", "figure", "figcaption", "details"}


def read(html):
    """The root of the tree: one `div` around the text."""
    return BeautifulSoup(f"<div>{html}</div>", "html.parser").div


def write(root):
    return root.decode_contents()


def element(tag_name, *content, **attributes):
    """A new element. `_` in a name stands for `-`, at the end for nothing (`class_`, `aria_label`)."""
    new = Tag(name=tag_name, attrs={name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()})
    if class_ := attributes.get("class_"):
        new["class"] = class_.split()
    for part in content:
        new.append(part)
    return new


def elements(root, *names, having="", class_=""):
    """The elements in `root` in their order: of these names, if any are said, `having` an attribute, of a class.

    As `find_all()`, in a fraction of its time: most of what it takes to set a text is to look for elements.
    """
    return [
        node
        for node in root.descendants
        if isinstance(node, Tag)
        and (not names or node.name in names)
        and (not having or having in node.attrs)
        and (not class_ or has_class(node, class_))
    ]


def outermost(root, *names, class_=""):
    """The `elements()` in `root` without those that stand in another of them; in linear time."""
    outer, inside = [], set()
    for node in elements(root, *names, class_=class_):
        if id(node) not in inside:
            outer.append(node)
            inside.update(map(id, elements(node, *names, class_=class_)))
    return outer


def has_class(node, name):
    return name in node.get("class", ())


def is_blank(node):
    """True for white space and comments between blocks."""
    return isinstance(node, Comment) or (isinstance(node, NavigableString) and not node.strip())


def only_child(node):
    """The one element in `node` where there is nothing else but white space, or None."""
    inside = [child for child in node.contents if not is_blank(child)]
    return inside[0] if len(inside) == 1 and isinstance(inside[0], Tag) else None


def holds_blocks(node):
    """True if blocks may stand in `node`: the root, or a container among containers."""
    return node.name in CONTAINERS


def in_place_of(node, block):
    """Puts `block` where `node` is; a paragraph around it ends before and goes on after. False if it can't stand."""
    paragraph = node.parent
    if holds_blocks(paragraph):
        node.replace_with(block)
        return True
    if paragraph.name != "p" or not holds_blocks(paragraph.parent):
        return False
    rest = element("p", *list(node.next_siblings))
    node.extract()
    paragraph.insert_after(block, rest)
    for part in (paragraph, rest):
        _trim(part)
        if not part.contents:
            part.decompose()
    return True


def _trim(paragraph):
    """Without white space and line breaks at its ends."""
    for end in (0, -1):
        while paragraph.contents and (is_blank(paragraph.contents[end]) or paragraph.contents[end].name == "br"):
            paragraph.contents[end].extract()


def no_landmarks(root):
    """Regions become groups: on a page with several texts their names are not unique."""
    for node in elements(root, having="role"):
        if node["role"] == "region":
            node["role"] = "group"


def inside(node, names):
    """True if `node` stands in an element of one of these names."""
    return any(parent.name in names for parent in node.parents)
