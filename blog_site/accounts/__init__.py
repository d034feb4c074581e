"""Accounts: who may log in, how, from where, and what the log says about it. django-allauth has the pages and flows."""
