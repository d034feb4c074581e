"""Pictures: what may come in (checking), what is kept of it (cleaning), the sizes that readers get (renditions,
work), and how they stand in a page (markup). The row is `posts.models.Picture`."""
