"""The auditor's desk: heads, entries, and files that prove them elsewhere."""

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyue.access.requests import staff_only, standing
from xiangyue.activity.keys import public_key
from xiangyue.kernel.counties import current_county
from xiangyue.site.proving import head_now, proof_of
from xiangyue.site.record import queries


class RecordForm(forms.Form):
    name = forms.ChoiceField(label=gettext_lazy("Activity"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed through
        field = self.fields["name"]
        assert isinstance(field, forms.ChoiceField)
        titles = sorted(queries.activity_titles().items(), key=lambda pair: pair[1])
        field.choices = [("", _("All")), *titles]


@never_cache
@staff_only(queries.READ)
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """How much is sealed, the newest signed heads, and the entries with their proofs."""
    queries.require_record(standing(request))
    name, before = request.GET.get("name", "")[:80], request.GET.get("before", "")
    is_number = before.isascii() and before.isdigit() and len(before) < 19
    rows = queries.entries(name=name, before=int(before) if is_number else None)
    found = list(rows[: queries.PAGE_SIZE + 1])
    shown = found[: queries.PAGE_SIZE]
    titles = queries.activity_titles()
    context = {
        "extent": queries.extent(),
        "heads": [
            (head, bytes(head.root_hash).hex(), head.signed_at) for head in queries.newest_heads()
        ],
        "rows": [(entry, titles.get(entry.name, entry.name)) for entry in shown],
        "form": RecordForm(request.GET or None),
        "earlier_query": urlencode({"name": name, "before": str(shown[-1].pk)})
        if len(found) > queries.PAGE_SIZE
        else "",
    }
    return render(request, "site/record.html", context)


@never_cache
@staff_only(queries.READ)
@require_safe
def entry_proof(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The proof of one entry, which docs/check_proof.py checks without us."""
    queries.require_record(standing(request))
    return _file(dict(proof_of(entry_id)), f"proof-{entry_id}.json")


@never_cache
@staff_only(queries.READ)
@require_safe
def newest_head(request: HttpRequest) -> HttpResponse:
    """The newest signed head, to be kept elsewhere: later it shows that nothing was rewritten."""
    queries.require_record(standing(request))
    signed = head_now()
    return _file(dict(signed), f"head-{signed['head']['tree_size']}.json")


@never_cache
@staff_only(queries.READ)
@require_safe
def signing_key(request: HttpRequest) -> HttpResponse:
    """The county's public key, with which heads and proofs are checked."""
    queries.require_record(standing(request))
    county = current_county().slug
    response = HttpResponse(public_key(county), content_type="application/x-pem-file")
    response["Content-Disposition"] = f'attachment; filename="{county}.pub"'
    return response


def _file(content: dict[str, object], name: str) -> HttpResponse:
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
