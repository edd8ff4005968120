"""Other references and names of an organisation, by hand and with a reason. The caller commits."""

import hashlib
from datetime import date
from typing import Any

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Alias, AliasKind, Organisation, known_as, utc_now
from peerreview.workdays import local_day


class Taken(Exception):
    """Another organisation has the reference on some of these days."""

    def __init__(self, owner: Organisation) -> None:
        super().__init__(owner.name)
        self.owner = owner


def fingerprint(alias: Alias) -> str:
    """Changes whenever the alias does: the form carries the one that its writer saw."""
    shown = (alias.value, alias.from_on, alias.until_on)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def add(
    organisation: Organisation,
    kind: AliasKind,
    value: str,
    days: tuple[date | None, date | None],
    reason: str,
    actor: Actor,
) -> Alias:
    """Keep another reference or name, with its first and last day where they are known. Raises Taken."""
    alias = Alias(kind=kind, value=value, from_on=days[0], until_on=days[1], reason=reason, written_by=actor.name)
    _must_be_free(alias, organisation)
    organisation.aliases.append(alias)
    _record("add_alias", alias, actor, reason)
    return alias


def correct(alias: Alias, value: str, days: tuple[date | None, date | None], reason: str, actor: Actor) -> None:
    """Mend the value or the days; a last day ends it. Raises Taken."""
    before = {"value": alias.value, "from_on": alias.from_on, "until_on": alias.until_on}
    after = {"value": value, "from_on": days[0], "until_on": days[1]}
    if after == before:
        return
    new = Alias(kind=alias.kind, **after)
    _must_be_free(new, alias.organisation, but=alias)
    for name, now in after.items():
        setattr(alias, name, now)
    alias.reason, alias.written_by, alias.written_at = reason, actor.name, utc_now()
    was = {name: str(before[name]) for name in before if before[name] != after[name] and before[name] is not None}
    _record("correct_alias", alias, actor, reason, was=was)


def take_away(alias: Alias, reason: str, actor: Actor) -> None:
    """It never was a reference of this organisation. The trail keeps what it said."""
    organisation = alias.organisation
    organisation.aliases.remove(alias)
    db.session.delete(alias)
    _record("take_away_alias", alias, actor, reason, organisation=organisation)


def change_urn(organisation: Organisation, urn: str | None, from_on: date, reason: str, actor: Actor) -> None:
    """Give a new URN (or none) from a day on; the one before stays as a dated alias. Raises Taken."""
    owner = db.session.scalar(db.select(Organisation).where(Organisation.urn == urn)) if urn else None
    if urn and owner is None:
        held = db.select(Organisation).join(Alias).where(Alias.kind == AliasKind.URN, Alias.value == urn)
        owner = db.session.scalar(held)
    if owner is not None and owner is not organisation:
        raise Taken(owner)
    for alias in [each for each in organisation.aliases if each.kind is AliasKind.URN and each.value == urn]:
        organisation.aliases.remove(alias)  # it has that number again
        db.session.delete(alias)
    db.session.flush()
    before, organisation.urn = organisation.urn, urn
    if before:
        until = date.fromordinal(from_on.toordinal() - 1)
        since = max((a.until_on for a in organisation.aliases if a.kind is AliasKind.URN and a.until_on), default=None)
        since = date.fromordinal(since.toordinal() + 1) if since and since < until else None
        alias = Alias(kind=AliasKind.URN, value=before, from_on=since, until_on=until, reason=reason)
        alias.written_by = actor.name
        organisation.aliases.append(alias)
    organisation.known_as = known_as(organisation)
    facts = {"organisation_id": organisation.id, "was": {"urn": before or ""}, "value": urn or "", "reason": reason}
    audit_trail.record("change_urn", actor, facts=facts)


def keep_former_name(organisation: Organisation, name: str, reason: str, actor: Actor) -> None:
    """The name was another until today: a search still finds it."""
    known = [alias.value for alias in organisation.aliases if alias.kind is AliasKind.FORMER_NAME]
    if name not in known:
        add(organisation, AliasKind.FORMER_NAME, name, (None, local_day(utc_now())), reason, actor)


def _must_be_free(wanted: Alias, organisation: Organisation, but: Alias | None = None) -> None:
    """A number belongs to one organisation at a time; a URN to one for ever. Raises Taken."""
    if wanted.kind.is_name:
        return
    with db.session.no_autoflush:
        same = db.select(Alias).where(Alias.kind == wanted.kind, Alias.value == wanted.value)
        for other in db.session.scalars(same):
            if other is not but and (wanted.kind is AliasKind.URN or wanted.overlaps(other)):
                raise Taken(other.organisation)
        present = db.select(Organisation).where(Organisation.urn == wanted.value)
        owner = db.session.scalar(present) if wanted.kind is AliasKind.URN else None
    if owner is not None:
        raise Taken(owner)


def _record(step: str, alias: Alias, actor: Actor, reason: str, **more: Any) -> None:
    organisation = more.pop("organisation", None) or alias.organisation
    organisation.known_as = known_as(organisation)
    db.session.flush()
    facts = {"organisation_id": organisation.id, "kind": alias.kind.value, "value": alias.value, "reason": reason}
    audit_trail.record(step, actor, facts=facts | more)
