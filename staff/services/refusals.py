"""What a service of any app raises when it does not do what it was asked."""


class NotDone(Exception):
    """Things stand otherwise than whoever asked could see. The text is for that person; the back office answers with it (409)."""
