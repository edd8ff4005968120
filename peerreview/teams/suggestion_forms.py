"""What is chosen about suggested teams: months, which suggestions to take, other people."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from peerreview import forms
from peerreview.forms import Form, options
from peerreview.models import Review


class PeopleForm(Form):
    """Who is invited to one review, and who leads it."""

    people = forms.any_of("Who joins the team", mark=False)
    lead = forms.choice("Who leads", missing="Choose who leads")
    seen = forms.hidden()


class ConfirmForm(Form):
    """The suggestions to take."""

    reviews = forms.any_of("Reviews", missing="Tick the reviews whose people are to be invited")
    seen = forms.hidden()


def months_form(reviews: Sequence[Review], months: Sequence[date]) -> type[Form]:
    """A form with a likely month for each review, as ``month_12``."""
    named = [("", "Not known yet"), *((month.isoformat(), f"{month:%B %Y}") for month in months)]
    fields: dict[str, Any] = {
        f"month_{review.id}": forms.choice(f"{review.reference} {review.organisation_name}", named, mark=False)
        for review in reviews
    }
    return type("MonthsForm", (Form,), fields)


def people_form(form: PeopleForm, people: Sequence[tuple[int, str]], leads: Sequence[tuple[int, str]]) -> PeopleForm:
    """Hand in who can be chosen."""
    form.people.choices = options([(str(key), name) for key, name in people])
    form.lead.choices = options([("", "Choose who leads"), *((str(key), name) for key, name in leads)])
    return form
