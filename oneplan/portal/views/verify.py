"""Is this plan genuine? For anybody, without an account."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.joint_planning.seal import public_keys, trusted_keys, verify_bundle
from oneplan.portal.forms import VerifyForm
from oneplan.portal.queries import sealed


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: ActorHttpRequest) -> HttpResponse:
    """Judge an uploaded bundle, or say which plan a hash belongs to. Nothing that is uploaded is kept."""
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    context = {"form": form, "keys": public_keys()}
    if request.method == "POST" and form.is_valid():
        if file := form.cleaned_data["file"]:
            verdict = verify_bundle(file.read(), trusted_keys())
            context |= {"verdict": verdict, "file_name": file.name}
            if verdict.is_valid:
                context |= {"edition": sealed.by_hash(verdict.content_sha256), "chain": sealed.chain_before(verdict)}
        else:
            fingerprint = form.cleaned_data["fingerprint"]
            context |= {"fingerprint": fingerprint, "edition": sealed.by_hash(fingerprint), "was_hash": True}
    return render(request, "portal/verify.html", context, status=422 if form.errors else 200)


@require_safe
def keys(request: ActorHttpRequest) -> HttpResponse:
    """The public halves of the keys that this installation seals with, to compare and to verify offline."""
    return render(request, "portal/keys.html", {"keys": public_keys(), "command": _("oneplan verify FILE")})
