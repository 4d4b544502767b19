"""What is done with the register; each verb takes the standing of whoever acts."""

from xiangyue.registry.services.bulk import TakenOut, ask_bulk_read, decide_bulk_read, take_out
from xiangyue.registry.services.deleting import delete_values, forget_due, withdraw_consent
from xiangyue.registry.services.many import NewElement, enter_many
from xiangyue.registry.services.people import enter_household, enter_person
from xiangyue.registry.services.reading import read_element
from xiangyue.registry.services.writing import (
    change_own,
    confirm_element,
    correct_element,
    enter_element,
    supplement_element,
)

__all__ = [
    "NewElement",
    "TakenOut",
    "ask_bulk_read",
    "change_own",
    "confirm_element",
    "correct_element",
    "decide_bulk_read",
    "delete_values",
    "enter_element",
    "enter_household",
    "enter_many",
    "enter_person",
    "forget_due",
    "read_element",
    "supplement_element",
    "take_out",
    "withdraw_consent",
]
