"""The command line `xiangyue`; docs/operations.md shows it at work."""

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click
from django.utils import translation

from xiangyue.site.choosing import chosen_counties, each, one, only, refuse, several
from xiangyue.site.first_steps import appoint, sign_in_code

logger = logging.getLogger(__name__)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Runs and looks after an installation of Xiangyue."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiangyue.site.settings")
    import django

    django.setup()


def main() -> None:
    """Run the command line; a refusal is a sentence on stderr and status 1."""
    from django.db import OperationalError, ProgrammingError

    from xiangyue.kernel.refusals import Refused

    try:
        commands()
    except (OperationalError, ProgrammingError) as fault:
        logger.debug("the database refused", exc_info=fault)
        refuse(
            f"The database did not do as asked: {str(fault).strip()}\n"
            "If it is new or this software was upgraded, run: xiangyue prepare"
        )
    except Refused as refusal:
        with translation.override("en"):
            refuse(str(refusal))


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


# --- serving ------------------------------------------------------------------------------------


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--processes", type=int, default=0, help="Web server processes; 0 chooses.")
def serve(host: str, port: int, processes: int) -> None:
    """Serve the pages and do what is due, until stopped."""
    _serve(host=host, port=port, processes=processes, announce=lambda: None)


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
def run(host: str, port: int) -> None:
    """Prepare what is missing, then serve; says who can sign in and where."""
    from django.conf import settings

    from xiangyue.site.serving import PortTaken, refuse_taken_port

    try:
        refuse_taken_port(host, port)
    except PortTaken as taken:
        refuse(f"{taken} Choose another: make run PORT=8001")
    _prepare(with_demonstration=settings.DEMO)
    _serve(host=host, port=port, processes=0, announce=_who_can_sign_in)


def _serve(*, host: str, port: int, processes: int, announce: Callable[[], None]) -> None:
    from django.db import connections

    from xiangyue.kernel.counties import all_counties
    from xiangyue.site import serving

    try:
        serving.refuse_taken_port(host, port)
    except serving.PortTaken as taken:
        refuse(str(taken))
    embedded = all(connections[county.alias].vendor == "sqlite" for county in all_counties())
    reachable = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - only compared
    url = f"http://{reachable}:{port}/"

    def ready() -> bool:
        return serving.is_answering(f"{url}healthz")

    def announced() -> None:
        announce()
        click.echo(f"\nServing on {url} - Ctrl-C stops it.")

    commands = {
        "web server": serving.server_command(
            host=host, port=port, is_embedded=embedded, workers=processes
        ),
        "worker": serving.worker_command(),
    }
    sys.exit(serving.supervise(commands, ready=ready, announce=announced))


def _who_can_sign_in() -> None:
    """What the demonstrations wrote down: each role with its phone number, place and token."""
    from django.conf import settings

    if not settings.DEMO:
        return
    for file in sorted(Path(settings.VAR).glob("demo*.json")):
        demonstration = json.loads(file.read_text())
        click.echo(f"\nWho can sign in ({demonstration['county']}); codes are shown on the page:")
        for person in demonstration["people"]:
            who = f"{person['role_name_en']}: {person['name']}, {person['place']}"
            click.echo(f"  {person['phone']}  {who}")
        click.echo(f"Their API tokens: {file}")


@commands.command()
@several
def worker(slugs: tuple[str, ...]) -> None:
    """Do what is due again and again; `serve` starts it beside the web server."""
    from xiangyue.site.working import work

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(chosen_counties(slugs), stop=stop)


# --- setting up ---------------------------------------------------------------------------------


@commands.command()
def prepare() -> None:
    """Bring translations, static files, tables and declarations up to date."""
    _prepare(with_demonstration=False)


def _say(text: str) -> None:
    click.echo(f"==> {text}")


def _prepare(*, with_demonstration: bool) -> None:
    from xiangyue.site.preparing import DemonstrationUnfinished, prepare

    try:
        prepare(say=_say, at=_now(), with_demonstration=with_demonstration)
    except DemonstrationUnfinished as unfinished:
        refuse(str(unfinished))


@commands.command()
@click.argument("county", required=False)
@several
def load_county(county: str | None, slugs: tuple[str, ...]) -> None:
    """Load the county's declarations: whole, or not at all."""
    from xiangyue.blueprints.loading import load_county

    for chosen in each((county, *slugs) if county else slugs):
        new_count = load_county(slug=chosen.slug, at=_now())
        click.echo(f"{chosen.slug}: loaded; {new_count} declarations are new or changed.")


@commands.command()
@one
@click.option(
    "--scale",
    type=click.FloatRange(min=0, min_open=True, max=1),
    help="How much of the county: 1 is the whole, with 100,000 reports a year. Default: 0.01.",
)
@click.option(
    "--days",
    type=click.IntRange(min=1),
    help="How many days of life up to now. Default: 60; at scale 1 a year.",
)
@click.option("--seed", type=int, help="The same seed, the same life. Default: 1.")
def demo(slug: str | None, scale: float | None, days: int | None, seed: int | None) -> None:
    """Prepare a county's database and play a simulated life into it."""
    from xiangyue.site.preparing import demonstrate

    given = {"scale": scale, "days": days, "seed": seed}
    chosen = {name: value for name, value in given.items() if value is not None}
    demonstrate(only(slug), say=_say, at=_now(), **chosen)


