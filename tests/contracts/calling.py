"""Calling the interface as a program would, with a token."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from oneplan.access.actors import Actor
from oneplan.accounts.actions import make_token

ROOT = "/api/v1"


def token_for(actor: Actor, *, may_write: bool = True) -> str:
    assert actor.user is not None
    name = "writes" if may_write else "reads"
    return make_token(actor.user, name=name, may_write=may_write, days=30, by=actor)[1]


@dataclass(frozen=True)
class Caller:
    """Somebody with a token; without one, the public."""

    secret: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret}"} if self.secret else {}

    def get(self, path: str, **headers: str) -> Any:
        return Client().get(ROOT + path, headers={**self.headers, **headers})

    def send(self, method: str, path: str, body: Any = None, tag: str = "", **headers: str) -> Any:
        given = {**self.headers, **({"if-match": tag} if tag else {}), **headers}
        data = b"" if body is None else json.dumps(body)
        kind = "" if body is None else "application/json"
        return Client().generic(method, ROOT + path, data, content_type=kind, headers=given)

    def upload(self, path: str, content: bytes, *, name: str = "contract.pdf", tag: str = "", **fields: Any) -> Any:
        """Hand a file in, as a form of several parts; `fields` beside it."""
        given = {**self.headers, **({"if-match": tag} if tag else {})}
        file = SimpleUploadedFile(name, content, "application/pdf")
        return Client().post(ROOT + path, {"file": file, **fields}, headers=given)

    def change(self, path: str, body: Any, *, of: str, method: str = "POST") -> Any:
        """A change of what stands at `of`, as this caller reads it now."""
        return self.send(method, path, body, tag=self.get(of)["ETag"])


def content_of(answer: Any) -> bytes:
    """The bytes of a file that was answered."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def callers(cast: dict[str, Actor]) -> dict[str, Caller]:
    """Each member of the cast with a token that may write; the public without."""
    return {member: Caller(token_for(actor)) if actor.user else Caller() for member, actor in cast.items()}
