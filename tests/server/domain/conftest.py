"""Values of any shaped dataclass, drawn from its annotations: whatever may travel or be recorded."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import fields
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import strategies as st

from server.protocol.shape import Hex, Items, Members, Raw, Shaped, Text, Whole

IDS = ("a1", "a2", "a3", "c1", "c2", "i01", "i02", "k1-1", "s0", "f0")
NUMBERS = (0, 1, 2, 1_700_000_000_000, 1_700_000_030_000)
PRINTABLE = st.characters(exclude_categories=["Cs", "Cc"])
ENCODABLE = st.characters(exclude_categories=["Cs"])
OPTIONS = st.fixed_dictionaries({"options": st.lists(st.sampled_from(("i01-o1", "i01-o2")), max_size=2)})


def drawn(hint: Any) -> st.SearchStrategy[Any]:
    """Values of an annotation, mostly small and often the ids of a small sitting."""
    if get_origin(hint) is Annotated:
        base, mark = get_args(hint)[:2]
        return bounded(base, mark)
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of(*(st.none() if part is types.NoneType else drawn(part) for part in get_args(hint)))
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if hint is bool:
        return st.booleans()
    if issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    assert issubclass(hint, Shaped)
    return instances(hint)


def bounded(base: Any, mark: Any) -> st.SearchStrategy[Any]:
    match mark:
        case Text(least, most):
            fitting = [one for one in IDS if least <= len(one) <= most]
            anything = st.text(PRINTABLE, min_size=least, max_size=min(most, least + 9))
            return st.one_of(st.sampled_from(fitting), anything) if fitting else anything
        case Raw(most):
            return st.text(ENCODABLE, max_size=min(most, 9))
        case Whole(least, most):
            return st.one_of(
                st.sampled_from([n for n in NUMBERS if least <= n <= most] or [least]), st.integers(least, most)
            )
        case Hex(octets):
            return st.binary(min_size=octets, max_size=octets).map(bytes.hex)
        case Members():
            return OPTIONS
        case Items(most) if get_origin(base) is tuple:
            return st.lists(drawn(get_args(base)[0]), max_size=min(3, most)).map(tuple)
        case Items(most):
            return st.dictionaries(drawn(get_args(base)[0]), drawn(get_args(base)[1]), max_size=min(3, most))
    raise AssertionError(mark)


def instances(shape: type[Shaped]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(shape, include_extras=True)
    return st.builds(shape, **{field.name: drawn(hints[field.name]) for field in fields(shape)})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def any_of() -> Callable[[type[Shaped]], st.SearchStrategy[Any]]:
    """`any_of(cls)`: a strategy for instances of a shaped dataclass."""
    return instances
