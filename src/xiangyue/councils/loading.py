"""With the county's files: no council names what nobody declares, none fails its own scenarios."""

from datetime import datetime

from xiangyue.blueprints.reading import CountyFiles, DeclarationsFaulty
from xiangyue.councils.blueprint import CouncilKind


def load(*, files: CountyFiles, at: datetime) -> None:
    """:raises DeclarationsFaulty: as said; nothing is loaded then."""
    if faults := faults_in(files):
        raise DeclarationsFaulty(faults)


def faults_in(files: CountyFiles) -> list[str]:
    roles = files.declarations.get("role", {})
    notices = files.declarations.get("notice_kind", {})
    found: list[str] = []
    for key, declared in files.declarations.get("council", {}).items():
        assert isinstance(declared, CouncilKind)
        named = [role for seat in declared.seats for role in seat.roles]
        named += [role for pair in declared.apart for some in pair.roles.values() for role in some]
        found += [
            f"council {key}: no role {role}" for role in dict.fromkeys(named) if role not in roles
        ]
        if declared.notice_kind not in notices:
            found.append(f"council {key}: no kind of notice {declared.notice_kind}")
        for number, scenario in enumerate(declared.scenarios, start=1):
            if fault := declared.play(scenario):
                found.append(f"council {key}: scenario {number} ({scenario.says.en}): {fault}")
    return found
