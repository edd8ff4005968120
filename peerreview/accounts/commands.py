"""`flask --app app people add`: the first administrator, or a new link for somebody who cannot get in."""

import click
from flask import current_app
from flask_security.recoverable import generate_reset_link

from peerreview import outbox
from peerreview.accounts import actions, bp
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough, Membership
from peerreview.workflow import Role

HOLDABLE = [role.value for role in Role if role not in {Role.ORGANISATION, Role.SYSTEM}]


@bp.cli.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Full name, as others will see it.")
@click.option("--role", type=click.Choice(HOLDABLE), default="administrator", show_default=True)
@click.option("--borough", "code", help="Code of the borough in which the role is held; all boroughs when not given.")
@click.option("--lay", is_flag=True, help="A reviewer who is a lay member, not a Board member.")
def add(email: str, name: str, role: str, code: str | None, lay: bool) -> None:
    """Give somebody an account and a role, send the link to choose a password, and print it."""
    borough = db.session.scalar(db.select(Borough).where(Borough.code == code)) if code else None
    if code and borough is None:
        raise click.ClickException(f"There is no borough with the code {code}.")
    actor = Actor.system()
    person = actions.find_person(email) or actions.add_person(name, email, actor)
    membership = Membership.LAY_MEMBER if lay else Membership.BOARD_MEMBER
    actions.give_role(person, Role(role), borough, actor, membership)
    actions.send_password_link(person, actor)
    outbox.commit()
    link, _token = generate_reset_link(person)  # type: ignore[no-untyped-call]
    click.echo(f"{person.name} <{person.email}> is {role} and chooses a password here, within two days:\n{link}")
    if current_app.config["MAIL_SERVER"]:
        click.echo("The same is on its way by email.")
