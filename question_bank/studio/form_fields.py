"""A type's own fields as a form: worked out from its JSON Schema, so that a type from elsewhere has an editor too. Pure.

A form is a list of fields; each has `name`, `label`, `help` and `kind`:
`text` (`most` characters), `number`, `truth` (where it is `required`, neither is chosen beforehand), `choice` (`values`), `rows` (texts under `labels`, with `columns` that refer to
them), `list` (of `entry`), `object` (`fields`), `gaps` (an `entry` for each gap of the stem), `variants` (one of several).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from question_bank.canonical import JSON
from question_bank.items.model import Item
from question_bank.studio.words import field_name, value_name

Object: TypeAlias = Mapping[str, JSON]


def form(item_type: type[Item]) -> list[JSON]:
    """The form of a type's own fields, in the order in which it names them."""
    return fields_form(item_type.SCHEMA, item_type.REQUIRED)


def fields_form(properties: Object, required: Sequence[JSON] = ()) -> list[JSON]:
    """The form of an object: fields that speak of others' labels become columns beside those."""
    schemas = {name: one for name, one in properties.items() if isinstance(one, dict)}
    labels = {name: known for name, one in schemas.items() if (known := _row_labels(one))}
    columns: dict[str, list[JSON]] = {name: [] for name in labels}
    attached = set()
    for name, one in schemas.items():
        column = None if name in labels else _column(name, one, labels)
        if column is not None:
            home, made = column
            columns[home].append(made)
            attached.add(name)
    found: list[JSON] = []
    for name, one in schemas.items():
        if name not in attached:
            made = {**_field(name, one), "required": name in required}
            found.append(made | {"columns": columns[name]} if name in labels else made)
    return _with_mates(found, schemas, labels)


def _field(name: str, schema: Object) -> dict[str, JSON]:
    help_text = schema.get("description", "")
    return {"name": name, "label": field_name(name), "help": help_text, **_kind(schema)}


def _kind(schema: Object) -> dict[str, JSON]:
    if (labels := _row_labels(schema)) is not None:
        return {"kind": "rows", "labels": [*labels], "least": schema.get("minProperties", 0), "most": _most(schema)}
    if (entry := _listed(schema)) is not None:
        return {"kind": "list", "entry": _kind(entry)}
    if (chosen := _variants(schema)) is not None:
        return chosen
    properties = schema.get("properties")
    if isinstance(properties, dict):
        return {"kind": "object", "fields": fields_form(properties, _required(schema))}
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        return {"kind": "gaps", "entry": _kind(inner)}
    values = schema.get("enum")
    if isinstance(values, list):
        return _choice(values)
    if schema.get("type") == "integer" or schema.get("type") == ["string", "number"]:
        return {"kind": "number"}
    return {"kind": "text", "most": _most(schema)}


def _required(schema: Object) -> list[JSON]:
    found = schema.get("required")
    return found if isinstance(found, list) else []


def _choice(values: list[JSON]) -> dict[str, JSON]:
    if True in [one for one in values if isinstance(one, bool)]:
        return {"kind": "truth"}
    texts = [one for one in values if isinstance(one, str)]
    return {"kind": "choice", "values": [{"value": one, "label": value_name(one)} for one in texts]}


def _most(schema: Object) -> int:
    """Characters of a text, rows of rows."""
    found = schema.get("maxLength", schema.get("maxProperties", 0))
    return found if isinstance(found, int) else 0


def _row_labels(schema: Object) -> tuple[str, ...] | None:
    """The labels of texts under labels; None for anything else."""
    names, inner = schema.get("propertyNames"), schema.get("additionalProperties")
    if not isinstance(names, dict) or not isinstance(inner, dict) or "maxLength" not in inner:
        return None
    return _labels(names)


def _labels(schema: JSON | Object) -> tuple[str, ...]:
    values = schema.get("enum") if isinstance(schema, Mapping) else None
    return tuple(one for one in values if isinstance(one, str)) if isinstance(values, list) else ()


def _alternatives(schema: Object) -> list[Object]:
    found = schema.get("anyOf", schema.get("oneOf", []))
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _listed(schema: Object) -> Object | None:
    """What a list holds; where one may stand without its list, or as a bare word, the fullest form of it."""
    lists = [one for one in [schema, *_alternatives(schema)] if one.get("type") == "array"]
    entry = lists[0].get("items") if lists else None
    if not isinstance(entry, dict):
        return None
    full = [one for one in _alternatives(entry) if "properties" in one]
    return full[0] if len(full) == 1 else entry


def _variants(schema: Object) -> dict[str, JSON] | None:
    """One of several objects: told apart by the constant field `kind`, or by the one field that each has."""
    options = [one for one in _alternatives(schema) if isinstance(one.get("properties"), dict)]
    if len(options) < 2:
        return None
    made: list[JSON] = []
    for one in options:
        properties = one["properties"]
        assert isinstance(properties, dict)
        kind = properties.get("kind")
        constant = kind.get("const") if isinstance(kind, dict) else None
        value = str(constant) if constant is not None else next(iter(properties))
        rest = {name: inner for name, inner in properties.items() if constant is None or name != "kind"}
        made.append({"value": value, "label": value_name(value), "fields": fields_form(rest, _required(one))})
    by = "kind" if any("kind" in one["properties"] for one in options if isinstance(one["properties"], dict)) else ""
    return {"kind": "variants", "by": by, "variants": made}


def _column(name: str, schema: Object, labels: Mapping[str, tuple[str, ...]]) -> tuple[str, dict[str, JSON]] | None:
    """A field that says something of another's rows: whose, and how."""
    label = field_name(name)
    keys = _labels(schema.get("propertyNames"))
    if keys:
        mates = _labels(schema.get("additionalProperties"))
        home = _home(keys, labels)
        if home is None:
            return None
        return home, {"name": name, "label": label, "kind": "mate" if mates else "number", "mates": [*mates]}
    several = [one for one in _alternatives(schema) if one.get("type") == "array"]
    home = _home(_labels(several[0].get("items")) if several else _labels(schema), labels)
    return (home, {"name": name, "label": label, "kind": "several" if several else "one"}) if home else None


def _home(known: tuple[str, ...], labels: Mapping[str, tuple[str, ...]]) -> str | None:
    return next((name for name, one in labels.items() if known and one == known), None)


def _with_mates(found: list[JSON], schemas: Object, labels: Mapping[str, tuple[str, ...]]) -> list[JSON]:
    """Where labels of rows are values elsewhere, the form says of which rows: renaming a row renames them there."""
    for one in found:
        assert isinstance(one, dict)
        columns = one.get("columns")
        for column in columns if isinstance(columns, list) else []:
            if isinstance(column, dict) and column.get("kind") == "mate":
                mates = column.pop("mates")
                column["of"] = _home(tuple(str(mate) for mate in mates) if isinstance(mates, list) else (), labels)
            elif isinstance(column, dict):
                column.pop("mates", None)
        schema = schemas.get(str(one["name"]))
        inner = schema.get("additionalProperties") if isinstance(schema, dict) else None
        if one["kind"] == "gaps" and (home := _home(_labels(inner), labels)):
            one["of"] = home
    return found
