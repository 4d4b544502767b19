"""How councils and groups are put into words on every front."""

from django.utils.translation import gettext as _

from xiangyue.councils.rules import Judging


def judging_words(lack: Judging) -> str:
    """What a judgement lacks, in words that say what to do."""
    return {
        Judging.NOBODY_CONCERNED: _("Say first whom it is about; they are asked."),
        Judging.CONSENT_OPEN: _("Not everybody it is about has said whether they want it."),
        Judging.CONSENT_REFUSED: _("Somebody it is about does not want it; it is not judged."),
        Judging.NOT_HEARD: _("Hear everybody it is about first, and write down what they say."),
        Judging.TOO_FEW_JUDGES: _("At least three who are not close to it take part."),
        Judging.NO_WOMAN: _("At least one woman takes part."),
        Judging.NO_WORDS: _("Propose the words."),
        Judging.WORDS_OPEN: _("Not everybody it is about has answered to the words."),
        Judging.WORDS_REFUSED: _("Somebody it is about does not agree to the words; change them."),
    }[lack]
