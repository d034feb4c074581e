"""A post's HTML as mail programs can show it."""

import html
import re

from django.utils import translation

WIDTH = 600  # pixels: what mail programs have room for
_PLAYER = re.compile(r"<(audio|video)\b[^>]*>.*?</\1>", re.DOTALL)
_SOURCE = re.compile(r'\ssrc="([^"]*)"')
_IMAGE = re.compile(r"<img\b[^>]*>")
_SIDE = re.compile(r'\s(width|height)="(\d{1,5})"')


def fit(rendered: str) -> str:
    """What is folded stands open, since not all of them can open it; players are links; pictures fit."""
    opened = rendered.replace("<details>", "<details open>")
    return _IMAGE.sub(_narrowed, _PLAYER.sub(_as_link, opened))


def _as_link(player: re.Match[str]) -> str:
    source = _SOURCE.search(player[0])
    if not source:
        return ""
    words = translation.gettext("Listen") if player[1] == "audio" else translation.gettext("Watch the video")
    return f'<a href="{source[1]}">{html.escape(words)}</a>'


def _narrowed(image: re.Match[str]) -> str:
    sides = {side: int(number) for side, number in _SIDE.findall(image[0])}
    if len(sides) < 2 or sides["width"] <= WIDTH:
        return image[0]
    fit = {"width": WIDTH, "height": max(1, round(sides["height"] * WIDTH / sides["width"]))}
    return _SIDE.sub(lambda side: f' {side[1]}="{fit[side[1]]}"', image[0])
