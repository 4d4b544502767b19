"""Pages of long lists: a county's incidents are counted and chosen by an index, then read.

A page costs the same with ten times the incidents: keys are found in an index that holds all that
narrows the list, only the page's own rows are read, and nobody counts beyond what is of use.
"""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from xiangyue.incidents.models import Incident

COUNTED = 10_000
FEW = 1_000


class Pages(Paginator):  # type: ignore[type-arg]
    """Pages of `rows`, of which the one with the given number is wanted.

    Counted exactly up to `COUNTED`, or as far as the wanted page needs it; `is_more` when there
    are more than `count`. A `count` that is known already is not counted again; `parts` are
    the rows in parts that share nothing, where those are counted faster.
    """

    is_more = False

    def __init__(
        self,
        rows: QuerySet[Incident],
        per_page: int,
        *,
        wanted: str | int | None,
        count: int | None = None,
        parts: Sequence[QuerySet[Incident]] = (),
    ) -> None:
        super().__init__(rows, per_page)
        self.rows = rows
        number = str(wanted)
        self.wanted = int(number) if number.isdecimal() and len(number) < 8 else 1
        self.known = count
        self.parts = parts or (rows,)

    @cached_property
    def count(self) -> int:
        if self.known is not None:
            return self.known
        most = max(COUNTED, (self.wanted + 1) * self.per_page)
        found = sum(part.order_by()[: most + 1].count() for part in self.parts)
        self.is_more = found > most
        return min(found, most)

    def current(self) -> "Page[Incident]":
        """The wanted page, or the nearest to it that there is."""
        return self.get_page(self.wanted)

    def page(self, number: Any) -> "Page[Incident]":
        number = self.validate_number(number)
        begin = (number - 1) * self.per_page
        keys = self._keys(begin, min(begin + self.per_page, self.count))
        # What a category means is known by its digest.
        fresh = Incident.objects.defer("category__body", "grams", "answers")
        fresh.query.select_related = self.rows.query.select_related
        found = fresh.in_bulk(keys)
        return Page([found[key] for key in keys if key in found], number, self)

    def _keys(self, begin: int, end: int) -> list[int]:
        """The keys of a page.

        Of a few among very many the newest are not found by reading all from the newest on: the
        index that counted them gives them all, and they are sorted here.
        """
        order = self.rows.query.order_by
        if self.count <= FEW and order in {("-pk",), ("-created_at",)}:
            by = str(order[0])[1:]
            found = list(self.rows.order_by().values_list(by, "pk"))
            return [key for _by, key in sorted(found, reverse=True)[begin:end]]
        return list(self.rows.values_list("pk", flat=True)[begin:end])
