"""Models queue some tasks by name, since the tasks use the models: each name leads to a task."""

import pytest
from django.utils.module_loading import import_string
from django_tasks.base import Task

from comments.models import queued
from posts.models.picture import MAKE_RENDITIONS

NAMES = [MAKE_RENDITIONS, *(value for name, value in vars(queued).items() if name.isupper())]


@pytest.mark.parametrize("name", NAMES)
def test_each_name_leads_to_a_task(name):
    task = import_string(name)

    assert isinstance(task, Task)
    assert task.module_path == name
