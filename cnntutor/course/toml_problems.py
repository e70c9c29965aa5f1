"""Turns msgspec's refusal of a document into a sentence: the key, what is wrong, the mend."""

import difflib
import re

import msgspec.inspect

from cnntutor.calc.problems import written
from cnntutor.course.toml_lines import Place, key_of
from cnntutor.i18n import Message, msg

_MISSING = re.compile(r"missing required field `(.+?)`")
_UNKNOWN = re.compile(r"unknown field `(.+?)`")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
_TYPES: dict[str, Message] = {
    "str": msg("text in quotes"),
    "int": msg("a whole number without quotes"),
    "float": msg("a number without quotes"),
    "bool": msg("true or false without quotes"),
    "array": msg("a list in [ ]"),
    "object": msg("a table of keys"),
}


def explain(fault: str, document: object, form: object) -> tuple[str, Message, Place]:
    """Return what a ValidationError is about.

    Args:
        fault: The words of the error.
        document: What the file says.
        form: The type it must have.

    Returns:
        The key as it is written in the file, the sentence, and the place in the document.
    """
    what, _, path = fault.partition(" - at ")
    place = _place(path)
    missing = _MISSING.search(what)
    if missing:
        key = key_of((*place, missing[1]))
        if missing[1] == "vi":
            return key, msg("key {key} is missing: no Vietnamese text; add it.", key=key), place
        if missing[1] == "en":
            return key, msg("key {key} is missing: no English text; add it.", key=key), place
        return key, msg("key {key} is missing; add it.", key=key), place
    unknown = _UNKNOWN.search(what)
    if unknown:
        place = (*place, unknown[1])
        return key_of(place), _unknown(unknown[1], key_of(place), _known(form, document, place)), place
    received = _at(document, place)
    key = key_of(place) or "–"
    choices = _choices(form, document, place)
    allowed = " / ".join(choices) if choices and "Invalid" in what else _allowed(what)
    return (
        key,
        msg("{key} is {received}; write {allowed}.", key=key, received=_shown(received), allowed=allowed),
        place,
    )


def _place(path: str) -> Place:
    """Return the place msgspec writes as `$.units[0].title`."""
    return tuple(
        name or (int(index) if index else "…") for name, index in _STEP.findall(path.strip("`").lstrip("$"))
    )


def _at(document: object, place: Place) -> object:
    """Return what stands at a place; None where nothing does."""
    for part in place:
        if isinstance(document, dict):
            document = document.get(part)
        elif isinstance(document, list) and isinstance(part, int) and part < len(document):
            document = document[part]
        else:
            return None
    return document


def _shown(received: object) -> str | Message:
    """Return a received value as it may stand in a file."""
    if isinstance(received, list):
        return msg("a list of {n}", n=len(received))
    if isinstance(received, dict):
        return "{ " + ", ".join(f"{key} = …" for key in list(received)[:4]) + " }"
    return written(received)


def _allowed(what: str) -> Message | str:
    """Return what may be written instead, from msgspec's `Expected …`."""
    if "matching regex" in what:
        return msg("small letters, digits and single hyphens in quotes")
    bound = re.search(r"Expected `(\w+)`(?: of length)? (>=|<=|>|<) (\S+)", what)
    if bound:
        number = bound[3].rstrip(",")
        if "of length" in what:
            return (
                msg("at least {n} of them", n=number)
                if bound[2] == ">="
                else msg("at most {n} of them", n=number)
            )
        return (
            msg("a number of at least {n}", n=number)
            if bound[2].startswith(">")
            else msg("a number of at most {n}", n=number)
        )
    kinds = re.search(r"Expected `(.+?)`", what)
    if kinds:
        names = [name.strip() for name in kinds[1].split("|")]
        words = [str(_TYPES[name]) for name in names if name in _TYPES]
        if words:
            return " / ".join(words)
    return msg("one of the values a file of this kind may have")


def _unknown(name: str, key: str, known: tuple[str, ...]) -> Message:
    """Return the sentence for a key that is not known."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return msg("key {key} is unknown; write {close}, or take it out.", key=key, close=close[0])
    if known:
        return msg("key {key} is unknown; take it out, or use one of {keys}.", key=key, keys=", ".join(known))
    return msg("key {key} is unknown; take it out.", key=key)


def _known(form: object, document: object, place: Place) -> tuple[str, ...]:
    """Return the keys that may stand where an unknown one stands."""
    found = _type_at(form, document, place[:-1])
    if not isinstance(found, msgspec.inspect.StructType):
        return ()
    tag = (found.tag_field,) if found.tag_field else ()
    return (*tag, *(field.encode_name for field in found.fields))


def _choices(form: object, document: object, place: Place) -> tuple[str, ...]:
    """Return the values that may stand at a place, where there are only so many."""
    found = _type_at(form, document, place)
    if isinstance(found, msgspec.inspect.LiteralType):
        return tuple(written(value) for value in found.values)
    above = _type_at(form, document, place[:-1], union=True)
    if isinstance(above, msgspec.inspect.UnionType):
        structs = [each for each in above.types if isinstance(each, msgspec.inspect.StructType)]
        return tuple(written(each.tag) for each in structs if each.tag_field == place[-1])
    return ()


def _type_at(
    form: object, document: object, place: Place, union: bool = False
) -> msgspec.inspect.Type | None:
    """Return the type that stands at a place; None where the form says nothing of it.

    Args:
        form: The type of the whole document.
        document: What the file says; it chooses among the structs of a union.
        place: The place.
        union: Return a union as it is, not the struct of it that the document means.
    """
    try:
        found: msgspec.inspect.Type = msgspec.inspect.type_info(form)
    except TypeError:
        return None
    for part in place:
        found = _chosen(found, document)
        document = _at(document, (part,))
        if isinstance(found, (msgspec.inspect.StructType, msgspec.inspect.DataclassType)):
            inner = [field.type for field in found.fields if field.encode_name == part]
            if not inner:
                return None
            found = inner[0]
        elif isinstance(found, (msgspec.inspect.VarTupleType, msgspec.inspect.ListType)):
            found = found.item_type
        elif isinstance(found, msgspec.inspect.DictType):
            found = found.value_type
        else:
            return None
    return found if union else _chosen(found, document)


def _chosen(found: msgspec.inspect.Type, document: object) -> msgspec.inspect.Type:
    """Return the type of a union that the document means: by its tag, else the first struct."""
    if not isinstance(found, msgspec.inspect.UnionType):
        return found
    structs = [each for each in found.types if isinstance(each, msgspec.inspect.StructType)]
    for each in structs:
        if isinstance(document, dict) and each.tag_field and document.get(each.tag_field) == each.tag:
            return each
    literals = [each for each in found.types if isinstance(each, msgspec.inspect.LiteralType)]
    return (structs or literals or list(found.types))[0]
