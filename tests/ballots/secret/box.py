"""A secret vote by phone in the village of the ballots' tests, with two trustees."""

from dataclasses import dataclass, field
from typing import Any

from tests.ballots.conftest import AT, CLOSES, DURING, OPENS, Village
from tests.ballots.secret.voting import chance, secret_of
from xiangyue.ballots.models import Ballot
from xiangyue.ballots.secret import board, manifest, sealing, services
from xiangyue.ballots.secret.group import number_text
from xiangyue.ballots.secret.models import SecretBox, Trustee
from xiangyue.ballots.secret.proofs import Powers
from xiangyue.places.models import Person


@dataclass
class Played:
    village: Village
    ballot: Ballot
    trustees: list[Trustee] = field(default_factory=list)

    @property
    def box(self) -> SecretBox:
        return SecretBox.objects.get(pk=self.ballot.pk)

    def share(self, trustee: Trustee, name: str | None = None) -> dict[str, Any]:
        return manifest.prove_share(
            ballot=str(self.ballot.pk),
            trustee=str(trustee.pk),
            secret=secret_of(name or f"trustee {trustee.position}"),
        )

    def deliver(self, trustee: Trustee) -> None:
        services.deliver_share(trustee=trustee, share=self.share(trustee), by=trustee.person, at=AT)

    def open(self) -> "Played":
        from xiangyue.ballots import services as ballots

        self.ballot = ballots.open_ballot(ballot=self.ballot, at=OPENS, by=self.village.keeper)
        return self

    def take(self, voter: Person, name: str = "", **facts: Any) -> None:
        slip = sealing.slip_of(sealing.credential_of(secret_of(name or voter.name)))
        facts = {"at": DURING} | facts
        services.take_slip(ballot=self.ballot, voter=voter, slip=slip, **facts)

    def sealed(self, name: str, *choices: int, again: str = "") -> dict[str, Any]:
        said = self.box.manifest
        assert said is not None
        return sealing.seal_vote(
            said,
            chosen=[[choice] for choice in choices],
            credential_secret=secret_of(name),
            powers=Powers.tabled(int(said["key"], 16)),
            random=chance(f"{self.ballot.pk} {name} {again}"),
        )

    def cast(self, name: str, *choices: int, again: str = "") -> services.Receipt:
        content = self.sealed(name, *choices, again=again)
        return services.cast_sealed(ballot=self.ballot, content=content, at=DURING)

    def close(self) -> None:
        self.ballot = self.village.close(self.ballot, at=CLOSES)

    def shares_of(self, trustee: Trustee, name: str | None = None) -> list[list[dict[str, Any]]]:
        vote, totals, _count = services.sums_of(self.box)
        return board.open_share(
            vote,
            totals,
            head=self.box.head,
            trustee=str(trustee.pk),
            secret=secret_of(name or f"trustee {trustee.position}"),
        )

    def open_all(self) -> SecretBox:
        for trustee in self.trustees:
            services.open_part(
                trustee=trustee, shares=self.shares_of(trustee), by=trustee.person, at=CLOSES
            )
        return self.box


def slip_text(name: str) -> str:
    return sealing.slip_of(number_text(secret_of(name)))


def plan(village: Village, **facts: Any) -> Played:
    """Announced, trustees named; no key made yet."""
    known = {
        "modes": ["paper", "secret_online"],
        "is_secret": True,
        "questions": ["同意修村道吗？"],
    }
    ballot = village.plan(**known | facts)
    box = services.name_trustees(
        ballot=ballot, people=village.villagers[20:22], by=village.keeper, at=AT
    )
    return Played(village, ballot, list(box.trustees.all()))


def opened(village: Village, **facts: Any) -> Played:
    played = plan(village, **facts)
    for trustee in played.trustees:
        played.deliver(trustee)
    return played.open()
