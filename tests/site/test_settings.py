"""Settings are safe when unset, and a slip stops the start rather than being taken for a yes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.installations import ROOT
from xiangyue.site.settings import SQLITE_OPTIONS

ASK = """
import json
from xiangyue.site import settings as s
print(json.dumps({
    "debug": s.DEBUG, "demo": s.DEMO, "hosts": s.ALLOWED_HOSTS, "tls": s.BEHIND_TLS,
    "secure": [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0],
    "proxy": s.SECURE_PROXY_SSL_HEADER, "key": s.SECRET_KEY, "channels": s.CHANNELS,
    "engines": {alias: one["ENGINE"] for alias, one in s.DATABASES.items()},
}))
"""


def started(var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XIANGYUE_", "DATABASE_URL", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-c", ASK],
        env=kept | {"PYTHONPATH": str(ROOT / "src"), "XIANGYUE_VAR": str(var)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_unset_is_safe(tmp_path: Path) -> None:
    var = tmp_path / "var"
    said = json.loads(started(var).stdout)
    assert not said["debug"]
    assert not said["demo"]
    assert said["hosts"] == ["127.0.0.1", "localhost", "[::1]"]
    assert said["proxy"] is None
    assert set(said["channels"].values()) == {"outbox"}
    assert len(said["key"]) > 60
    assert var.stat().st_mode & 0o077 == 0
    assert (var / "secret_key").stat().st_mode & 0o077 == 0
    assert json.loads(started(var).stdout)["key"] == said["key"]


def test_a_host_beyond_this_machine_means_secure_cookies(tmp_path: Path) -> None:
    said = json.loads(started(tmp_path, XIANGYUE_HOSTS="shandan.example.cn").stdout)
    assert said["secure"] == [True, True, True]


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"XIANGYUE_TLS": "flase"}, "XIANGYUE_TLS is 'flase'"),
        ({"XIANGYUE_CHANNEL_SMS": "htpp"}, "XIANGYUE_CHANNEL_SMS"),
        (
            {"XIANGYUE_COUNTIES": "shandan,liping", "DATABASE_URL": "postgres:///one"},
            "database of its own",
        ),
        ({"XIANGYUE_COUNTIES": "shandan,shandan"}, "database of its own"),
    ],
)
def test_a_slip_stops_the_start(tmp_path: Path, environment: dict[str, str], told: str) -> None:
    run = started(tmp_path, **environment)
    assert run.returncode != 0
    assert told in run.stderr


def test_each_county_has_a_database_of_its_own(tmp_path: Path) -> None:
    said = json.loads(started(tmp_path, XIANGYUE_COUNTIES="shandan,liping@liping.cn").stdout)
    assert said["engines"] == {
        "default": "xiangyue.kernel.sqlite",
        "liping": "xiangyue.kernel.sqlite",
    }


def test_what_was_acknowledged_is_on_the_disk() -> None:
    """WAL with NORMAL would lose the last commits in a power cut."""
    assert "synchronous=FULL" in SQLITE_OPTIONS["init_command"]
