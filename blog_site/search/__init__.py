"""Search for readers: in posts, pages and public comments, at `/search/?q=`.

query.py        what was typed, as terms: words, "phrases", -exclusions
index.py        the index, which the database keeps itself; one module for each kind of database
plain.py        what is done where there is none
finding.py      the best hits of a query, from the index and from what is public now
spelling.py     the words that a mistyped one may mean
results.py      the hits of one page as a reader sees them, with the words marked
views.py        the page
"""
