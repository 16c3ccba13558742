"""Form controls drawn without a template for each option: a list of fifty parties is one string, not fifty pages."""

from html import escape
from typing import Any

from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

_DASHES = BLANK_CHOICE_DASH[0][1]
_SELECT, _OPTION = "django/forms/widgets/select.html", "django/forms/widgets/select_option.html"


class Renderer(DjangoTemplates):
    """Django's own renderer, but a plain `<select>` comes from here; what it gives is the same, sign for sign.

    Only the empty choice differs: where nobody gave it words, it says what it means instead of "---------".
    """

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """The control as HTML."""
        if template_name == _SELECT and _is_plain(context["widget"]):
            return _select(context["widget"])
        return str(super().render(template_name, context, request))


def _is_plain(widget: dict[str, Any]) -> bool:
    return all(option["template_name"] == _OPTION for _name, group, _i in widget["optgroups"] for option in group)


def _select(widget: dict[str, Any]) -> SafeString:
    empty = _("choose…") if widget["required"] else _("none")
    parts = [f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>']
    for name, group, _index in widget["optgroups"]:
        if name:
            parts.append(f'\n  <optgroup label="{_text(name)}">')
        parts += [
            f'\n  <option value="{escape(str(option["value"]))}"{_attributes(option["attrs"])}>'
            f"{_text(empty if option['label'] == _DASHES else option['label'])}</option>\n"
            for option in group
        ]
        if name:
            parts.append("\n  </optgroup>")
    return mark_safe("".join([*parts, "\n</select>"]))  # noqa: S308 - every value is escaped above


def _text(value: Any) -> str:
    return value if isinstance(value, SafeString) else escape(str(value))


def _attributes(attrs: dict[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in attrs.items()
        if value is not False
    )
