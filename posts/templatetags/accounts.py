"""Accounts as the desk names them."""

from django import template

from posts.models.autosave import account_in_words

register = template.Library()
register.filter(account_in_words)
