"""The providers of ours, where django-allauth looks for them."""

from blog_site.accounts.providers import mastodon, openid, wordpress

provider_classes = [openid.Provider, wordpress.Provider, mastodon.Provider]
