"""Kernels of materials that expire: who can still take what when.

What is consumed takes the lots that expire first. Consumers are placed in the order of the list,
not in order of time, so that each replays all of them: it may start when it leaves none of those
before it in the list without. Later it finds less or the same unless something comes in, so only
instants of supply are tried.

Supply and use stand on a shelf in order of time, and so does how far most of them have been
replayed: whoever comes after that goes on from there.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Ints, get, spot
from sanpin.factory.engine.lists.state import mix

__all__ = ["fresh_at"]

USES, USES_END = at.USES, at.USES_END
ARRIVALS, ARRIVALS_END, MADE_LOG, LIFE, DRAWN_LOG = (
    at.ARRIVALS, at.ARRIVALS_END, at.MADE_LOG, at.LIFE, at.DRAWN_LOG,
)  # fmt: skip
S_MADE, S_DRAWN, S_MADE_HASH, S_DRAWN_HASH = at.S_MADE, at.S_DRAWN, at.S_MADE_HASH, at.S_DRAWN_HASH
S_SUPPLIES, S_REPLAYED, S_HEAD, S_TAKEN = at.S_SUPPLIES, at.S_REPLAYED, at.S_HEAD, at.S_TAKEN

LAG = 128
"""Uses at the end that are replayed anew each time: what comes next may come before some."""


@kernel
def fresh_at(plant: Ints, lot: Ints, op: int, t: int, first: int, last: int) -> int:
    """Return `t` if what an operation consumes then has not expired, else the next instant to try.

    Parameters
    ----------
    first, last : places of the list of those who start with it and are not booked yet

    Returns
    -------
    `t`, the next supply of what was lacking, or `FAR` when nothing follows.
    """
    for row in range(get(plant, at.P_OP, op, USES), get(plant, at.P_OP, op, USES_END)):
        material = get(plant, at.P_NEED, row, 0)
        life = get(plant, at.P_MATERIAL, material, LIFE)
        if life >= FAR:
            continue
        shelf = lot[at.L_SHELF] + get(plant, at.P_MATERIAL, material, at.SHELF)
        _renew(plant, lot, material, shelf)
        amount = _needed(plant, lot, row, first, last)
        uses = _uses(plant, material, shelf)
        if _lacks(lot, (shelf, uses, life), t, amount):
            return _next_supply(lot, shelf, t)
    return t


@kernel
def _uses(plant: Ints, material: int, shelf: int) -> int:
    """Return where the uses of a material begin on its shelf, behind all that may supply it."""
    arrivals = get(plant, at.P_MATERIAL, material, ARRIVALS_END) - get(
        plant, at.P_MATERIAL, material, ARRIVALS
    )
    makers = get(plant, at.P_MATERIAL, material, DRAWN_LOG) - get(
        plant, at.P_MATERIAL, material, MADE_LOG
    )
    return int(shelf + at.SHELF_HEAD + 2 * (arrivals + makers))


@kernel
def _renew(plant: Ints, lot: Ints, material: int, shelf: int) -> None:
    """Add what was logged since the shelf was looked at last; it begins anew if that has changed.

    Of what it knows a hash is kept, as the state has one of all that is logged.
    """
    state = lot[at.L_STATE]
    made, drawn = (
        lot[state + plant[at.AT_MADE_ROWS] + material],
        lot[state + plant[at.AT_DRAWN_ROWS] + material],
    )
    made_log = get(plant, at.P_MATERIAL, material, MADE_LOG)
    drawn_log = get(plant, at.P_MATERIAL, material, DRAWN_LOG)
    made_hash, drawn_hash = lot[shelf + S_MADE_HASH], lot[shelf + S_DRAWN_HASH]
    for row in range(made_log + lot[shelf + S_MADE], made_log + made):
        made_hash += mix(lot[spot(lot, at.L_LOG, row, 0)], lot[spot(lot, at.L_LOG, row, 2)])
    for row in range(drawn_log + lot[shelf + S_DRAWN], drawn_log + drawn):
        drawn_hash += mix(lot[spot(lot, at.L_LOG, row, 0)], lot[spot(lot, at.L_LOG, row, 2)])
    known = (
        lot[shelf + S_SUPPLIES] > 0
        and lot[shelf + S_MADE] <= made
        and lot[shelf + S_DRAWN] <= drawn
        and made_hash == lot[state + plant[at.AT_MADE] + material]
        and drawn_hash == lot[state + plant[at.AT_USED] + material]
    )
    if not known:
        for place in range(shelf, shelf + at.SHELF_HEAD):
            lot[place] = 0
        _stock(plant, lot, material, shelf)
    for row in range(made_log + lot[shelf + S_MADE], made_log + made):
        end, amount = lot[spot(lot, at.L_LOG, row, 0)], lot[spot(lot, at.L_LOG, row, 2)]
        _supply(plant, lot, material, shelf, end, amount)
    uses = _uses(plant, material, shelf)
    for row in range(lot[shelf + S_DRAWN], drawn):
        start = lot[spot(lot, at.L_LOG, drawn_log + row, 0)]
        amount = lot[spot(lot, at.L_LOG, drawn_log + row, 2)]
        if _add(lot, uses, row, start, amount) < lot[shelf + S_REPLAYED]:
            _begin(lot, shelf)
    lot[shelf + S_MADE], lot[shelf + S_DRAWN] = made, drawn
    lot[shelf + S_MADE_HASH] = lot[state + plant[at.AT_MADE] + material]
    lot[shelf + S_DRAWN_HASH] = lot[state + plant[at.AT_USED] + material]
    if drawn - lot[shelf + S_REPLAYED] > 2 * LAG:
        life = get(plant, at.P_MATERIAL, material, LIFE)
        _replay(lot, (shelf, uses, life), drawn - LAG)


@kernel
def _stock(plant: Ints, lot: Ints, material: int, shelf: int) -> None:
    """Put what arrives from outside on an empty shelf."""
    before = 0
    for row in range(
        get(plant, at.P_MATERIAL, material, ARRIVALS),
        get(plant, at.P_MATERIAL, material, ARRIVALS_END),
    ):
        so_far = get(plant, at.P_ARRIVAL, row, 1)
        _supply(plant, lot, material, shelf, get(plant, at.P_ARRIVAL, row, 0), so_far - before)
        before = so_far


@kernel
def _supply(plant: Ints, lot: Ints, material: int, shelf: int, time: int, amount: int) -> None:
    """Add a lot; what was replayed of later uses counts no more."""
    _add(lot, shelf + at.SHELF_HEAD, lot[shelf + S_SUPPLIES], time, amount)
    lot[shelf + S_SUPPLIES] += 1
    replayed = lot[shelf + S_REPLAYED]
    if replayed > 0 and time <= lot[_uses(plant, material, shelf) + 2 * (replayed - 1)]:
        _begin(lot, shelf)


@kernel
def _begin(lot: Ints, shelf: int) -> None:
    """Go back to the beginning, where nothing was taken."""
    lot[shelf + S_REPLAYED] = lot[shelf + S_HEAD] = lot[shelf + S_TAKEN] = 0


@kernel
def _add(lot: Ints, events: int, count: int, time: int, amount: int) -> int:
    """Add an event to some that stand in order of time; return which one it is.

    Parameters
    ----------
    events : place of the first one's time in the flat array; its amount follows
    count : how many there are
    """
    here = count
    while here > 0 and lot[events + 2 * here - 2] > time:
        lot[events + 2 * here] = lot[events + 2 * here - 2]
        lot[events + 2 * here + 1] = lot[events + 2 * here - 1]
        here -= 1
    lot[events + 2 * here], lot[events + 2 * here + 1] = time, amount
    return here


@kernel
def _draw(
    lot: Ints, shelf: int, life: int, stand: tuple[int, int], use: tuple[int, int]
) -> tuple[int, int, int]:
    """Take from the lots that expire first, as far as they have come and not expired.

    Parameters
    ----------
    stand : the first lot that has not been used up, and how much was taken of it
    use : when how much is wanted

    Returns
    -------
    How the lots stand then, and how much is missing.
    """
    (head, taken), (now, wanted) = stand, use
    lots, supplies = shelf + at.SHELF_HEAD, lot[shelf + S_SUPPLIES]
    while head < supplies and lot[lots + 2 * head] + life <= now:
        head, taken = head + 1, 0
    while wanted > 0 and head < supplies and lot[lots + 2 * head] <= now:
        part = min(wanted, lot[lots + 2 * head + 1] - taken)
        wanted, taken = wanted - part, taken + part
        if taken == lot[lots + 2 * head + 1]:
            head, taken = head + 1, 0
    return head, taken, wanted


@kernel
def _replay(lot: Ints, where: tuple[int, int, int], goal: int) -> None:
    """Note how the lots stand after some of the uses."""
    shelf, uses, life = where
    head, taken = lot[shelf + S_HEAD], lot[shelf + S_TAKEN]
    for use in range(lot[shelf + S_REPLAYED], goal):
        drawn = lot[uses + 2 * use], lot[uses + 2 * use + 1]
        head, taken, _ = _draw(lot, shelf, life, (head, taken), drawn)
    lot[shelf + S_REPLAYED], lot[shelf + S_HEAD], lot[shelf + S_TAKEN] = goal, head, taken


@kernel
def _lacks(lot: Ints, where: tuple[int, int, int], t: int, amount: int) -> bool:
    """Tell whether more would be missing in all if an amount were taken at an instant.

    Parameters
    ----------
    where : the shelf, the first use on it, and how long the material keeps
    """
    shelf, uses, life = where
    count, use = lot[shelf + S_DRAWN], lot[shelf + S_REPLAYED]
    head, taken = lot[shelf + S_HEAD], lot[shelf + S_TAKEN]
    if use > 0 and lot[uses + 2 * use - 2] > t:
        use, head, taken = 0, 0, 0
    while use < count and lot[uses + 2 * use] <= t:
        drawn = lot[uses + 2 * use], lot[uses + 2 * use + 1]
        head, taken, _ = _draw(lot, shelf, life, (head, taken), drawn)
        use += 1
    # From here on both ways are gone, until they meet.
    other_head, other_taken, more = _draw(lot, shelf, life, (head, taken), (t, amount))
    while use < count and (other_head != head or other_taken != taken):
        drawn = lot[uses + 2 * use], lot[uses + 2 * use + 1]
        head, taken, missing = _draw(lot, shelf, life, (head, taken), drawn)
        more -= missing
        other_head, other_taken, missing = _draw(lot, shelf, life, (other_head, other_taken), drawn)
        more += missing
        use += 1
    return bool(more > 0)


@kernel
def _next_supply(lot: Ints, shelf: int, t: int) -> int:
    """Return when something comes next after an instant, `FAR` if nothing does."""
    low, high = 0, lot[shelf + S_SUPPLIES]
    while low < high:
        middle = (low + high) >> 1
        if lot[shelf + at.SHELF_HEAD + 2 * middle] <= t:
            low = middle + 1
        else:
            high = middle
    if low == lot[shelf + S_SUPPLIES]:
        return FAR
    return int(lot[shelf + at.SHELF_HEAD + 2 * low])


@kernel
def _needed(plant: Ints, lot: Ints, row: int, first: int, last: int) -> int:
    """Return how much a need asks for, with what others at places of the list take of the same."""
    material, total = get(plant, at.P_NEED, row, 0), get(plant, at.P_NEED, row, 1)
    for place in range(first, last):
        other = lot[lot[at.L_ORDER] + place]
        for need in range(get(plant, at.P_OP, other, USES), get(plant, at.P_OP, other, USES_END)):
            if get(plant, at.P_NEED, need, 0) == material:
                total += get(plant, at.P_NEED, need, 1)
    return total
