"""Slow work of this room. Ids in; harmless to repeat."""

from django_tasks import task

from oneplan.projects import kept


@task()
def make_file(user_id: int | None, form: str, pairs: list[list[str]], key: str, lies_in: str = "") -> None:
    """Make a large file of projects that somebody asked for."""
    kept.make(user_id, form, [(name, value) for name, value in pairs], key, lies_in)
