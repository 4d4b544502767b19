"""Installations to ill-treat."""

from tests.site.conftest import install, installation

__all__ = ["install", "installation"]
