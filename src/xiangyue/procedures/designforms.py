"""The editor's forms: a step as staff fill it in, and as it is declared."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.queries import all_current
from xiangyue.procedures import guards
from xiangyue.procedures.chart import role_names
from xiangyue.procedures.forms import Told, Words

KIND_NAMES = (
    ("collect", _("Collect opinions")),
    ("invite", _("Invite, call")),
    ("vet", _("Vet, review")),
    ("draft", _("Draft")),
    ("consult", _("Consult")),
    ("research", _("Research")),
    ("meet", _("Meet")),
    ("vote", _("Vote")),
    ("sign", _("Sign, agree")),
    ("publish", _("Publish")),
    ("file", _("File, keep")),
    ("decide", _("Decide")),
    ("follow_up", _("Follow up")),
)
EVIDENCE_ROWS = 4
NOTICE, BALLOT = "publicity.notice", "ballots.ballot"
UNITS = (("wd", _("working days")), ("d", _("days")), ("h", _("hours")))
HANDLED = {"days_since", "different_person", "panel", "notice_settled", "ballot_accepted"}


def _choices(field: forms.Field, choices: Any) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class StepForm(forms.Form):
    """One step. What the form does not show of a step stays as it was."""

    use_required_attribute = False
    name_zh = Told(label=pgettext_lazy("step", "Name"), most=40, must=_("Please name the step."))
    name_en = Told(label=_("Name in English"), hint=_("Optional."), most=80)
    says_zh = Words(label=_("What is to be done"), rows=2)
    kind = forms.ChoiceField(label=_("Kind"), choices=KIND_NAMES)
    who = forms.MultipleChoiceField(
        label=_("Who does it"),
        error_messages={"required": _("Please choose at least one.")},
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Somebody who holds one of these posts here, or at the level above."),
    )
    within_amount = forms.IntegerField(
        label=_("How long"), required=False, min_value=1, max_value=999
    )
    within_unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS, required=False)
    is_optional = forms.BooleanField(
        label=_("Optional"), required=False, help_text=_("It may be left out, with a word why.")
    )
    notice_kind = forms.ChoiceField(
        label=_("Puts up a notice"),
        required=False,
        help_text=_("The notice is then evidence; the step waits until it has run its days."),
    )
    decision_rule = forms.ChoiceField(
        label=_("Votes by the rule"),
        required=False,
        help_text=_("The vote is then evidence; the step waits until it is accepted."),
    )
    different_from = forms.MultipleChoiceField(
        label=_("Not done by who did"), required=False, widget=forms.CheckboxSelectMultiple
    )
    days_after = forms.ChoiceField(label=_("Waits after the step"), required=False)
    days = forms.IntegerField(label=_("How many days"), required=False, min_value=1, max_value=365)
    panel_least = forms.IntegerField(
        label=_("Panel: at least how many"), required=False, min_value=3, max_value=30
    )
    panel_women = forms.IntegerField(
        label=_("Panel: at least how many women"), required=False, min_value=0, max_value=30
    )
    source = Told(label=_("Basis"), hint=_("Law with article, or where it is agreed."))

    def __init__(
        self, *args: Any, body: Mapping[str, Any], before: Sequence[Mapping[str, Any]],
        must_be_optional: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        self.body = dict(body)
        self.must_be_optional = must_be_optional
        super().__init__(*args, **(kwargs | {"initial": _initial(body)}))
        language = get_language()
        nothing = [("", _("none"))]
        _choices(self.fields["who"], _roles(body))
        for field, kind in (("notice_kind", "notice_kind"), ("decision_rule", "decision_rule")):
            _choices(self.fields[field], [*nothing, *_declared(kind, language)])
        steps = [(str(one.get("key")), _name_of(one, language)) for one in before]
        _choices(self.fields["different_from"], steps)
        _choices(self.fields["days_after"], [*nothing, *steps])
        if must_be_optional:
            del self.fields["is_optional"]
        if not steps:
            for name in ("different_from", "days_after", "days"):
                del self.fields[name]
        for number in range(EVIDENCE_ROWS):
            self._add_evidence_row(number)

    def _add_evidence_row(self, number: int) -> None:
        self.fields[f"evidence_{number}_name"] = Told(label=_("Evidence"), most=40)
        self.fields[f"evidence_{number}_kind"] = forms.ChoiceField(
            label=_("As what"),
            choices=[("text", pgettext_lazy("evidence", "Text")), ("file", _("Document or photo"))],
            required=False,
        )
        self.fields[f"evidence_{number}_least"] = forms.IntegerField(
            label=_("At least"), required=False, min_value=0, max_value=99
        )
        self.fields[f"evidence_{number}_public"] = forms.BooleanField(
            label=_("Everybody reads it"), required=False
        )
        for name, value in self._evidence_initial(number).items():
            self.fields[f"evidence_{number}_{name}"].initial = value

    def _evidence_initial(self, number: int) -> dict[str, Any]:
        rows = _own_evidence(self.body)
        if number >= len(rows):
            return {"least": 1}
        row = rows[number]
        return {
            "name": row["name"]["zh"],
            "kind": row["kind"],
            "least": row.get("least", 1),
            "public": row.get("is_public", False),
        }

    @property
    def evidence_rows(self) -> list[list[forms.BoundField]]:
        return [
            [self[f"evidence_{number}_{part}"] for part in ("name", "kind", "least", "public")]
            for number in range(EVIDENCE_ROWS)
        ]

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith("evidence_")]

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        if bool(entered.get("days_after")) != bool(entered.get("days")):
            self.add_error("days" if entered.get("days_after") else "days_after",
                           _("Please say both: after which step, and how many days."))  # fmt: skip
        for number in range(EVIDENCE_ROWS):
            if (
                entered.get(f"evidence_{number}_public")
                and entered.get(f"evidence_{number}_kind") == "file"
            ):
                self.add_error(
                    f"evidence_{number}_public",
                    _("Files may show people; what everybody sees is published as a notice."),
                )
        return entered

    def declared(self) -> dict[str, Any]:
        """The step's body as it will be declared."""
        entered = self.cleaned_data
        zh = entered["name_zh"].strip()
        body = dict(self.body)
        body["name"] = {"zh": zh, "en": entered["name_en"].strip() or zh}
        says = entered["says_zh"].strip()
        old = (self.body.get("says") or {}) if isinstance(self.body.get("says"), dict) else {}
        body["says"] = (
            {"zh": says, "en": old["en"] if old.get("zh") == says else says} if says else None
        )
        body |= {
            "kind": entered["kind"],
            "who": entered["who"],
            "within": f"{entered['within_amount']}{entered['within_unit'] or 'wd'}"
            if entered["within_amount"]
            else None,
            "is_optional": self.must_be_optional or bool(entered.get("is_optional")),
            "source": entered["source"].strip(),
            "publicity": {"notice_kind": entered["notice_kind"]}
            if entered["notice_kind"]
            else None,
            "vote": self._vote(entered["decision_rule"]),
        }
        body["evidence"] = self._evidence(entered)
        body["guards"] = self._guards(entered, body["evidence"])
        return body

    def _vote(self, rule: str) -> dict[str, Any] | None:
        """By the rule; the rules for other places stay as long as the rule does."""
        old = self.body.get("vote") or {}
        if rule and old.get("decision_rule") == rule:
            return dict(old)
        return {"decision_rule": rule} if rule else None

    def _evidence(self, entered: Mapping[str, Any]) -> list[dict[str, Any]]:
        kept = {row["name"]["zh"]: row for row in _own_evidence(self.body)}
        taken = {row["key"] for row in kept.values()}
        found = []
        for number in range(EVIDENCE_ROWS):
            name = entered[f"evidence_{number}_name"].strip()
            if not name:
                continue
            row = dict(kept.get(name) or {"key": _free(taken), "name": {"zh": name, "en": name}})
            taken.add(row["key"])
            least = entered[f"evidence_{number}_least"]
            row |= {
                "kind": entered[f"evidence_{number}_kind"] or "text",
                "least": 1 if least is None else least,
                "is_public": entered[f"evidence_{number}_public"],
            }
            found.append(row)
        for to, asked, name in (
            (NOTICE, entered["notice_kind"], {"zh": "公示", "en": "The notice"}),
            (BALLOT, entered["decision_rule"], {"zh": "表决", "en": "The vote"}),
        ):
            old = next((row for row in self.body.get("evidence", []) if row.get("to") == to), None)
            if asked:
                key = "notice" if to == NOTICE else "ballot"
                found.append(
                    old or {"key": key, "name": name, "kind": "reference", "to": to, "least": 1}
                )
        found += [
            row
            for row in self.body.get("evidence", [])
            if row.get("to") and row["to"] not in {NOTICE, BALLOT}
        ]
        order = [row.get("key") for row in self.body.get("evidence", [])]
        return sorted(
            found, key=lambda row: order.index(row["key"]) if row["key"] in order else len(order)
        )

    def _guards(
        self, entered: Mapping[str, Any], evidence: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        old = {(one["name"], str(one.get("told", {}).get("step"))): one for one in self._old()}
        found: list[dict[str, Any]] = []
        if entered.get("days_after"):
            told = {"step": entered["days_after"], "days": entered["days"]}
            found.append({"name": "days_since", "told": told})
        for step in entered.get("different_from") or []:
            found.append({"name": "different_person", "told": {"step": step}})
        if entered["panel_least"]:
            women = entered["panel_women"]
            told = {"least": entered["panel_least"], "women": 1 if women is None else women}
            found.append({"name": "panel", "told": told})
        for to, name in ((NOTICE, "notice_settled"), (BALLOT, "ballot_accepted")):
            row = next((one for one in evidence if one.get("to") == to), None)
            before = old.get((name, "None"))
            if row is not None and (before is not None or not self._had(to)):
                found.append(before or {"name": name, "told": {"evidence": row["key"]}})
        found += [one for one in self._old() if one["name"] not in HANDLED]
        order = list(old)
        return sorted(found, key=lambda one: _position(one, order))

    def _had(self, to: str) -> bool:
        return any(row.get("to") == to for row in self.body.get("evidence", []))

    def _old(self) -> list[dict[str, Any]]:
        return [one for one in self.body.get("guards", []) if one.get("name") in guards.names()]


def _position(guard: Mapping[str, Any], order: Sequence[tuple[str, str]]) -> int:
    """Where a guard stood before; new ones come last."""
    key = (str(guard["name"]), str(guard["told"].get("step")))
    return order.index(key) if key in order else len(order)


def _roles(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The roles that have to do with procedures, and those that the step names already."""
    names = role_names()
    fitting = {
        row.key
        for row in all_current("role")
        if any(verb.startswith("procedures.") for verb in row.body["may_in_area"])
    }
    return [(key, name) for key, name in names.items() if key in fitting | set(body.get("who", []))]


def _own_evidence(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row for row in body.get("evidence", []) if not row.get("to")]


def _free(taken: set[str]) -> str:
    number = 1
    while f"piece_{number}" in taken:
        number += 1
    return f"piece_{number}"


def _name_of(body: Mapping[str, Any], language: str | None) -> str:
    said = body.get("name") or {}
    is_english = (language or "").startswith("en")
    return str(said.get("en" if is_english else "zh") or body.get("key"))


def _declared(kind: str, language: str | None) -> list[tuple[str, str]]:
    is_english = (language or "").startswith("en")
    return [
        (row.key, str(row.body["name"]["en" if is_english else "zh"])) for row in all_current(kind)
    ]


def _initial(body: Mapping[str, Any]) -> dict[str, Any]:
    said, name = body.get("says") or {}, body.get("name") or {}
    told = {one.get("name"): one.get("told", {}) for one in body.get("guards", [])}
    within = str(body.get("within") or "")
    amount = within.rstrip("whd")
    return {
        "name_zh": name.get("zh", ""),
        "name_en": name.get("en", "") if name.get("en") != name.get("zh") else "",
        "says_zh": said.get("zh", ""),
        "kind": body.get("kind", "collect"),
        "who": body.get("who", []),
        "within_amount": amount,
        "within_unit": within[len(amount) :] or "wd",
        "is_optional": body.get("is_optional", False),
        "notice_kind": (body.get("publicity") or {}).get("notice_kind", ""),
        "decision_rule": (body.get("vote") or {}).get("decision_rule", ""),
        "different_from": [
            one["told"]["step"]
            for one in body.get("guards", [])
            if one.get("name") == "different_person"
        ],
        "days_after": told.get("days_since", {}).get("step", ""),
        "days": told.get("days_since", {}).get("days"),
        "panel_least": told["panel"].get("least", 3) if "panel" in told else None,
        "panel_women": told["panel"].get("women", 1) if "panel" in told else None,
        "source": body.get("source", ""),
    }
