"""What a county may declare about roles and what they may do."""

from xiangyue.blueprints.schema import Declared, Said


class Role(Declared):
    """A role that a person is posted to, and the verbs that come with it.

    `may_in_area` holds within the post's place and all below it, `may_for_unit` for what the
    post's organisation has in hand. `brings` names roles held by virtue of this one (SD-11).
    """

    name: Said
    may_in_area: tuple[str, ...] = ()
    may_for_unit: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()


DECLARES = {"role": Role}
