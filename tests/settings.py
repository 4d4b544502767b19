"""Settings for the tests: two counties, on SQLite unless TEST_DATABASE_URL names PostgreSQL.

`{county}` in the URL stands for the county's slug.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("XIANGYUE_SECRET_KEY", "only-for-tests")
if "XIANGYUE_TEST_VAR" not in os.environ:  # the workers of one run share the folder of the first
    for left in Path(tempfile.gettempdir()).glob("xiangyue-tests-*-*"):  # by runs that were killed
        try:
            os.kill(int(left.name.split("-")[2]), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(left, ignore_errors=True)
        except PermissionError:
            pass  # somebody else's, and alive
    os.environ["XIANGYUE_TEST_VAR"] = tempfile.mkdtemp(prefix=f"xiangyue-tests-{os.getpid()}-")
    atexit.register(shutil.rmtree, os.environ["XIANGYUE_TEST_VAR"], ignore_errors=True)
os.environ["XIANGYUE_VAR"] = os.environ["XIANGYUE_TEST_VAR"]
os.environ.pop("DATABASE_URL", None)
os.environ["XIANGYUE_COUNTIES"] = (
    "shandan@shandan.test@testserver@localhost@127.0.0.1,jinchang@jinchang.test"
)
if url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = url

from xiangyue.site.settings import *  # noqa: F403
from xiangyue.site.settings import DATABASES, STATIC_ROOT, VAR

ALLOWED_HOSTS = ["*"]
DEBUG = False
BEHIND_TLS = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
STORAGES = {
    "default": {"BACKEND": "xiangyue.kernel.files.CountyStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A file each, as in a real installation: threads then have connections of their own.
for alias, database in DATABASES.items():
    if "sqlite" in database["ENGINE"]:
        database["TEST"] = {"NAME": str(VAR / f"{alias}-test.sqlite3")}
        # No test cuts the power of these; waiting for the disk would only take time.
        options = database["OPTIONS"]
        quick = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
        database["OPTIONS"] = options | {"init_command": quick}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each worker keeps its uploads apart, as its databases are its own.
if "XIANGYUE_MEDIA" not in os.environ:
    MEDIA_ROOT = VAR / "media" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
STATIC_ROOT.mkdir(exist_ok=True)
