from django.utils.translation import gettext_lazy as _

# Nothing here names a person who was invited, vetted or reminded, nor the outcome of a vetting, an
# appeal or an objection: the record stays for ever, and they are to be forgotten (LP-15, REQ-L06).
ACTIVITIES = {
    "enforcement.committee_begun": {"title": _("A compact committee is being formed"), "facts": ()},
    "enforcement.committee_dissolved": {
        "title": _("A compact committee was dissolved"),
        "facts": (),
    },
    "enforcement.invitation_written": {
        "title": _("An invitation to the compact committee was written"),
        "facts": ("kind",),
    },
    "enforcement.invitation_brought": {
        "title": _("An invitation was brought by hand"),
        "facts": (),
    },
    "enforcement.invitation_answered": {"title": _("An invitation was answered"), "facts": ()},
    "enforcement.member_proposed": {"title": _("A member was proposed"), "facts": ()},
    "enforcement.proposal_withdrawn": {"title": _("A proposal was taken back"), "facts": ()},
    "enforcement.vetting_decided": {"title": _("An office has vetted"), "facts": ("office",)},
    "enforcement.vetting_appealed": {"title": _("A vetting was appealed against"), "facts": ()},
    "enforcement.vetting_appeal_decided": {
        "title": _("An appeal against a vetting was decided"),
        "facts": (),
    },
    "enforcement.members_published": {
        "title": _("Proposed members were put on the board"),
        "facts": ("notice", "count"),
    },
    "enforcement.member_appointed": {"title": _("A member took office"), "facts": ("seat",)},
    "enforcement.member_stepped_down": {"title": _("A member stepped down"), "facts": ("seat",)},
    "enforcement.card_renewed": {"title": _("A work card was renewed"), "facts": ()},
    "enforcement.team_formed": {"title": _("A team was formed"), "facts": ("kind",)},
    "enforcement.team_changed": {"title": _("A team's telephone number changed"), "facts": ()},
    "enforcement.team_dissolved": {"title": _("A team was dissolved"), "facts": ()},
    "enforcement.area_set": {"title": _("A duty area was set"), "facts": ("subject",)},
    "enforcement.area_assigned": {
        "title": _("A duty area was given to somebody, or to nobody"),
        "facts": ("is_held",),
    },
    "enforcement.area_ended": {"title": _("A duty area was taken off the list"), "facts": ()},
    # Who says yes and takes it back stands in no entry; who came does, by the helper's own row.
    "enforcement.help_called": {"title": _("A team asked for helpers"), "facts": ("wanted",)},
    "enforcement.help_offered": {"title": _("Somebody said that they would help"), "facts": ()},
    "enforcement.help_taken_back": {"title": _("Somebody will not help after all"), "facts": ()},
    "enforcement.help_called_off": {"title": _("A call for helpers was called off"), "facts": ()},
    "enforcement.help_given": {"title": _("Somebody helped"), "facts": ()},
    "enforcement.help_thanked": {"title": _("The helpers were thanked"), "facts": ("count",)},
    "enforcement.breach_noted": {"title": _("A breach of the compact was noted"), "facts": ()},
    "enforcement.reminder_step_taken": {
        "title": _("Somebody was reminded of the compact"),
        "facts": ("step",),
    },
    "enforcement.reminder_heard": {"title": _("Somebody was heard about a reminder"), "facts": ()},
    "enforcement.breach_put_right": {"title": _("A breach was put right"), "facts": ()},
    "enforcement.reminder_objected": {"title": _("A reminder was objected to"), "facts": ()},
    "enforcement.reminder_objection_answered": {
        "title": _("An objection to a reminder was answered"),
        "facts": (),
    },
    "enforcement.reminder_erased": {"title": _("A reminder was erased"), "facts": ()},
}
