"""Forms of people, roles, settings and codes."""

from typing import cast

from peerreview.accounts.words import ROLES
from peerreview.forms import Form, choice, email, text, whole_number
from peerreview.models import BOARD_DETAILS, SETTINGS, Membership
from peerreview.workflow import Role

REVIEWERS = {
    Membership.BOARD_MEMBER: "Reviewer (Board member)",
    Membership.LAY_MEMBER: "Reviewer (lay member)",
}
# value: words; a reviewer's value says also what they are to the board
ROLE_CHOICES = [
    (Role.COORDINATOR.value, ROLES[Role.COORDINATOR]),
    *((f"{Role.REVIEWER}:{membership}", words) for membership, words in REVIEWERS.items()),
    (Role.EXECUTIVE.value, ROLES[Role.EXECUTIVE]),
    (Role.ADMINISTRATOR.value, ROLES[Role.ADMINISTRATOR]),
]


class RoleForm(Form):
    role = choice("Role", [("", "Choose a role"), *ROLE_CHOICES], missing="Choose a role")
    borough = choice("Where", mark=False, hint="A role can be held in one borough or in all of them")

    def chosen(self) -> tuple[Role, Membership | None]:
        """The role, and for a reviewer what they are to the board."""
        role, _, membership = self.role.data.partition(":")
        return Role(role), Membership(membership) if membership else None


class PersonForm(RoleForm):
    name = text("Full name", missing="Enter the full name")
    email = email("Email address", missing="Enter the email address")


class CodeForm(Form):
    code = text(
        "Six-digit code", missing="Enter the six-digit code from our email", max=20,
        hint="It works for 15 minutes and once",
    )  # fmt: skip


def settings_form() -> type[Form]:
    """One form for every setting and text of the board, as they are listed in the models."""
    fields: dict[str, object] = {
        name: whole_number(
            default.label, f"{default.label}: enter a number of {default.unit}", least=default.least, most=default.most,
            hint=f"In {default.unit}. Unless you change it: {default.value}",
        )
        for name, default in SETTINGS.items()
    }  # fmt: skip
    for name, (label, _default) in BOARD_DETAILS.items():
        kind = email if name.endswith("_email") else text
        fields[name] = kind(label)
    return cast(type[Form], type("SettingsForm", (Form,), fields))
