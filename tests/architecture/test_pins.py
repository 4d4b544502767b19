"""What is installed is pinned, and no file says from where."""

import json
import re
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT, files, name

REQUIREMENTS = {"requirements.txt": (), "requirements-dev.txt": ("requirements.txt",)}
PIN = re.compile(r"([A-Za-z0-9._-]+)==[0-9][A-Za-z0-9.+!]*")
ELSEWHERE = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|registry\s*=")


def lines(file: str) -> list[str]:
    return [
        line
        for line in (ROOT / file).read_text().splitlines()
        if line.strip() and not line.startswith(("#", "-r "))
    ]


def pinned(file: str) -> set[str]:
    return {
        canonicalize_name(found[1])
        for one in (file, *REQUIREMENTS[file])
        for line in lines(one)
        if (found := PIN.fullmatch(line))
    }


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_every_package_is_pinned_exactly(file: str) -> None:
    assert [line for line in lines(file) if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_what_packages_need_in_turn_is_pinned_too(file: str) -> None:
    """So that the packages can be installed without working anything out."""
    missing = {
        f"{package} needs {need.name}"
        for package in pinned(file)
        for need in map(Requirement, requires(package) or ())
        if (need.marker is None or need.marker.evaluate({"extra": ""}))
        and canonicalize_name(need.name) not in pinned(file)
    }
    assert missing == set()


def test_no_file_says_from_where_packages_come() -> None:
    told = [
        name(file)
        for pattern in ("requirements*.txt", "package.json", ".npmrc", "pip.conf", "pyproject.toml")
        for file in files(pattern)
        if any(ELSEWHERE.search(line) for line in file.read_text().splitlines())
    ]
    assert told == []


def test_no_lock_file_names_an_address() -> None:
    for file in files("package-lock.json"):
        packages = json.loads(file.read_text())["packages"]
        assert packages
        assert [path for path, package in packages.items() if "resolved" in package] == []
