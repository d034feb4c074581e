"""The blog's accent colour: what may be one, the nearest that may, and the style sheet that carries it.

It is the colour of links, which stand on two grounds in each scheme; on all of them it has to be readable (WCAG 2.2,
1.4.3: a contrast of 4.5 to 1). Nothing passes on light and on dark pages, so there are two, of which the second is
made from the first where nobody chose one.
"""

import colorsys
import re
from functools import cache

from django.conf import settings

LEAST = 4.5
STEPS = 200  # of lightness, from black to white
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_PAIR = re.compile(r"--(paper|tint|link): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")


def parse(text):
    """A colour that somebody typed, such as `0A5` or `#00aa55`, as `#00aa55`; empty if it is none."""
    match = _HEX.fullmatch(text.strip())
    if not match:
        return ""
    digits = match[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


@cache
def _tokens(scheme):
    """{name: colour} of the design, in the "light" or the "dark" scheme."""
    text = (settings.BASE_DIR / "static" / "tokens.css").read_text(encoding="utf-8")
    return {name: light if scheme == "light" else dark for name, light, dark in _PAIR.findall(text)}


def grounds(scheme):
    """What links stand on."""
    return _tokens(scheme)["paper"], _tokens(scheme)["tint"]


def of_the_design(scheme):
    """The colour that links have where the blog has none of its own."""
    return _tokens(scheme)["link"]


def contrast(colour, scheme):
    """The lowest contrast of a colour on the grounds of a scheme, 1 to 21."""
    return min(_ratio(_luminance(colour), _luminance(ground)) for ground in grounds(scheme))


def passes(colour, scheme):
    return contrast(colour, scheme) >= LEAST


def nearest(colour, scheme):
    """The colour of the same hue that passes and differs least in lightness; the colour itself if it passes."""
    if passes(colour, scheme):
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    candidates = sorted((step / STEPS for step in range(STEPS + 1)), key=lambda each: abs(each - lightness))
    made = (_hex(colorsys.hls_to_rgb(hue, each, saturation)) for each in candidates)
    return next(each for each in made if passes(each, scheme))


def style_sheet(light, dark):
    """The style sheet for two colours, without their `#`."""
    return (
        f":root{{--link:#{light}}}"
        f"@supports (color:light-dark(red,red)){{:root{{--link:light-dark(#{light},#{dark})}}}}\n"
    )


def _parts(colour):
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


def _hex(parts):
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(colour):
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _ratio(one, other):
    lighter, darker = max(one, other), min(one, other)
    return (lighter + 0.05) / (darker + 0.05)
