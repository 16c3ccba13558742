"""Two addresses for whoever watches the server: is it alive, and can it do its work?"""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The process answers and its database too; 503 where it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM spaces_space")
            spaces = cursor.fetchone()[0]
    except DatabaseError:
        return JsonResponse({"status": "database unavailable"}, status=503)
    return JsonResponse({"status": "ok" if spaces else "registers not loaded"}, status=200 if spaces else 503)
