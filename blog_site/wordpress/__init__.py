"""Moving in from WordPress.

records    what a file is made of
reader     a WXR file as a stream of them
survey     what has to be known before anything is written
autop      WordPress's paragraphs
text       a post's text as the HTML that we store
comments   a comment's text as the Markdown that we store, and its fields
discussion the comments of a post in the database
terms      people, categories and tags
uploads    which files an export names, and what an address means
archives   where they are: a folder, a tar, a zip
fetching   or where they are downloaded from
media      what comes of each
importer   what is written to the database
"""
