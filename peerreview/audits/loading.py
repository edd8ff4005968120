"""The templates in the database, where reviews pin a version of them."""

from collections.abc import Iterable
from dataclasses import asdict

from peerreview.audits import templates
from peerreview.audits.templates import Template
from peerreview.extensions import db
from peerreview.models import AuditTemplate, Organisation, Standard


class ChangedVersion(ValueError):
    """A version that reviews may have pinned has other standards now: it needs a new version number."""


def load_templates(found: Iterable[Template] | None = None) -> list[AuditTemplate]:
    """Add the templates (the shipped ones by default) that the database does not have yet, and give those added.

    Can be run again and again; the caller commits. Raises ChangedVersion, with nothing added, for a version that is
    there with other contents.
    """
    added = []
    for template in templates.read() if found is None else found:
        known = db.session.scalar(
            db.select(AuditTemplate).where(
                AuditTemplate.code == template.code, AuditTemplate.version == template.version
            )
        )
        if known is None:
            added.append(_row(template))
        elif _contents(known) != _contents(_row(template)):
            db.session.expunge_all()
            raise ChangedVersion(f"{template.code} version {template.version} is loaded already with other contents")
    db.session.add_all(added)
    db.session.flush()
    return added


def template_for(organisation: Organisation) -> AuditTemplate | None:
    """The newest template for the organisation's duty; loads the shipped ones into a database that has none."""
    if organisation.duty is None:
        return None
    if db.session.scalar(db.select(AuditTemplate.id).limit(1)) is None:
        load_templates()
    newest: AuditTemplate | None = db.session.scalar(
        db.select(AuditTemplate)
        .where(AuditTemplate.for_schools == organisation.is_school)
        .order_by(AuditTemplate.version.desc(), AuditTemplate.id.desc())
        .limit(1)
    )
    return newest


def _row(template: Template) -> AuditTemplate:
    standards = [
        Standard(section=section.title, code=each.code, title=each.title, descriptor=each.descriptor)
        for section in template.sections
        for each in section.standards
    ]
    for position, standard in enumerate(standards):
        standard.position = position
    scale = asdict(template.scale)
    scale["values"] = list(scale["values"])  # as it comes back from JSON
    return AuditTemplate(
        code=template.code,
        version=template.version,
        name=template.title,
        for_schools="s11" not in template.duties,
        scale=scale,
        standards=standards,
    )


def _contents(row: AuditTemplate) -> tuple[object, ...]:
    standards = [(each.position, each.section, each.code, each.title, each.descriptor) for each in row.standards]
    return (row.name, row.for_schools, row.scale, standards)
