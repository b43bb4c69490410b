"""IAM Roles Anywhere, which moto has not: trust anchors and profiles are kept and given back.

https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/
"""

import json
import re
import uuid
from typing import Any, Callable, Iterable
from urllib.parse import parse_qs

Start = Callable[[str, list[tuple[str, str]]], Any]
SCOPE = re.compile(r"Credential=([^/]+)/\d+/([\w-]+)/rolesanywhere/")
NOW = "2026-01-01T00:00:00Z"

# path of the collection -> path of one of it, what answers call it, the type in its ARN
KINDS = {
    "/trustanchors": ("/trustanchor/", "trustAnchor", "trust-anchor"),
    "/profiles": ("/profile/", "profile", "profile"),
}


class RolesAnywhere:
    """WSGI middleware: takes the requests that are signed for Roles Anywhere, and passes on all others."""

    def __init__(self, app: Callable[..., Any], account_of: Callable[[str], str]) -> None:
        self.app = app
        self.account_of = account_of
        self.kept: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, list[Any]] = {}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is None:
            return self.app(environ, start)
        access_key, region = scope.groups()
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = json.loads(environ["wsgi.input"].read(length) or b"{}")
        where = f"arn:aws:rolesanywhere:{region}:{self.account_of(access_key)}:"
        status, answer = self.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], body, where, environ["QUERY_STRING"])
        start(status, [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def answer(self, method: str, path: str, body: dict[str, Any], where: str, query: str) -> tuple[str, Any]:
        if path == "/ListTagsForResource":
            return "200 OK", {"tags": self.tags.get(parse_qs(query)["resourceArn"][0], [])}
        if path in KINDS and method == "POST":
            return "201 Created", self.create(*KINDS[path], body, where)
        for one, name, _ in KINDS.values():
            if not path.startswith(one):
                continue
            found = self.kept.get(path.removeprefix(one))
            if found is None:
                return "404 Not Found", {"message": "not found"}
            if method == "DELETE":
                del self.kept[path.removeprefix(one)]
            if method == "PATCH":
                found.update(body)
            return "200 OK", {name: found}
        return "400 Bad Request", {"message": f"{method} {path} is not emulated"}

    def create(self, _: str, name: str, kind: str, body: dict[str, Any], where: str) -> dict[str, Any]:
        key = str(uuid.uuid4())
        arn = f"{where}{kind}/{key}"
        self.tags[arn] = body.pop("tags", [])
        made = {**body, f"{name}Id": key, f"{name}Arn": arn, "createdAt": NOW, "updatedAt": NOW}
        self.kept[key] = made
        return {name: made}
