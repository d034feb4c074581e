"""Moving in from WordPress.

reader     a WXR file as a stream of plain records
autop      WordPress's paragraphs
text       a post's text as the HTML that we store
comments   a comment's text as the Markdown that we store, and its fields
terms      people, categories and tags
media      pictures, by their path
importer   what is written to the database
"""
