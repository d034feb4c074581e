"""A check of one's own that takes its time, for `EXTRA_CHECKS`."""

import time


def check(comment, context):
    if "slow" in comment.body:
        time.sleep(10 if "very slow" in comment.body else 3)