# --- looking after it ---------------------------------------------------------------------------


@commands.command()
@several
def tick(slugs: tuple[str, ...]) -> None:
    """Do what is due, once."""
    from xiangyue.site.working import tick

    failed = [f"{county.slug}: {name}" for county in each(slugs) for name in tick(at=_now())]
    if failed:
        refuse("Failed: " + ", ".join(failed))


@commands.command()
@several
def seal(slugs: tuple[str, ...]) -> None:
    """Seal what was recorded since the last signed head."""
    from xiangyue.activity.sealing import seal

    for county in each(slugs):
        head = seal(at=_now(), everything=True)
        click.echo(
            f"{county.slug}: " + (f"sealed up to {head.tree_size}" if head else "nothing new")
        )


@commands.command()
@several
@click.option(
    "--published", "kept", type=click.File(), multiple=True, help="A signed head that others kept."
)
def verify(slugs: tuple[str, ...], kept: tuple[TextIO, ...]) -> None:
    """Prove the activity record and every invariant; status 1 when something is wrong."""
    from xiangyue.site.proving import kept_heads
    from xiangyue.site.verifying import verify_county

    counties = [county.slug for county in chosen_counties(slugs)]
    published = kept_heads([file.read() for file in kept], of=counties)
    is_whole = True
    for county in each(slugs):
        with translation.override("en"):
            problems = verify_county(at=_now(), published=published[county.slug])
        for problem in problems:
            click.echo(f"{county.slug}: {problem}", err=True)
        if not problems:
            click.echo(f"{county.slug}: proven whole.")
        is_whole = is_whole and not problems
    sys.exit(0 if is_whole else 1)


@commands.command()
@one
def head(slug: str | None) -> None:
    """Print the newest signed head of the record, for others to keep."""
    from xiangyue.site.proving import head_now

    _print_json(slug, head_now)


@commands.command()
@one
@click.argument("entry", type=int, required=False)
@click.option("--since", type=click.File(), help="A signed head that somebody kept.")
def prove(slug: str | None, entry: int | None, since: TextIO | None) -> None:
    """Print a proof that a stranger can check: of one entry, or that the record only grew."""
    from xiangyue.site.proving import proof_of, proof_of_growth

    if entry is not None:
        _print_json(slug, lambda: proof_of(entry))
    elif since is not None:
        _print_json(slug, lambda: proof_of_growth(since.read()))
    else:
        raise click.UsageError("Say which entry, or --since which head.")


@commands.command(name="public-key")
@one
def show_public_key(slug: str | None) -> None:
    """Print the key that checks the record's heads; publish it where it cannot be swapped."""
    from xiangyue.activity.keys import public_key

    click.echo(public_key(only(slug).slug), nl=False)


def _print_json(slug: str | None, found: Callable[[], object]) -> None:
    from xiangyue.kernel.counties import bind

    with bind(only(slug).slug):
        click.echo(json.dumps(found(), indent=2))


@commands.command()
@several
@click.option("--into", type=click.Path(path_type=Path), help="A folder; var/backups if left out.")
def backup(slugs: tuple[str, ...], into: Path | None) -> None:
    """Back up database, files and keys, each county to a file of its own, while all work on."""
    from django.conf import settings

    from xiangyue.site.backup import make_backup

    for county in each(slugs):
        at = _now()
        folder = into or settings.VAR / "backups"
        target = folder / f"{county.slug}-{at:%Y%m%dT%H%M%SZ}.tar.gz"
        manifest = make_backup(county=county, target=target, at=at)
        click.echo(f"{county.slug}: {sum(manifest.rows.values())} rows in {target}")


@commands.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@one
@click.option("--force", is_flag=True, help="Replace what is there.")
def restore(archive: Path, slug: str | None, *, force: bool) -> None:
    """Restore a backup, whole or not at all, and prove it; stop the service first."""
    from xiangyue.kernel.counties import bind
    from xiangyue.site.backup import restore_backup
    from xiangyue.site.verifying import verify_county

    county = only(slug)
    with bind(county.slug):
        manifest = restore_backup(county=county, archive=archive, is_forced=force)
        click.echo(f"{county.slug}: restored as it stood at {manifest.made_at}.")
        with translation.override("en"):
            problems = verify_county(at=_now())
    for problem in problems:
        click.echo(f"{county.slug}: {problem}", err=True)
    click.echo(f"{county.slug}: " + ("not whole." if problems else "proven whole."))
    sys.exit(1 if problems else 0)


@commands.command()
@one
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="A .zip file.")
def export(slug: str | None, target: Path) -> None:
    """Write everything the county knows as JSON lines, without secrets."""
    from xiangyue.kernel.counties import bind
    from xiangyue.site.exporting import export_county

    county = only(slug)
    with bind(county.slug):
        counts = export_county(county=county, target=target, at=_now())
    click.echo(f"{county.slug}: {sum(counts.values())} rows of {len(counts)} tables in {target}")


@commands.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    add_help_option=False,
)
@one
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage(slug: str | None, words: tuple[str, ...]) -> None:
    """Run one of Django's own commands, with a county bound."""
    from django.core.management import execute_from_command_line

    from xiangyue.kernel.counties import bind

    with bind(only(slug).slug):
        execute_from_command_line(["xiangyue manage", *words])


commands.add_command(appoint)
commands.add_command(sign_in_code)

if __name__ == "__main__":
    main()
