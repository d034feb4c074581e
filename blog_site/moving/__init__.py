"""Blogs move in and out: WordPress's exports and Disqus's in, WordPress's and JSON out.

command, admin   the two ways to start an import; jobs runs the admin's in a process of its own
run              what an import does, step by step; errors, what stops it
wordpress/       WordPress's exports in and out; html/ makes the HTML that we store of its texts; urls, its addresses
disqus/          Disqus's exports
comments         the comments of a post in the database, whichever export they come from
files/           the files that an export names: where they are, how they are downloaded, what comes of each
models, ledger   what was done to each row; undo takes it back
redirect_fallback  where an address of the old blog leads
json_export      everything as JSON
"""
