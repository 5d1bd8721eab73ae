"""What a name in a statement stands for, so that two wordings can be seen to be about the same things.

PURE. 'Russia', 'Moscow' as its government, 'the Russian side' and 'Russians' are one thing here: translations
and paraphrases take one for the other. What kind of thing two names are decides whether they are compared.
"""

from __future__ import annotations

from pipelines.extract import gazetteer
from pipelines.extract.gazetteer import fold
from pipelines.resolve.name_keys import government_of

_KINDS = {"facility": "place", "group": "group"}


def thing(
    name: str,
    entity_type: str,
    entity_id: str | None = None,
    country_code: str | None = None,
    parent_name: str | None = None,
) -> tuple[str, str]:
    """Kind and key of a name: equal keys are one thing.

    `name` is the entity's, or the words themselves where no entity is known; `parent_name` that of the body
    above it. A state, its government and its people have one key.
    """
    code = _state(name, entity_type, country_code, parent_name)
    if code:
        return "place", f"country:{code}"
    return _KINDS.get(entity_type, entity_type), entity_id or fold(name)


def _state(name: str, entity_type: str, country_code: str | None, parent_name: str | None) -> str | None:
    if entity_type == "place":
        place = gazetteer.place(name)
        return place.country_code if place and place.kind == "country" else None
    if entity_type == "group":
        people = gazetteer.demonym(name)
        return people.country_code if people and people.kind == "nation" else None
    if entity_type == "organization" and (government_of(name) or government_of(parent_name or "")):
        return country_code
    return None
