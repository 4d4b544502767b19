"""With the county's files: no template names what nobody declares, none fails its own scenarios."""

from datetime import datetime

from xiangyue.blueprints.reading import CountyFiles, DeclarationsFaulty
from xiangyue.procedures.blueprint import Procedure, ProcedureAddition
from xiangyue.procedures.checks import of_files, step_faults
from xiangyue.procedures.reading import ADDITION, KIND
from xiangyue.procedures.scenarios import faults_of


def load(*, files: CountyFiles, at: datetime) -> None:
    """:raises DeclarationsFaulty: as said; nothing is loaded then."""
    if faults := faults_in(files):
        raise DeclarationsFaulty(faults)


def faults_in(files: CountyFiles) -> list[str]:
    around = of_files(files.declarations)
    found: list[str] = []
    procedures = files.declarations.get(KIND, {})
    for key, declared in procedures.items():
        assert isinstance(declared, Procedure)
        told = [fault for step in declared.steps for fault in step_faults(step, around)]
        found += [f"procedure {key}: {fault}" for fault in [*told, *faults_of(declared)]]
    for key, declared in files.declarations.get(ADDITION, {}).items():
        assert isinstance(declared, ProcedureAddition)
        if declared.procedure not in procedures:
            found.append(f"procedure_addition {key}: no procedure {declared.procedure}")
        for one in declared.steps:
            found += [f"procedure_addition {key}: {f}" for f in step_faults(one.step, around)]
    return found
