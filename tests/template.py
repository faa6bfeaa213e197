"""Keeps the migrated, still empty database of a test run as a template for the next: copying it takes a second, migrating half a minute."""

import hashlib
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from config.places import BASE

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "redress_template_"
FIND = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"


def template_name() -> str:
    """Named for what the migrated schema depends on: our migrations and the versions of the libraries with theirs."""
    total = hashlib.sha256((BASE / "requirements.lock").read_bytes())
    for path in sorted(BASE.glob("*/migrations/*.py")):
        total.update(path.name.encode() + path.read_bytes())
    return PREFIX + total.hexdigest()[:16]


def _server(connection: "BaseDatabaseWrapper") -> "psycopg.Connection":
    parameters = {key: value for key, value in connection.get_connection_params().items() if key in {"host", "port", "user", "password"}}
    return psycopg.connect(dbname="postgres", autocommit=True, **parameters)


def find_template(connection: "BaseDatabaseWrapper") -> str | None:
    """The template that fits the migrations, if there is one."""
    with closing(_server(connection)) as server:
        found = {row[0] for row in server.execute(FIND, [PREFIX])}
    return template_name() if template_name() in found else None


def keep_template(connection: "BaseDatabaseWrapper") -> None:
    """Make the database just migrated the template, and drop those of other migrations."""
    database = connection.settings_dict["NAME"]
    if not database.startswith("test_"):
        return
    connection.close()
    with closing(_server(connection)) as server:
        found = {row[0] for row in server.execute(FIND, [PREFIX])}
        if template_name() in found:
            return
        try:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(template_name()), sql.Identifier(database)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # another worker was faster
        for name in found:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
