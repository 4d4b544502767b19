"""Settings for the tests: two counties, on SQLite unless TEST_DATABASE_URL names PostgreSQL.

`{county}` in the URL stands for the county's slug.
"""

import os
import tempfile

os.environ.setdefault("XIANGYUE_SECRET_KEY", "only-for-tests")
os.environ.setdefault("XIANGYUE_VAR", tempfile.mkdtemp(prefix="xiangyue-tests-"))
os.environ["XIANGYUE_COUNTIES"] = "shandan@shandan.test@testserver@localhost@127.0.0.1,jinchang@jinchang.test"
if url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = url

from xiangyue.site.settings import *  # noqa: E402, F403
from xiangyue.site.settings import MEDIA_ROOT, VAR  # noqa: E402

ALLOWED_HOSTS = ["*"]
DEBUG = False
BEHIND_TLS = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
