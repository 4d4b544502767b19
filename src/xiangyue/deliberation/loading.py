"""With the county's files: no form of deliberation names a procedure that nobody declares."""

from datetime import datetime

from xiangyue.blueprints.reading import CountyFiles, DeclarationsFaulty
from xiangyue.deliberation.blueprint import DeliberationForm


def load(*, files: CountyFiles, at: datetime) -> None:
    """:raises DeclarationsFaulty: as said; nothing is loaded then."""
    if faults := faults_in(files):
        raise DeclarationsFaulty(faults)


def faults_in(files: CountyFiles) -> list[str]:
    procedures = files.declarations.get("procedure", {})
    found = []
    for key, declared in files.declarations.get("deliberation_form", {}).items():
        assert isinstance(declared, DeliberationForm)
        if declared.template not in procedures:
            found.append(f"deliberation_form {key}: no procedure {declared.template}")
    return found
