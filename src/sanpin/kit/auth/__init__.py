"""Who may do what: users, roles, sessions and keys. Nothing here knows the web.

`users` and `roles` say who may what in a firm; `passwords`, `sessions` and `throttle` let people
in, `keys` with `scopes` let programs in; `tokens` makes all secrets.
"""

from sanpin.kit.auth.identity import Identity
from sanpin.kit.auth.keys import ApiKey, NewKey, create_key, identify_key, list_keys, revoke_key
from sanpin.kit.auth.roles import ROLE_LABELS, Role
from sanpin.kit.auth.sessions import (
    NewSession,
    identify_session,
    log_in,
    log_out,
    purge_sessions,
)
from sanpin.kit.auth.users import (
    User,
    create_user,
    disable_user,
    enable_user,
    find_user,
    has_users,
    list_users,
    set_password,
    set_role,
)

__all__ = [
    "ROLE_LABELS",
    "ApiKey",
    "Identity",
    "NewKey",
    "NewSession",
    "Role",
    "User",
    "create_key",
    "create_user",
    "disable_user",
    "enable_user",
    "find_user",
    "has_users",
    "identify_key",
    "identify_session",
    "list_keys",
    "list_users",
    "log_in",
    "log_out",
    "purge_sessions",
    "revoke_key",
    "set_password",
    "set_role",
]
