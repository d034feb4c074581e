"""Moving in from WordPress, and out to it.

reader     a WXR file as a stream of records
survey     what has to be known before anything is written
spool      the items between the two readings
importer   what is written to the database
posts, terms, comments  what becomes of each record
html/      a post's text as the HTML that we store
old_paths  the addresses that lead to a post; new_paths, those of posts that can't keep their own
link_map   what links in texts lead to
render_process  texts, rendered by a second process
export     everything as a WordPress export
urls       WordPress's spellings of addresses, which lead on
"""
