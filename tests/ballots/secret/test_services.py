"""The secret box over the real database: what is refused, and what is not to be found in it."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests import worlds
from tests.ballots.conftest import AT, CLOSES, DURING, OPENS, Village
from tests.ballots.secret.box import Played, opened, plan
from tests.ballots.secret.script import script
from tests.ballots.secret.voting import secret_of
from xiangyue.activity.models import Entry
from xiangyue.ballots import queries as ballots
from xiangyue.ballots.models import Participation
from xiangyue.ballots.refusals import (
    AlreadyTookPart,
    BallotNotOpen,
    BallotStands,
    CountsMissing,
    NotOnRoll,
)
from xiangyue.ballots.secret import board, queries, sealing, services, triggers
from xiangyue.ballots.secret.invariants import INVARIANTS
from xiangyue.ballots.secret.models import SealedVote, SecretBox, Trustee
from xiangyue.ballots.secret.refusals import (
    BoxStands,
    NotTrustee,
    SealRefused,
    ShareRefused,
    SlipRefused,
    TrusteesMissing,
)
from xiangyue.kernel.refusals import Refused

pytestmark = pytest.mark.django_db


@worlds.standing
def played(village: Village) -> Played:
    return opened(village)


def recount(played: Played) -> list[str]:
    sentences: list[str] = []
    script.recount(queries.published(played.box), lambda *words: sentences.append(words[1]))
    return sentences


def test_a_secret_vote_is_cast_opened_recounted_and_counted(
    played: Played, village: Village
) -> None:
    voters = village.villagers[:3]
    for voter in voters:
        played.take(voter)
    receipts = [played.cast(voters[0].name, 0), played.cast(voters[1].name, 1)]
    replaced = played.cast(voters[1].name, 0, again="again")
    assert [receipt.position for receipt in (*receipts, replaced)] == [1, 2, 3]
    assert receipts[1].before == receipts[0].head
    assert receipts[1].head == board.next_head(receipts[0].head, receipts[1].hash)
    for voter in village.villagers[3:20]:
        village.mark(played.ballot, voter, mode="paper")
    played.close()
    village.count(played.ballot, "paper", {"yes": 10, "no": 7})
    with pytest.raises(CountsMissing, match=r"."):
        village.result(played.ballot)
    box = played.open_all()
    assert box.tally == [[2, 0, 0]]
    assert "The recount comes to what was published." in recount(played)
    village.result(played.ballot)
    question = ballots.outcome(played.ballot).facts["questions"][0]
    assert question["by_mode"]["secret_online"] == {"yes": 2, "no": 0, "abstain": 0}
    assert question["total"]["yes"] == 12


class TestEL01:
    """A secret ballot stores no link from voter to vote."""

    def test_slips_and_voters_are_two_sorted_lists(self, played: Played, village: Village) -> None:
        voters = [village.villagers[number] for number in (7, 2, 9, 0)]
        for voter in voters:
            played.take(voter)
        rows = Participation.objects.filter(ballot=played.ballot, mode="secret_online")
        numbers = list(rows.order_by("pk").values_list("entry__number", flat=True))
        assert numbers == sorted(numbers)
        assert played.box.slips == sorted(played.box.slips)
        assert len(played.box.slips) == 4

    def test_a_slip_leaves_no_trace_in_the_order_of_the_rows(self, village: Village) -> None:
        """The same voters in another order give the same rows, slips apart."""

        def left(order: tuple[int, ...]) -> list[tuple[int, str, str]]:
            played = opened(village)
            for number in order:
                played.take(village.villagers[number])
            rows = Participation.objects.filter(ballot=played.ballot).order_by("pk")
            return [(row.entry.number, row.mode, str(row.recorded_by_id)) for row in rows]

        assert left((3, 1, 2)) == left((2, 3, 1))

    def test_nothing_is_recorded_of_a_slip_or_a_vote(
        self, played: Played, village: Village
    ) -> None:
        before = Entry.objects.count()
        played.take(village.villagers[0])
        played.cast(village.villagers[0].name, 0)
        assert Entry.objects.count() == before

    def test_no_row_of_a_sealed_vote_names_a_person_or_a_moment(self) -> None:
        for model in (SealedVote, SecretBox):
            fields = {field.name: field for field in model._meta.get_fields() if field.concrete}
            related = {f.related_model.__name__ for f in fields.values() if f.related_model}
            assert related <= {"Ballot", "SecretBox"}
        kinds = {field.get_internal_type() for field in SealedVote._meta.fields}
        assert not kinds & {"DateTimeField", "DateField", "TimeField"}

    def test_what_is_published_holds_no_voter(self, played: Played, village: Village) -> None:
        voter = village.villagers[0]
        played.take(voter)
        played.cast(voter.name, 0)
        played.close()
        text = str(queries.published(played.box))
        assert voter.name not in text
        assert str(voter.pk) not in text


def test_no_vote_opens_before_every_trustee_has_a_key(village: Village) -> None:
    played = plan(village)
    played.deliver(played.trustees[0])
    with pytest.raises(TrusteesMissing, match=played.trustees[1].name):
        played.open()
    played.ballot.refresh_from_db()
    assert played.ballot.state == "planned"
    played.deliver(played.trustees[1])
    assert played.open().box.fingerprint


def test_no_secret_vote_opens_without_trustees(village: Village) -> None:
    ballot = village.plan(modes=["paper", "secret_online"], is_secret=True)
    with pytest.raises(TrusteesMissing):
        Played(village, ballot).open()


def test_trustees_are_two_at_least_and_different(village: Village) -> None:
    ballot = village.plan(modes=["paper", "secret_online"], is_secret=True)
    for people in (village.villagers[:1], [village.villagers[0]] * 2, village.villagers[:10]):
        with pytest.raises(Refused):
            services.name_trustees(ballot=ballot, people=people, at=AT)
    open_vote = village.plan()
    with pytest.raises(Refused):
        services.name_trustees(ballot=open_vote, people=village.villagers[:2], at=AT)


def test_a_trustees_key_is_their_own_and_proved(village: Village) -> None:
    played = plan(village)
    one, two = played.trustees
    with pytest.raises(NotTrustee):
        services.deliver_share(trustee=one, share=played.share(one), by=two.person, at=AT)
    for share in (played.share(two), {}, {"key": "1", "proof": []}, {"key": [], "proof": None}):
        with pytest.raises(ShareRefused):
            services.deliver_share(trustee=one, share=share, by=one.person, at=AT)


def test_after_the_opening_no_key_and_no_trustee_changes(played: Played) -> None:
    one = played.trustees[0]
    with pytest.raises(BoxStands):
        services.deliver_share(trustee=one, share=played.share(one, "x"), by=one.person, at=DURING)
    with pytest.raises(BoxStands):
        services.name_trustees(ballot=played.ballot, people=[one.person], at=DURING)


def test_a_voter_takes_one_slip_and_asking_again_changes_nothing(
    played: Played, village: Village
) -> None:
    voter = village.villagers[0]
    played.take(voter)
    played.take(voter)
    assert len(played.box.slips) == 1
    with pytest.raises(SlipRefused):
        played.take(voter, "another phone")
    with pytest.raises(SlipRefused):
        played.take(village.villagers[1], voter.name)
    assert len(played.box.slips) == queries.taken_count(played.box) == 1


def test_nobody_votes_by_phone_and_on_paper(played: Played, village: Village) -> None:
    first, second = village.villagers[:2]
    played.take(first)
    with pytest.raises(AlreadyTookPart):
        village.mark(played.ballot, first, mode="paper")
    village.mark(played.ballot, second, mode="paper")
    with pytest.raises(AlreadyTookPart):
        played.take(second)


def test_who_is_not_on_the_roll_takes_no_slip(played: Played, village: Village) -> None:
    with pytest.raises(NotOnRoll):
        played.take(village.keeper)


@pytest.mark.parametrize("slip", ["", "0" * 63, "0" * 65, "G" * 64, "é" * 64])
def test_a_slip_is_a_hash(played: Played, village: Village, slip: str) -> None:
    with pytest.raises(SealRefused):
        services.take_slip(ballot=played.ballot, voter=village.villagers[0], slip=slip, at=DURING)


@pytest.mark.parametrize("at", [OPENS.replace(year=2025), CLOSES], ids=["before", "the bell"])
def test_nothing_is_taken_before_the_opening_or_after_the_bell(
    played: Played, village: Village, at
) -> None:
    voter = village.villagers[0]
    played.take(voter)
    content = played.sealed(voter.name, 0)
    with pytest.raises(BallotNotOpen):
        services.cast_sealed(ballot=played.ballot, content=content, at=at)
    with pytest.raises(BallotNotOpen):
        played.take(village.villagers[1], at=at)


def test_a_vote_sent_twice_is_once_in_the_box(played: Played, village: Village) -> None:
    voter = village.villagers[0]
    played.take(voter)
    content = played.sealed(voter.name, 0)
    first = services.cast_sealed(ballot=played.ballot, content=content, at=DURING)
    assert services.cast_sealed(ballot=played.ballot, content=content, at=DURING) == first
    assert played.box.vote_count == 1


def test_a_vote_without_a_slip_is_refused(played: Played) -> None:
    with pytest.raises(SealRefused):
        played.cast("nobody", 0)


def test_a_copied_or_changed_vote_is_refused_and_the_box_is_as_before(
    played: Played, village: Village
) -> None:
    one, two = village.villagers[:2]
    played.take(one)
    played.take(two)
    content = played.sealed(one.name, 0)
    services.cast_sealed(ballot=played.ballot, content=content, at=DURING)
    head = played.box.head
    copied = {**content, "credential": sealing.credential_of(secret_of(two.name))}
    for bad in (copied, {**content, "answers": []}, {**content, "x": 1}, {}, {"format": []}):
        with pytest.raises(SealRefused):
            services.cast_sealed(ballot=played.ballot, content=bad, at=DURING)
    assert (played.box.head, played.box.vote_count) == (head, 1)


def test_a_vote_of_another_ballot_is_refused(played: Played, village: Village) -> None:
    voter = village.villagers[0]
    other = opened(village)
    other.take(voter)
    played.take(voter)
    with pytest.raises(SealRefused, match="other_ballot"):
        services.cast_sealed(ballot=played.ballot, content=other.sealed(voter.name, 0), at=DURING)


def test_the_box_opens_after_the_close_and_with_every_trustee(
    played: Played, village: Village
) -> None:
    played.take(village.villagers[0])
    played.cast(village.villagers[0].name, 1)
    one, two = played.trustees
    with pytest.raises(BoxStands):
        services.open_part(trustee=one, shares=played.shares_of(one), by=one.person, at=DURING)
    played.close()
    for shares in (played.shares_of(one, "wrong"), played.shares_of(two), [], None, [[{}]]):
        with pytest.raises(ShareRefused):
            services.open_part(trustee=one, shares=shares, by=one.person, at=CLOSES)  # type: ignore[arg-type]
    with pytest.raises(NotTrustee):
        services.open_part(trustee=one, shares=played.shares_of(one), by=two.person, at=CLOSES)
    services.open_part(trustee=one, shares=played.shares_of(one), by=one.person, at=CLOSES)
    assert played.box.tally is None
    assert "The box has not been opened yet." in recount(played)
    assert queries.published(played.box)["openings"] is None
    question = played.ballot.questions.get()
    assert queries.tally_of(played.ballot, question) is None
    services.open_part(trustee=two, shares=played.shares_of(two), by=two.person, at=CLOSES)
    assert queries.tally_of(played.ballot, question) == {"yes": 0, "no": 1, "abstain": 0}
    facts = Entry.objects.filter(name="ballots.box_opened").get().facts
    assert facts["digest"] == played.box.head


def test_an_empty_box_is_opened_too(played: Played) -> None:
    played.close()
    assert played.open_all().tally == [[0, 0, 0]]
    assert "The recount comes to what was published." in recount(played)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ballots_sealedvote SET hash = 'x'",
        "DELETE FROM ballots_sealedvote",
        "UPDATE ballots_secretbox SET fingerprint = 'x'",
        "UPDATE ballots_secretbox SET vote_count = 0",
        "DELETE FROM ballots_secretbox",
        "UPDATE ballots_trustee SET key = 'x'",
    ],
)
def test_the_database_itself_keeps_the_box(
    played: Played, village: Village, statement: str
) -> None:
    played.take(village.villagers[0])
    played.cast(village.villagers[0].name, 0)
    assert triggers.missing(connection) == []
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_head_of_the_closed_box_goes_into_the_record(played: Played, village: Village) -> None:
    played.take(village.villagers[0])
    played.cast(village.villagers[0].name, 0)
    played.close()
    facts = Entry.objects.get(name="ballots.box_closed").facts
    assert facts == {"digest": played.box.head, "count": 1}
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ballots_secretbox SET head = 'x'")
    assert Trustee.objects.count() == 2


def test_the_invariants_see_what_was_changed_behind_the_services(
    played: Played, village: Village
) -> None:
    def faults() -> list[str]:
        return [fault for check in INVARIANTS.values() for fault in check()]

    for voter in village.villagers[:2]:
        played.take(voter)
        played.cast(voter.name, 0)
    assert faults() == []
    row = SealedVote.objects.get(position=1)
    with triggers.lifted(connection):
        SealedVote.objects.filter(pk=row.pk).update(content=row.content.replace("a", "b", 1))
    assert len(faults()) == 1
    with triggers.lifted(connection):
        SealedVote.objects.filter(pk=row.pk).update(content=row.content)
        SecretBox.objects.update(slips=played.box.slips[:1])
    assert len(faults()) == 2


def test_when_everybody_has_a_slip_the_vote_stays_open_until_the_bell(village: Village) -> None:
    """Whoever was watched votes anew before the end; no early close takes that away."""
    played = opened(village)
    for voter in village.villagers[1:]:
        village.mark(played.ballot, voter, mode="paper")
    played.take(village.villagers[0])
    assert played.ballot.participations.count() == played.ballot.roll.entry_count
    with pytest.raises(BallotStands):
        played.village.close(played.ballot, at=DURING)
