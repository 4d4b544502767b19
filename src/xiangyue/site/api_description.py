"""The API's description of itself (OpenAPI), with every way in which it says no.

Refusals are the same everywhere (RFC 9457), so they are described here once for all operations:
who is signed in is asked by the same guards, what has the wrong form is refused by the same
parser, and services refuse alike whichever front asks.
"""

from functools import cache
from http.client import responses as words
from typing import Any

from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from xiangyue.access.authentication import Anybody

PROBLEM = {
    "title": "Problem",
    "description": "A refusal, with nothing done (RFC 9457)",
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "description": "where the refusal is explained"},
        "title": {
            "type": "string",
            "description": "a sentence to act on, in the reader's language",
        },
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "names the refusal for a program"},
        "source": {"type": "string", "description": "the law or mechanism behind it"},
        "again_at": {"type": "string", "format": "date-time"},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "what is wrong with which field",
        },
    },
}
CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def refusals_of(operation: Operation) -> frozenset[int]:
    """The statuses with which the operation may say no."""
    is_writing = not WRITING.isdisjoint(operation.methods)
    is_open = not operation.auth_callbacks or any(
        isinstance(one, Anybody) for one in operation.auth_callbacks
    )
    found = {400, 503}  # no text, no JSON; the database does not answer
    if operation.auth_callbacks:  # 404: there is nothing of one's own
        found |= {401, 403, 404}
    if operation.models:
        found |= {404, 422}
    if is_writing:
        found |= {403, 404, 409, 422}
    if is_writing or is_open:  # what strangers may ask for is limited by their address
        found.add(429)
    return frozenset(found)


class Description(OpenAPISchema):
    """As the library describes an API, and how it refuses."""

    def responses(self, operation: Operation) -> dict[int, dict[str, Any]]:
        found = super().responses(operation)
        for status in sorted(refusals_of(operation)):
            found.setdefault(status, {"description": words[status], "content": CONTENT})
        return found

    def operation_security(self, operation: Operation) -> list[dict[str, Any]] | None:
        """With nothing at all where a visitor may ask as well."""
        found = super().operation_security(operation)
        if found and any(isinstance(one, Anybody) for one in operation.auth_callbacks):
            return [*found, {}]
        return found

    def get_components(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_components()
        return {**found, "schemas": {**found["schemas"], "Problem": PROBLEM}}


class DescribedAPI(NinjaAPI):
    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        if path_prefix is None:
            path_prefix = self.get_root_path(path_params or {})
        return _described(self, path_prefix, get_language())


@cache
def _described(api: NinjaAPI, path_prefix: str, language: str | None) -> Description:
    """It takes a second to find, and stays the same for as long as the program runs."""
    return Description(api, path_prefix)
