"""Rules between firms: who lets whom see which events. Without a rule, each sees its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from sanpin.base import N_, InputError, StateError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.ids import new_id
from sanpin.trace.service.naming import thing_named
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.intern import Naming
from sanpin.trace.store.sights import RULE_KINDS, add_rule, remove_rule, rules_of

__all__ = ["RULE_KINDS", "give_sight", "rule_records", "sight_rules", "take_sight_back"]


def give_sight(ctx: Context, viewer: str, kind: str, scope: str = "") -> str:
    """Let another firm see events of one's own; return the id of the rule.

    Parameters
    ----------
    viewer : name of the other firm
    kind : ``owner`` for all events; ``place`` for those at a place or within it; ``traded`` for
        events of things that passed between both; ``chain`` for everything that hangs together
        with those, as far as others on the way gave this rule too
    scope : the place; or for ``traded`` and ``chain`` the party or place of the viewer that own
        events name as source or destination; in any writing
    """
    ctx.require(Role.ADMIN)
    if (
        kind not in RULE_KINDS
        or not viewer
        or viewer == ctx.firm
        or (kind == "owner") != (not scope)
    ):
        raise InputError(
            "trace.rule.kind",
            N_("A rule “{kind}” for “{viewer}” with “{scope}” makes no sense."),
            hint=N_("Choose owner without a scope, or place, traded or chain with one."),
            kind=kind,
            viewer=viewer,
            scope=scope,
        )
    name = thing_named(scope) if scope else ""
    rule = new_id()

    def work(conn: Connection) -> Naming:
        """Write the rule, and who gave it."""
        blocks = Blocks(conn)
        naming = Naming(conn, blocks)
        values = {
            "id": rule,
            "owner_id": naming.owner(ctx.firm),
            "viewer_id": naming.owner(viewer),
            "kind": kind,
            "scope": name,
            "created": ctx.now(),
            "created_by": ctx.actor.user,
        }
        add_rule(conn, values)
        after = {"viewer": viewer, "kind": kind, "scope": name}
        audit.record(conn, ctx, "trace.rule.give", f"rule/{rule}", None, after)
        blocks.save()
        return naming

    ctx.db.transact(work).keep()
    return rule


def take_sight_back(ctx: Context, rule: str) -> None:
    """Take a rule back that one has given.

    Raises
    ------
    StateError
        ``trace.rule.none``
    """
    ctx.require(Role.ADMIN)

    def work(conn: Connection) -> bool:
        """Remove it, and say who did."""
        done = remove_rule(conn, ctx.firm, rule)
        if done:
            audit.record(conn, ctx, "trace.rule.take_back", f"rule/{rule}")
        return done

    if not ctx.db.transact(work):
        error = StateError(
            "trace.rule.none",
            N_("You have given no rule {rule}."),
            hint=N_("Look at the list of rules."),
            rule=rule,
        )
        error.status = 404
        raise error


def sight_rules(ctx: Context) -> list[dict[str, Any]]:
    """Rules that the firm gave or got, oldest first."""
    with ctx.db.read() as conn:
        return rules_of(conn, ctx.firm)


def rule_records(ctx: Context) -> list[dict[str, Any]]:
    """Rules that the firm gave or got, as the doors tell them."""
    ctx.require(Role.VIEWER)
    names = ("id", "owner", "viewer", "kind", "scope", "created", "created_by")
    return [{name: rule[name] for name in names} for rule in sight_rules(ctx)]
