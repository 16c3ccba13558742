"""Making forms in the background. Ids in; harmless to repeat."""

from django_tasks import task

from oneplan.publishing.making import make


@task()
def make_rendition(rendition_id: int) -> None:
    """Make a form that was asked for."""
    make(rendition_id)
