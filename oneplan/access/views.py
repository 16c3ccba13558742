"""Pages about people: who holds which role where, inviting, giving, ending."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oneplan.access import actions, queries
from oneplan.access.checks import check, passes
from oneplan.access.forms import AcceptForm, GrantForm, InviteForm, PeopleFilter, ReasonForm
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.models import Invitation, RoleAssignment
from oneplan.access.permissions import Permission
from oneplan.access.roles import ROLES, Role
from oneplan.access.rules import check_can_accept
from oneplan.access.scopes import kind_label, known_scopes, posts_of, roles_to_give, scopes_to_give
from oneplan.accounts.models import User
from oneplan.platform.errors import Refused
from oneplan.platform.web.lists import paginate

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
@require_safe
def people(request: ActorHttpRequest) -> HttpResponse:
    """The people whose accounts the reader looks after, with roles, posts and open invitations."""
    if not queries.may_see_people(request.actor):
        raise Http404
    scopes = known_scopes()
    form = PeopleFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    users = queries.visible_people(request.actor, scopes)
    if words := chosen.get("q"):
        users = users.filter(Q(name__icontains=words) | Q(email__icontains=words))
    if role := chosen.get("role"):
        users = users.filter(pk__in=RoleAssignment.objects.filter(queries.current(), role=role).values("user_id"))
    if not chosen.get("closed"):
        users = users.filter(is_active=True)
    page = paginate(request, users)
    rows = queries.with_roles(list(page), scopes)
    posts = posts_of([row.user.pk for row in rows])
    for row in rows:
        row.posts = posts.get(row.user.pk, [])
    invitations = list(queries.open_invitations(request.actor, scopes)[:200])
    context = {
        "form": form, "page": page, "people": rows, "is_sample": any(row.user.is_sample for row in rows),
        "invitations": [
            (letter, queries.scope_words(letter.scope_key, scopes), passes(check_can_accept, letter))
            for letter in invitations
        ],
        "may_invite": bool(request.actor.scopes_with(Permission.INVITATION_SEND)),
    }  # fmt: skip
    return render(request, "access/people.html", context)


def _person_in_sight(request: ActorHttpRequest, pk: int) -> User:
    return get_object_or_404(queries.visible_people(request.actor, known_scopes()), pk=pk)


@login_required
@require_safe
def person(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """One person: roles now and before, posts, and what the reader may change."""
    return _show_person(request, pk)


def _show_person(
    request: ActorHttpRequest, pk: int, *, grant_form: GrantForm | None = None, sentence: str = "", status: int = 200
) -> HttpResponse:
    scopes = known_scopes()
    user = get_object_or_404(queries.visible_people(request.actor, scopes), pk=pk)
    [shown] = queries.with_roles([user], scopes, past=True)
    shown.posts = posts_of([user.pk]).get(user.pk, [])
    may_grant = bool(request.actor.scopes_with(Permission.ROLE_GRANT))
    context = {
        "person": shown, "is_sample": user.is_sample, "sentence": sentence, "may_grant": may_grant,
        "reason_form": ReasonForm(auto_id="why_%s"),
        "current": [role for role in shown.roles if role.is_current],
        "past": [role for role in shown.roles if not role.is_current],
        "may_close": request.actor.is_national(Permission.ROLE_GRANT) and user.pk != request.actor.user_id,
        "grant_form": grant_form or (_grant_form(request) if may_grant else None),
    }  # fmt: skip
    return render(request, "access/person.html", context, status=status)


def _grant_form(request: ActorHttpRequest, data: object = None) -> GrantForm:
    permission = Permission.ROLE_GRANT
    return GrantForm(
        data,
        roles=roles_to_give(request.actor, permission),
        scopes=scopes_to_give(request.actor, permission, known_scopes().values()),
    )


@login_required
@require_POST
def grant_role(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Give a person a further role."""
    user = _person_in_sight(request, pk)
    check(request.actor, Permission.ROLE_GRANT, request.actor.scopes_with(Permission.ROLE_GRANT))
    form = _grant_form(request, request.POST)
    if not form.is_valid():
        return _show_person(request, pk, grant_form=form, status=422)
    role, key = Role(form.cleaned_data["role"]), form.cleaned_data["scope"]
    try:
        actions.grant_role(user, role, key, by=request.actor, scopes=list(known_scopes()[key].around))
    except Refused as refused:
        return _show_person(request, pk, grant_form=form, sentence=refused.sentence, status=409)
    messages.success(request, _("%(name)s is now %(role)s.") % {"name": user.name, "role": ROLES[role].name})
    return redirect("access:person", pk=pk)


