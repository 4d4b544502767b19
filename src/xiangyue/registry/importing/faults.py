"""Every sentence that says what is wrong with a file or a row, each with what to do about it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILE: Mapping[str, Promise] = {
    "file_empty": _("The file is empty."),
    "file_kind": _("This is no list that can be read. Save it as .xlsx or .csv and upload that."),
    "file_broken": _(
        "The file is damaged or cut off. Open it in Excel or WPS, save it again and upload that."
    ),
    "file_too_big": _("The file is larger than %(most)s MB. Divide the list and upload the parts."),
    "name_differs": _(
        "The name ends in %(ending)s, but inside it is %(kind)s. Save it again in the right form."
    ),
    "web_page": _(
        "This is a web page under the name of a table. Open it in Excel or WPS, save it as .xlsx "
        "and upload that."
    ),
    "macros": _(
        "The file holds macros or embedded programs. Save it as .xlsx without them and upload that."
    ),
    "encrypted": _("The file is locked with a password. Save it without one and upload that."),
    "two_files": _(
        "More than a table is hidden in this file. Copy the table into a new file and upload that."
    ),
    "zip_bomb": _(
        "Unpacked, this file would be far larger than any list. Copy the table into a new file."
    ),
    "too_large": _(
        "The sheet could not be read with the memory and time there are. Often a stray entry far "
        "below or far to the right is to blame: copy the table alone into a new file."
    ),
    "encoding": _(
        "Line %(row)s is written in an unknown character encoding. Save the file as UTF-8 or as "
        ".xlsx."
    ),
    "csv_broken": _(
        "From row %(row)s on the file cannot be divided into cells; a quotation mark is not closed."
    ),
    "too_many_rows": _("The list has more than %(most)s rows. Divide it and upload the parts."),
    "too_many_columns": _("The sheet has more than %(most)s columns. Keep those that are needed."),
    "no_rows": _("Below the headings there is nobody."),
    "no_headings": _(
        "No row with the headings was found within the first 20 rows; recognised: %(found)s. There "
        "must be one row of headings with at least Name and Grid. Where headings are merged over "
        "two rows, write each into one cell."
    ),
    "several_lists": _(
        "The sheets %(one)s and %(other)s both hold a list. Upload one at a time."
    ),
    "column_twice": _("The columns %(one)s and %(other)s have the same heading. Keep one of them."),
    "no_place_column": _(
        "There is no column for grid or village, so nobody knows where these people live."
    ),
    "id_number_column": _(
        "Column %(column)s holds identity numbers. They are needed nowhere and not kept here: "
        "delete the column and upload the file again. Nothing of this file was kept."
    ),
    "not_allowed_any_more": _(
        "The posts of whoever uploaded this no longer reach over all its places."
    ),
    "gave_up": _(
        "The import was begun several times and broke off each time. Tell whoever runs the system."
    ),
}  # fmt: skip

ROW: Mapping[str, Promise] = {
    "missing": _("This must be filled in."),
    "not_text": _("This is TRUE or FALSE rather than text."),
    "strange_character": _("A character here cannot be shown on other computers. Type it again."),
    "excel_error": _("Excel shows an error here. Enter the value itself."),
    "formula": _("This begins like a formula. Enter the value itself."),
    "too_long": _("This is longer than %(most)s characters."),
    "id_number": _("An identity number stands here. They are not kept: delete it."),
    "no_name": _("This is no name."),
    "no_code": _("A number of one's own consists of letters, digits and dashes."),
    "code_became_date": _(
        "Excel has made a date of this. Format the column as text and type it again."
    ),
    "rounded_phone": _(
        "Excel has rounded this number. Format the column as text and type it again."
    ),
    "no_phone": _("This is no mobile number of eleven digits."),
    "several_phones": _("Several numbers stand here. Keep the person's own."),
    "no_date": _("This is no date. Write it like 1965-03-01."),
    "incomplete_date": _("Year, month and day are needed, like 1965-03-01."),
    "date_order": _("Write the year first, in four digits: 1965-03-01."),
    "no_such_day": _("There is no such day in the calendar."),
    "date_out_of_range": _("The date is before 1900 or in the future."),
    "place_missing": _("Say in which grid the person lives."),
    "no_village": _("No village or community here is called %(text)s."),
    "several_villages": _("Several villages are called %(text)s. Add the town, or use the code."),
    "no_grid": _("There is no such grid for households: %(text)s. See the list in the template."),
    "several_grids": _("Several grids are called %(text)s. Add the village, or use the code."),
    "grid_needed": _("%(village)s has several grids; say in which the person lives."),
    "grid_not_in_village": _("%(grid)s does not lie in %(village)s."),
    "outside_area": _("%(text)s lies outside the area whose lists you keep."),
    "household_elsewhere": _("This household is registered in another grid."),
    "household_zeros": _(
        "In this grid there is a household %(other)s. Excel drops zeros at the beginning: if it is "
        "the same one, write its number so, in a cell formatted as text."
    ),
    "household_too_long": _("Together with the grid's code this is longer than 40 characters."),
    "household_two_addresses": _("Row %(other)s gives another address for this household."),
    "household_unclear": _(
        "Several households have this address. Fill in the household number as well."
    ),
    "household_needed": _(
        "This person belongs to a household in another grid. Fill in the household number or the "
        "address of the new one."
    ),
    "person_no_number": _("This is no system number. Leave it as the export wrote it, or empty."),
    "person_unknown": _("Nobody in your area has this system number."),
    "person_is_another": _(
        "This system number belongs to somebody with another name and date of birth."
    ),
    "person_twice": _("Row %(other)s means the same person."),
    "number_twice": _("Row %(other)s has the same number of one's own in the same village."),
    "number_zeros": _(
        "In this village somebody has the number %(other)s. Excel drops zeros at the beginning: if "
        "it is the same person, write it so, in a cell formatted as text."
    ),
    "number_taken": _("Somebody else in the village has this number."),
    "number_is_anothers": _(
        "This number belongs to somebody with another name and date of birth."
    ),
    "phone_twice": _("Row %(other)s has the same number; leave it with the one whose it is."),
    "phone_taken": _("This number is registered for somebody else."),
    "phone_elsewhere": _("This number is registered for somebody elsewhere."),
    "several_alike": _(
        "%(count)s people are registered whom this row could mean. Fill in the system number from "
        "an export."
    ),
    "elsewhere": _(
        "This person is registered in a grid outside your area. Ask whoever keeps the "
        "village's list."
    ),
    "unclear": _(
        "Somebody of this name is registered, and this row does not say whether it is the same. If "
        "it is, fill in the system number from an export; if not, give this person a number of "
        "your own."
    ),
    "many_alike": _("More than 300 people of this name in one village: the list is not in order."),
    "alike_rows": _(
        "Nobody could tell this person from row %(other)s. Delete the row if it is the same "
        "person; else fill in date of birth, household or a number of your own."
    ),
}  # fmt: skip

NOTICES: Mapping[str, Promise] = {
    "columns_left_out": _("Not taken over, because the headings are unknown: %(columns)s"),
    "loaded_before": _("This very file was loaded before, on %(date)s."),
    "register_changed": _(
        "The register has changed since you looked. Please look again before you confirm."
    ),
}  # fmt: skip


def said(sentences: Mapping[str, Promise], code: str, facts: Mapping[str, object]) -> str:
    """The sentence in the reader's language."""
    return str(sentences[code]) % dict(facts)
