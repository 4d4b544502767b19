"""Whether a template goes with what else the county declares: roles, notices, rules of decision."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xiangyue.blueprints.queries import all_current
from xiangyue.blueprints.schema import Declared
from xiangyue.procedures.blueprint import Step
from xiangyue.procedures.references import known
from xiangyue.procedures.sources import known_sources


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The keys of what else is declared."""

    roles: Collection[str]
    notice_kinds: Collection[str]
    decision_rules: Collection[str]


def of_files(declarations: Mapping[str, Mapping[str, Declared]]) -> Surroundings:
    return Surroundings(
        roles=declarations.get("role", {}),
        notice_kinds=declarations.get("notice_kind", {}),
        decision_rules=declarations.get("decision_rule", {}),
    )


def in_force() -> Surroundings:
    return Surroundings(
        roles={row.key for row in all_current("role")},
        notice_kinds={row.key for row in all_current("notice_kind")},
        decision_rules={row.key for row in all_current("decision_rule")},
    )


def step_faults(step: Step, around: Surroundings) -> Iterator[str]:
    """What a step names that nobody declares, in words."""
    for role in step.who:
        if role not in around.roles:
            yield _("%(step)s: there is no role called %(name)s") % {
                "step": step.key,
                "name": role,
            }
    if step.publicity is not None and step.publicity.notice_kind not in around.notice_kinds:
        yield _("%(step)s: there is no kind of notice called %(name)s") % {
            "step": step.key,
            "name": step.publicity.notice_kind,
        }
    for rule in step.vote.rules if step.vote is not None else ():
        if rule not in around.decision_rules:
            yield _("%(step)s: there is no rule of decision called %(name)s") % {
                "step": step.key,
                "name": rule,
            }
    for one in step.evidence:
        if one.to and one.to not in known():
            yield _("%(step)s: nothing called %(name)s can serve as evidence") % {
                "step": step.key,
                "name": one.to,
            }
        if one.drawn_from and one.drawn_from not in known_sources():
            yield _("%(step)s: no evidence comes by itself from %(name)s") % {
                "step": step.key,
                "name": one.drawn_from,
            }
