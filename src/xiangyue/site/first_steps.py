"""The first steps of a real installation: its first posts, and codes before any channel."""

from datetime import timedelta

import click

from xiangyue.site.choosing import one, only, refuse


@click.command()
@one
@click.option("--phone", required=True, help="The person's mobile number.")
@click.option("--name", default="", help="Needed when the number is not registered yet.")
@click.option("--role", required=True, help="A declared role, such as administrator.")
@click.option("--place", "place_code", required=True, help="The code of the place.")
@click.option(
    "--unit", "unit_code", default="", help="The code of the unit, if the role is in one."
)
def appoint(
    *, slug: str | None, phone: str, name: str, role: str, place_code: str, unit_code: str
) -> None:
    """Give somebody a post; the first administrator gives the others on the pages."""
    from django.utils import timezone

    from xiangyue.access.appointments import appoint as give
    from xiangyue.access.codes import required_mobile
    from xiangyue.kernel.counties import bind
    from xiangyue.places.models import Organisation, Person, Place
    from xiangyue.places.services import register_person

    with bind(only(slug).slug):
        now = timezone.now()
        number = required_mobile(phone)
        place = Place.objects.filter(code=place_code, is_active=True).first()
        if place is None:
            refuse(f"There is no place with the code {place_code}.")
        unit = Organisation.objects.filter(code=unit_code, is_active=True).first()
        if unit_code and unit is None:
            refuse(f"There is no unit with the code {unit_code}.")
        person = Person.objects.filter(phone=number).first()
        if person is None and not name.strip():
            refuse(f"Nobody is registered under {number}; say --name too.")
        if person is None:
            person = register_person(name=name.strip(), phone=number, place=place, at=now)
        give(person=person, role=role, place=place, organisation=unit, at=now)
    click.echo(f"{person.name} is {role} at {place.name} now.")


@click.command()
@one
@click.option("--phone", required=True, help="The person's mobile number.")
def sign_in_code(slug: str | None, phone: str) -> None:
    """Show a code to sign in with; hand it over in person, where no text message can be sent."""
    from django.utils import timezone

    from xiangyue.access.codes import issue_code
    from xiangyue.access.models import Purpose
    from xiangyue.access.rules import CODE_LIFE
    from xiangyue.kernel.counties import bind

    with bind(only(slug).slug):
        code = issue_code(phone=phone, purpose=Purpose.SIGN_IN, at=timezone.now())
    click.echo(f"{code}, good for {CODE_LIFE // timedelta(minutes=1)} minutes")
