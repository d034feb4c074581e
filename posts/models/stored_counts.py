from django.db import models


class StoredCounts(models.Model):
    """What `posts/counts.py` has counted last: one row, which counts as long as readers see what `state` names."""

    state = models.CharField(max_length=100)
    counts = models.JSONField()

    class Meta:
        verbose_name = "stored counts"
        verbose_name_plural = "stored counts"

    def __str__(self):
        return self.state
