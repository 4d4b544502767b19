"""Which counties a command is for: the options, and what they choose."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from xiangyue.kernel.counties import County

several = click.option(
    "--county", "slugs", multiple=True, help="Only this county; may be given again. Else all."
)
one = click.option("--county", "slug", help="Which county; may be left out when there is only one.")


def refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def chosen_counties(slugs: tuple[str, ...]) -> "tuple[County, ...]":
    from xiangyue.kernel.counties import all_counties, county_named

    if not slugs:
        return all_counties()
    return tuple(county_named(slug) or _unknown(slug) for slug in slugs)


def only(slug: str | None) -> "County":
    from xiangyue.kernel.counties import all_counties, county_named

    if slug is not None:
        return county_named(slug) or _unknown(slug)
    if len(all_counties()) > 1:
        names = ", ".join(county.slug for county in all_counties())
        refuse(f"Several counties are served here; say which with --county: {names}.")
    return all_counties()[0]


def _unknown(slug: str) -> NoReturn:
    from xiangyue.kernel.counties import all_counties

    names = ", ".join(county.slug for county in all_counties())
    refuse(f"No county is called {slug!r} here; there is {names}.")


def each(slugs: tuple[str, ...]) -> "Iterator[County]":
    """Each chosen county, bound while it has its turn."""
    from xiangyue.kernel.counties import bind

    for county in chosen_counties(slugs):
        with bind(county.slug):
            yield county
