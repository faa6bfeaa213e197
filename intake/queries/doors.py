"""The ways to complain that are made known to customers, as the channels say."""

from intake.models import Channel


def published() -> list[Channel]:
    """Channels in use that customers may read of and that say where to, besides the web form they are looking at."""
    return list(Channel.objects.filter(active=True, published=True).exclude(code="web").exclude(address="").order_by("pk"))
