"""What every adapter raises when a text did not go out."""


class ChannelFailed(Exception):  # noqa: N818 - named for what it says
    """The channel did not take the text; the message says why, for staff.

    `is_final`: trying again cannot help (the address does not exist).
    """

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final
