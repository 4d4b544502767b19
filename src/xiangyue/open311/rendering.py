"""One answer in two forms: JSON, and XML with the spec's element names.

An answer is made of dictionaries, lists and plain values. In XML a list needs a name for each
of its elements, which `EACH` gives; JSON writes it as it is.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from xiangyue.open311.rules import as_xml_text

FORMATS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}

EACH = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}

# JSON writes these as lists of their own; XML puts each into an element of this name.
WRAPPED = frozenset({"discovery"})


def rendered(
    request: HttpRequest,
    root: str,
    content: Any,
    *,
    form: str,
    status: int = 200,
    is_for_all: bool = True,
) -> HttpResponse:
    """The answer in the asked form, which browsers and caches can ask again for (ETag).

    What is not for all is told whoever holds its secret address: nobody on the way keeps it, and
    no page elsewhere reads it.
    """
    body = as_xml(root, content) if form == "xml" else as_json(root, content)
    response = HttpResponse(body, content_type=FORMATS[form], status=status)
    if is_for_all and request.method in {"GET", "HEAD"}:
        # Everybody may read this, from any page; nothing in it depends on who asks.
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Link, ETag"
        if status == 200:
            response.headers["Cache-Control"] = "public, max-age=30"
            etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
            response.headers["ETag"] = etag
            return get_conditional_response(request, etag=etag, response=response) or response
    response.headers["Cache-Control"] = "no-store"
    return response


def as_json(root: str, content: Any) -> bytes:
    whole = {root: content} if root in WRAPPED else content
    return json.dumps(_clean(whole), ensure_ascii=False, allow_nan=False).encode()


def as_xml(root: str, content: Any) -> bytes:
    element = ElementTree.Element(root)
    _fill(element, root, content)
    written: bytes = ElementTree.tostring(element, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + written


def _fill(element: ElementTree.Element, name: str, content: Any) -> None:
    if isinstance(content, Mapping):
        for key, value in content.items():
            _fill(ElementTree.SubElement(element, key), key, value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for item in content:
            _fill(ElementTree.SubElement(element, EACH[name]), EACH[name], item)
    else:
        element.text = as_text(content)


def as_text(value: Any) -> str:
    """A plain value as XML writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return as_xml_text(str(value))


def _clean(content: Any) -> Any:
    """The same texts as in XML, so that nobody gets another answer by asking in another form."""
    if isinstance(content, Mapping):
        return {key: _clean(value) for key, value in content.items()}
    if isinstance(content, Sequence) and not isinstance(content, str):
        return [_clean(item) for item in content]
    return as_xml_text(content) if isinstance(content, str) else content
