"""Finding incidents by their words or number; the same on both databases."""

import re

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from xiangyue.incidents import search, services
from xiangyue.incidents.grams import grams_of, phrases_of, runs
from xiangyue.incidents.models import Incident
from xiangyue.incidents.search import FOUND_AT_MOST, matching, number_meant
from xiangyue.kernel.characters import normalise


class TestGrams:
    def test_a_run_gives_its_pairs_and_its_last_character(self):
        assert grams_of("村委会") == "村委 委会 会"

    def test_words_are_kept_apart(self):
        assert grams_of("路灯,坏了") == "路灯 灯 坏了 了"

    def test_full_width_and_traditional_and_capitals_are_made_alike(self):
        assert normalise("ＡＢ１２ 鄉村環境") == "ab12 乡村环境"

    def test_a_search_asks_for_each_word_once(self):
        assert phrases_of("路灯 井 路灯 村委会") == ["路灯", "井", "村委 委会"]

    def test_a_search_asks_for_the_beginning_of_a_long_text_only(self):
        assert len(phrases_of("坏 " * 5_000)) == 1
        assert len(" ".join(phrases_of("路" * 10_000))) < 300

    @given(st.text())
    def test_making_alike_twice_equals_once(self, text):
        assert normalise(normalise(text)) == normalise(text)

    @given(st.text())
    def test_grams_hold_nothing_but_letters_and_single_spaces(self, text):
        grams = grams_of(text)
        assert all(1 <= len(gram) <= 2 and gram.isalnum() for gram in grams.split(" ") if grams)

    @given(st.text(), st.text(alphabet="村委会路灯井盖12ab", min_size=1, max_size=20), st.text())
    def test_whatever_was_written_is_asked_for_by_the_same_grams(self, before, word, after):
        kept = f" {grams_of(f'{before}{word}{after}')} "
        for phrase in phrases_of(word):
            assert f" {phrase} " in kept or (len(phrase) == 1 and f" {phrase}" in kept)

    def test_no_simplified_character_is_itself_changed_again(self):
        text = "里后发台干面谷范余云征只制复"
        assert normalise(text) == text

    @given(st.text())
    def test_runs_are_what_is_between_everything_else(self, text):
        assert "".join(runs(text)) == "".join(c for c in normalise(text) if c.isalnum())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("261121-7K3FX", "261121-7K3FX"),
        ("  261121 7k3fx ", "261121-7K3FX"),
        ("２６１１２１－７Ｋ３ＦＸ", "261121-7K3FX"),
        ("261121-7KIO", "261121-7K10"),
        ("261121", "261121"),
        ("261121-7K3FX-2", "261121-7K3FX-2"),
        ("路灯", ""),
        ("13800138000", ""),
        ("138001380001", ""),
        ("261301", ""),
        ("261121-7K3FXAB", ""),
        ("261121-%", ""),
    ],
)
def test_a_number_is_understood_however_it_was_typed(typed, meant):
    assert number_meant(typed) == meant


