"""What the declarations of the register must be together, once they are read."""

from collections.abc import Iterable
from datetime import datetime

from xiangyue.blueprints.reading import CountyFiles, DeclarationsFaulty
from xiangyue.registry.asking import asked_by_kind, asked_twice, repeated
from xiangyue.registry.blueprint import ElementKind, RegistryPolicy


def load(*, files: CountyFiles, at: datetime) -> None:
    """Check what one declaration alone cannot tell; nothing is built.

    :raises DeclarationsFaulty: a sensitive kind without its impact assessment (GD11), more forms
        or items than the quota allows, or a datum that two forms ask for (GD13).
    """
    kinds = [
        kind
        for kind in files.declarations["element_kind"].values()
        if isinstance(kind, ElementKind)
    ]
    faults = [
        *_not_assessed(kinds, files.declarations["impact_assessment"]),
        *_beyond_quota(kinds, files),
        *(repeated(one) for one in asked_twice(item for k in kinds for item in asked_by_kind(k))),
    ]
    if faults:
        raise DeclarationsFaulty(faults)


def _not_assessed(kinds: list[ElementKind], assessments: Iterable[str]) -> list[str]:
    present = set(assessments)
    return [
        f"{kind.key}: there is no impact assessment {kind.impact_assessment} (GD11)"
        for kind in kinds
        if kind.is_sensitive and kind.impact_assessment not in present
    ]


def _beyond_quota(kinds: list[ElementKind], files: CountyFiles) -> list[str]:
    policy = files.declarations["registry_policy"].get("register")
    if not isinstance(policy, RegistryPolicy):
        return ["registry_policy register is missing (GD07, GD13)"] if kinds else []
    item_count = sum(len(kind.fields) for kind in kinds)
    faults = []
    if len(kinds) > policy.form_quota:
        faults.append(
            f"a village would be asked for {len(kinds)} kinds of records; the quota is"
            f" {policy.form_quota} (GD13)"
        )
    if item_count > policy.item_quota:
        faults.append(
            f"a village would be asked for {item_count} items; the quota is"
            f" {policy.item_quota} (GD13)"
        )
    return faults
