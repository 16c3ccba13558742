"""My tokens: the keys with which other systems call the interface in my name."""

from dataclasses import dataclass
from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplan.accounts import actions
from oneplan.accounts.forms import TokenForm
from oneplan.accounts.models import User
from oneplan.accounts.queries import tokens_of
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken


@dataclass(frozen=True)
class Person:
    """The signed-in person as the log knows them; grants play no part in one's own tokens."""

    user_id: int
    kind: str = "person"


def _by(request: HttpRequest) -> Person:
    return Person(cast(User, request.user).pk)


@login_required
@require_safe
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """Every token I made, which still open something, and when each was last used."""
    now = clock.now()
    rows = [(token, token.holds_at(now)) for token in tokens_of(_by(request).user_id).select_related("user")]
    return render(request, "accounts/tokens.html", {"rows": rows})


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth ships no types
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token, after signing in again (second factor included where it is set up). It is shown this once."""
    form, sentence, status = TokenForm(request.POST or None), "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                token, secret = actions.make_token(
                    cast(User, request.user), name=given["name"], may_write=given["access"] == "write",
                    days=given["days"], by=_by(request),
                )  # fmt: skip
            except RuleBroken as refusal:
                sentence, status = refusal.sentence, 409
            else:
                return render(request, "accounts/token_made.html", {"token": token, "secret": secret})
    return render(request, "accounts/make_token.html", {"form": form, "sentence": sentence}, status=status)


@login_required
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my tokens at once."""
    token = get_object_or_404(tokens_of(_by(request).user_id), pk=pk)
    actions.revoke_token(token, by=_by(request))
    messages.success(request, _("“%(name)s” is revoked; it opens nothing any more.") % {"name": token.name})
    return redirect("accounts:tokens")