@pytest.mark.django_db
class TestMatching:
    @pytest.fixture(autouse=True, params=[0, search.READ_AT_MOST], ids=["by index", "by reading"])
    def _both_ways(self, request, monkeypatch):
        """A few rows are read, of many the index is asked; both find the same."""
        monkeypatch.setattr(search, "READ_AT_MOST", request.param)

    @pytest.fixture(autouse=True)
    def reported(self, scene):
        self.lamp = scene.report(description="路灯坏了，联系李秀英", address="文化广场东侧")
        self.well = scene.report(description="井盖破了,ＡＢＣ超市门口", category="0210")
        self.rare = scene.report(description="𬭛𰻞面館門前積水，找村委会")
        self.scene = scene

    def found(self, text: str) -> set[str]:
        names = {self.lamp.pk: "lamp", self.well.pk: "well", self.rare.pk: "rare"}
        return {names[row.pk] for row in matching(Incident.objects.all(), text)}

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("秀英", "lamp"),
            ("李秀英", "lamp"),
            ("英秀", ""),
            ("文化广场", "lamp"),
            ("路灯 广场", "lamp"),
            ("路灯 井盖", ""),
            ("路燈", "lamp"),
            ("面馆", "rare"),
            ("𬭛𰻞", "rare"),
            ("𬭛", "rare"),
            ("𰻞", "rare"),
            ("𰻞馆", ""),
            ("abc", "well"),
            ("ａｂｃ", "well"),
            ("äbc", ""),
            ("井", "well"),
            ("英", "lamp"),
            ("水", "rare"),
            ("村会", ""),
            ("北滩村", "lamp well rare"),
            ("暴露垃圾", "lamp rare"),
            ("没有这样的", ""),
        ],
    )
    def test_words_find_what_was_written(self, text, names):
        assert self.found(text) == set(names.split())

    def test_two_words_side_by_side_are_not_one_word(self):
        self.scene.report(description="村委 委会")
        assert self.found("村委会") == {"rare"}

    def test_a_number_finds_its_incident_alone(self):
        assert self.found(self.lamp.number) == {"lamp"}
        assert self.found(self.lamp.number.lower().replace("-", " ")) == {"lamp"}

    def test_the_beginning_of_a_number_finds_all_that_begin_so(self):
        assert self.found(self.lamp.number[:6]) == {"lamp", "well", "rare"}
        assert self.found(self.lamp.number[:9]) == {"lamp"}

    def test_digits_that_might_be_a_number_are_looked_for_in_the_words_too(self):
        self.scene.report(description="牌照150312-12345", category="0406")
        assert matching(Incident.objects.all(), "15031212345").count() == 0
        assert matching(Incident.objects.all(), "150312-12345").count() == 1

    def test_an_empty_text_leaves_all_and_one_without_letters_finds_none(self):
        assert self.found("  ") == {"lamp", "well", "rare"}
        assert self.found("!!!") == set()

    @pytest.mark.parametrize(
        "text",
        [
            '"', "'", "''", "*", "路灯*", "NEAR(", "NEAR(路灯 坏了, 5)", "路灯 OR 井盖", "-路灯",
            "grams:路灯", "^路灯", "路灯 & !井", ":*", "\\", "%", "_", "\x00", "路灯\x00坏了",
            "\ud800", "); DROP TABLE incidents_incident; --", "(" * 1000, '"' * 10_000,
            "路灯 " * 5_000, "路" * 10_000, "{grams}: 路灯", "AND", "OR OR", "NOT 路灯", "'路灯':A",
        ],
    )  # fmt: skip
    def test_no_text_is_an_operator_or_breaks_the_search(self, text):
        self.found(text)
        assert Incident.objects.count() == 3

    def test_operators_are_read_as_words(self):
        assert self.found("路灯 OR 井盖") == set()
        assert self.found('"路灯" *坏了') == {"lamp"}

    def test_only_the_given_rows_are_searched(self):
        assert not matching(Incident.objects.exclude(pk=self.lamp.pk), "秀英").exists()

    def test_changed_words_are_found_and_old_ones_are_not(self):
        Incident.objects.filter(pk=self.lamp.pk).update(grams=grams_of("水管漏水"))
        assert self.found("漏水") == {"lamp"}
        assert self.found("秀英") == set()

    def test_what_is_removed_is_no_longer_found(self):
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO incidents_search(incidents_search) VALUES('rebuild')")
        self.lamp.steps.all().delete()
        self.lamp.delete()
        assert self.found("秀英") == set()

    def test_a_reclassified_incident_is_found_by_its_new_category(self):
        moved = self.scene.do(
            services.reclassify_incident, self.lamp, self.scene.dispatcher,
            category_key="0501", reason="是路灯",
        )  # fmt: skip
        name = moved.category.body["name"]["zh"]
        assert "lamp" in self.found(name)
        assert self.found("暴露垃圾") == {"rare"}

    def test_a_search_is_two_queries_however_many_words(self, django_assert_num_queries):
        for text in ("路灯", "路灯 坏了 李秀英 文化 广场 灯"):
            with django_assert_num_queries(2):
                rows = matching(Incident.objects.all(), text)
            with django_assert_num_queries(1):
                list(rows)

    def test_of_too_many_the_newest_are_kept(self):
        Incident.objects.bulk_create(
            [
                Incident(
                    **{
                        field.attname: getattr(self.lamp, field.attname)
                        for field in Incident._meta.concrete_fields
                        if field.name not in {"id", "number", "slip_digest", "grams"}
                    },
                    number=f"260101-{count:05}",
                    slip_digest=str(count),
                    grams=grams_of("烟花爆竹"),
                )
                for count in range(FOUND_AT_MOST + 5)
            ]
        )
        newest = Incident.objects.order_by("-pk").values_list("pk", flat=True)[:FOUND_AT_MOST]
        for text in ("烟花", "烟花爆竹", "烟", "260101"):
            found = matching(Incident.objects.all(), text)
            assert set(found.values_list("pk", flat=True)) == set(newest)

    @given(
        words=st.lists(
            st.text(alphabet="村委会路灯井盖破了12aB", min_size=1, max_size=5),
            min_size=1, max_size=3,
        )
    )  # fmt: skip
    @settings(deadline=None)
    def test_it_finds_what_reading_every_text_would_find(self, words):
        spoken = {
            row.pk: f"{written} {row.place.name} {self._category(row)}"
            for row, written in (
                (self.lamp, "路灯坏了 联系李秀英 文化广场东侧"),
                (self.well, "井盖破了 abc超市门口"),
                (self.rare, "𬭛𰻞面馆门前积水 找村委会"),
            )
        }
        asked = [normalise(word) for word in words]
        expected = {key for key, text in spoken.items() if all(word in text for word in asked)}
        found = matching(Incident.objects.all(), " ".join(words))
        assert set(found.values_list("pk", flat=True)) == expected

    def _category(self, incident: Incident) -> str:
        return re.sub(r"\W", " ", normalise(incident.category.body["name"]["zh"]))


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db
def test_the_triggers_that_keep_the_index_in_step_survived_all_migrations():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        names = {name for (name,) in cursor.fetchall()}
    assert {f"incidents_search_{what}" for what in ("added", "changed", "removed")} <= names