@login_required
@require_POST
def revoke_role(request: ActorHttpRequest, pk: int, assignment: int) -> HttpResponse:
    """End a granted role, with a reason. A role that comes with a post ends with the post."""
    user = _person_in_sight(request, pk)
    held = get_object_or_404(RoleAssignment, pk=assignment, user=user, source="granted", valid_to=None)
    scope = known_scopes().get(held.scope_key)
    around = list(scope.around) if scope else None
    check(request.actor, Permission.ROLE_GRANT, around or held)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show_person(
            request, pk, sentence=_("Say why the role ends; the reason is kept in the log."), status=422
        )
    actions.revoke_role(
        user, Role(held.role), held.scope_key, by=request.actor, reason=form.cleaned_data["reason"], scopes=around
    )
    messages.success(request, _("The role %(role)s has ended.") % {"role": held.definition_name})
    return redirect("access:person", pk=pk)


@login_required
@require_POST
def deactivate_user(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    return _open_or_close(request, pk, is_closing=True)


@login_required
@require_POST
def reactivate_user(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    return _open_or_close(request, pk, is_closing=False)


def _open_or_close(request: ActorHttpRequest, pk: int, *, is_closing: bool) -> HttpResponse:
    user = _person_in_sight(request, pk)
    check(request.actor, Permission.ROLE_GRANT, "national")
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show_person(request, pk, sentence=_("Say why; the reason is kept in the log."), status=422)
    act = actions.deactivate_user if is_closing else actions.reactivate_user
    act(user, by=request.actor, reason=form.cleaned_data["reason"])
    done = _("The account of %(name)s is closed.") if is_closing else _("The account of %(name)s is open again.")
    messages.success(request, done % {"name": user.name})
    return redirect("access:person", pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite_user(request: ActorHttpRequest) -> HttpResponse:
    """Invite a person. The link is shown once, on the answer itself, for places without e-mail."""
    permission = Permission.INVITATION_SEND
    if not request.actor.scopes_with(permission):
        raise Http404
    scopes = known_scopes()
    form = InviteForm(
        request.POST or None,
        roles=roles_to_give(request.actor, permission),
        scopes=scopes_to_give(request.actor, permission, scopes.values()),
    )
    sentence = ""
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        link = request.build_absolute_uri(reverse("access:accept_invitation", args=["SECRET"]))
        try:
            invitation, address = actions.invite_user(
                email=asked["email"], name=asked["name"], role=Role(asked["role"]), scope_key=asked["scope"],
                by=request.actor, link=link.replace("SECRET", "{secret}"), scopes=list(scopes[asked["scope"]].around),
            )  # fmt: skip
        except Refused as refused:
            sentence = refused.sentence
        else:
            return render(request, "access/invited.html", {"invitation": invitation, "address": address})
    status = 409 if sentence else 422 if form.errors else 200
    return render(request, "access/invite_user.html", {"form": form, "sentence": sentence}, status=status)


@login_required
@require_POST
def withdraw_invitation(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """Make an open invitation useless."""
    scopes = known_scopes()
    invitation = get_object_or_404(queries.open_invitations(request.actor, scopes), pk=pk)
    scope = scopes.get(invitation.scope_key)
    actions.withdraw_invitation(
        invitation,
        by=request.actor,
        reason=request.POST.get("reason", ""),
        scopes=list(scope.around) if scope else None,
    )
    messages.success(request, _("The invitation of %(name)s is withdrawn.") % {"name": invitation.name})
    return redirect("access:people")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: ActorHttpRequest, secret: str) -> HttpResponse:
    """Choose a password and come in."""
    try:
        invitation = actions.find_invitation(secret)
        check_can_accept(invitation)
    except Invitation.DoesNotExist:
        sentence = _("This link is not an invitation. Copy it again from the letter, to its last sign.")
        return render(request, "access/invitation_over.html", {"sentence": sentence}, status=404)
    except Refused as refused:
        return render(request, "access/invitation_over.html", {"sentence": refused.sentence}, status=410)
    form, sentence = AcceptForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.accept_invitation(secret, password=form.cleaned_data["password"])
        except Refused as refused:
            sentence = refused.sentence
        else:
            login(request, user, backend=_BACKEND)
            messages.success(
                request, _("Welcome, %(name)s. Protect your account with a second factor next.") % {"name": user.name}
            )
            return redirect("access:account")
    scope = queries.scope_words(invitation.scope_key, known_scopes())
    context = {
        "form": form, "sentence": sentence, "invitation": invitation, "scope": scope,
        "role": ROLES[Role(invitation.role)] if invitation.role else None,
    }  # fmt: skip
    return render(request, "access/accept_invitation.html", context, status=422 if sentence or form.errors else 200)


@require_safe
def roles(request: ActorHttpRequest) -> HttpResponse:
    """The roles, what each is for and what it may do; from the code itself."""
    shown = [
        (definition, [kind_label(kind) for kind in definition.scopes], sorted(definition.permissions))
        for definition in ROLES.values()
    ]
    return render(request, "access/roles.html", {"roles": shown, "permissions": list(Permission)})


@login_required
@require_safe
def account(request: ActorHttpRequest) -> HttpResponse:
    """My own account: who I am here, my roles and posts, password and second factor."""
    user = cast(User, request.user)
    [shown] = queries.with_roles([user], known_scopes())
    shown.posts = posts_of([user.pk]).get(user.pk, [])
    return render(request, "access/account.html", {"person": shown})
