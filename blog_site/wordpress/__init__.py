"""Moving in from WordPress.

records    what a file is made of
reader     a WXR file as a stream of them
survey     what has to be known before anything is written
autop      WordPress's paragraphs
text       a post's text as the HTML that we store
comments   a comment's text as the Markdown that we store, and its fields
discussion the comments of a post in the database
terms      people, categories and tags
media      pictures, by their path
importer   what is written to the database
"""
