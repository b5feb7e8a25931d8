"""Accounts: who may do what, with passwords as scrypt, lockout, and sessions that can be ended."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from pipeline.edges.store import schema
from pipeline.errors import ReviewError

ROLES = {"view": "閲覧", "read": "一次", "adjudicate": "裁定", "analyse": "分析", "admin": "管理"}
SESSION = timedelta(hours=10)
"""A working day; after that one signs in again."""
_MIN_PASSWORD = 10
_MAX_FAILURES = 5
_LOCKED_FOR = timedelta(minutes=15)
_SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in."""

    name: str
    roles: frozenset[str]
    is_active: bool = True

    def may(self, role: str) -> bool:
        """Whether the account has a role; 管理 alone gives nobody the right to decide."""
        return role in self.roles


@dataclass(frozen=True)
class Session:
    """A signed-in browser."""

    account: Account
    csrf: str


def hash_password(password: str) -> str:
    """Salted scrypt, as ``scrypt$salt$hash`` in hexadecimal.

    Raises:
        ReviewError: The password is too short.
    """
    if len(password) < _MIN_PASSWORD:
        raise ReviewError(f"パスワードは{_MIN_PASSWORD}文字以上にしてください。")
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_scrypt(password, salt).hex()}"


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_SCRYPT)


def _matches(password: str, stored: str) -> bool:
    _, salt, digest = stored.split("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)).hex(), digest)


_NOBODY = f"scrypt${'00' * 16}${'00' * 32}"
"""Compared with where there is no such account, so that the answer takes as long."""


def put_account(connection: Connection, name: str, password: str, roles: frozenset[str]) -> None:
    """Create an account, or change its password and roles; its sessions end.

    Raises:
        ReviewError: An empty name, an unknown role, or a password that is too short.
    """
    if not name.strip() or len(name) > 64 or not name.isprintable():
        raise ReviewError("名前は1〜64文字で入れてください。")
    if not roles or not roles <= set(ROLES):
        raise ReviewError(f"役割は {'、'.join(ROLES)} から選んでください。")
    table = schema.users
    values = {
        "roles": ";".join(sorted(roles)),
        "password": hash_password(password),
        "failures": 0,
        "locked_until": None,
        "is_active": True,
    }
    if connection.scalar(select(table.c.name).where(table.c.name == name)):
        connection.execute(update(table).where(table.c.name == name).values(values))
        connection.execute(delete(schema.sessions).where(schema.sessions.c.name == name))
    else:
        connection.execute(insert(table).values(name=name, **values))


def set_active(connection: Connection, name: str, is_active: bool) -> None:
    """Let an account in again, or shut it out at once."""
    connection.execute(
        update(schema.users).where(schema.users.c.name == name).values(is_active=is_active, failures=0)
    )
    if not is_active:
        connection.execute(delete(schema.sessions).where(schema.sessions.c.name == name))


def list_accounts(connection: Connection) -> list[Account]:
    """Every account, by name."""
    rows = connection.execute(select(schema.users).order_by(schema.users.c.name))
    return [_account(row.name, row.roles, row.is_active) for row in rows]


def find_account(connection: Connection, name: str) -> Account | None:
    """The active account of that name."""
    row = connection.execute(select(schema.users).where(schema.users.c.name == name)).one_or_none()
    return _account(row.name, row.roles, True) if row and row.is_active else None


def _account(name: str, roles: str, is_active: bool) -> Account:
    return Account(name, frozenset(roles.split(";")), is_active)


def count_accounts(connection: Connection) -> int:
    """How many accounts there are."""
    return int(connection.scalar(select(func.count()).select_from(schema.users)) or 0)


def sign_in(connection: Connection, name: str, password: str, now: datetime) -> str:
    """Check a password and open a session; five wrong ones in a row shut the account for 15 minutes.

    Returns:
        The session's token, of which only a hash is stored; empty where name or password is wrong, or the
        account is shut. Which of these is never told.
    """
    table = schema.users
    row = connection.execute(select(table).where(table.c.name == name).with_for_update()).one_or_none()
    is_right = _matches(password, row.password if row else _NOBODY)
    if row is None or not row.is_active or (row.locked_until and row.locked_until > now):
        return ""
    if not is_right:
        failures = row.failures + 1
        locked = now + _LOCKED_FOR if failures >= _MAX_FAILURES else None
        values = {"failures": 0 if locked else failures, "locked_until": locked}
        connection.execute(update(table).where(table.c.name == name).values(values))
        return ""
    connection.execute(update(table).where(table.c.name == name).values(failures=0, locked_until=None))
    return open_session(connection, name, now)


def open_session(connection: Connection, name: str, now: datetime) -> str:
    """A new session's token."""
    connection.execute(delete(schema.sessions).where(schema.sessions.c.expires_at <= now))
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(schema.sessions).values(
            token_hash=_digest(token), name=name, csrf=secrets.token_urlsafe(24), expires_at=now + SESSION
        )
    )
    return token


def find_session(connection: Connection, token: str, now: datetime) -> Session | None:
    """The session of a token, while it lasts and its account may sign in."""
    s, u = schema.sessions, schema.users
    query = (
        select(u.c.name, u.c.roles, s.c.csrf)
        .join(u, u.c.name == s.c.name)
        .where(s.c.token_hash == _digest(token), s.c.expires_at > now, u.c.is_active)
    )
    row = connection.execute(query).one_or_none()
    return Session(_account(row.name, row.roles, True), row.csrf) if row else None


def sign_out(connection: Connection, token: str) -> None:
    """End a session."""
    connection.execute(delete(schema.sessions).where(schema.sessions.c.token_hash == _digest(token)))


def log_access(connection: Connection, name: str, at: datetime, what: str, subject: str) -> None:
    """Note who looked at something that not everybody may see."""
    connection.execute(insert(schema.access_log).values(name=name, at=at, what=what, subject=subject))


@dataclass(frozen=True)
class Access:
    """One look at something that not everybody may see."""

    name: str
    at: datetime
    subject: str


def latest_accesses(connection: Connection, n: int) -> list[Access]:
    """The last looks at originals, newest first."""
    table = schema.access_log
    query = select(table.c.name, table.c.at, table.c.subject).order_by(table.c.seq.desc()).limit(n)
    return [Access(*row) for row in connection.execute(query)]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
