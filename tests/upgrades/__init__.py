"""Blogs as former versions left them, a backup each for SQLite and PostgreSQL; tests/test_upgrades.py upgrades them.

`DATABASE_URL=postgres://… python -m tests.upgrades VERSION` makes the files of a version that is about to be released:
see “Releasing” in CONTRIBUTING.md.
"""
