"""Locks on things that have no row of their own to lock: what one person gave today, what one customer was given."""

from django.db import connection


def hold(*names: str) -> None:
    """Wait for, and keep until the end of the transaction, the locks of these names; always in the same order, so that nobody waits in a ring."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name", [sorted(set(names))])


def hold_giving(person: int, customer: int | None, contact: str) -> None:
    """Let nobody else give in this person's name, or to this customer, until this is done: limits are sums over other cases too."""
    names = [f"gives:{person}"]
    names += [f"customer:{customer}"] if customer is not None else []
    names += [f"contact:{contact}"] if contact else []
    hold(*names)
