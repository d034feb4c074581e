"""Where commenters may come from: the providers whose keys are set, each with what it says of an address.

`keys.py` reads the settings, `provider.py` names the providers to django-allauth. `openid.py` is for Google and any
other OpenID Connect provider, `wordpress.py` and `mastodon.py` are OAuth 2; Facebook and X are django-allauth's own.
`asking.py` is how all of them are asked. docs/accounts.md says where their keys come from.
"""
