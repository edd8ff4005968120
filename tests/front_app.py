"""A tiny app with the real base template, form macros, filters, headers and refusals, and no database."""

from typing import Any

from flask import Flask, abort, flash, redirect, render_template_string, request
from flask_wtf import CSRFProtect
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from peerreview import errors, filters, forms, headers
from peerreview.config import ROOT
from tests.inspector import InspectingClient

PAGE = """{% extends "base.html" %}
{% from "components/forms.html" import field, error_summary, submit, form_open, act %}
{% block title %}Ask for a peer review{% endblock %}
{% block content %}
{{ error_summary(form) }}
<h1 class="govuk-heading-l">Ask for a peer review</h1>
{% call form_open(form, upload=true) %}
{% for part in form if part.type not in ("CSRFTokenField", "HiddenField", "FieldList") %}{{ field(part) }}{% endfor %}
{% for part in form.staff %}
<h2 class="govuk-heading-m">Person {{ loop.index }}</h2>
{{ field(part.form.name) }}{{ field(part.form.email) }}
{% endfor %}
{{ submit("Send my request") }}
{% endcall %}
{{ act("/remind", "Remind", about="Oakfield School") }}
{% endblock %}"""


class Staff(forms.Part):
    name = forms.text("Name", "Enter the name of this person")
    email = forms.email("Email", "Enter the email address of this person")


class Everything(forms.Form):
    name = forms.text("Your name", "Enter your name")
    email = forms.email("Email", "Enter your email address", hint="We write to you here about this review only.")
    phone = forms.phone("Phone")
    why = forms.long_text(
        "Why now?", "Enter why you ask now", max=500, hint="No names or details of children or families."
    )
    notes = forms.long_text("Anything else")
    children = forms.whole_number("Number of children", least=1, most=5000)
    duty = forms.one_of("Which audit?", [("s11", "Section 11"), ("s175", "Section 175")], "Choose which audit")
    borough = forms.choice(
        "Borough", [("", "Choose one"), ("HAC", "Hackney"), ("COL", "City of London")], "Choose a borough"
    )
    days = forms.any_of("Days that suit", [("mon", "Monday"), ("tue", "Tuesday")])
    agree = forms.tick("I have permission to ask", "Confirm that you have permission to ask")
    on = forms.day("Date of the audit", "Enter the date of the audit")
    at = forms.time_of_day("Starting at")
    password = forms.PasswordField("Password")
    audit = forms.a_file("Your audit", hint="PDF or Word, at most 25 MB.")
    others = forms.files("Other documents")
    staff = forms.several(Staff, least=2)
    step = forms.hidden()


def make_app(**config: Any) -> Flask:
    app = Flask("front", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="only for this test", WTF_CSRF_TIME_LIMIT=None, **config)
    app.test_client_class = InspectingClient
    for part in (CSRFProtect(), filters, errors, headers):
        part.init_app(app)

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        return {
            "navigation": [
                {"text": "Today", "href": "/", "active": True},
                {"text": "Reviews", "href": "/reviews"},
                {"text": "Chase list", "href": "/chase"},
            ],
            "signed_in_name": "Miriam Achebe",
            "sign_out_url": "/sign-out",
            "sample_mode": True,
        }

    @app.route("/", methods=["GET", "POST"])
    def everything() -> str | Response:
        form = Everything(step="one")
        if form.validate_on_submit():
            flash("Your request has been sent", "done")
            flash("A second open request was found", "warning")
            return redirect("/")
        return render_template_string(PAGE, form=form)

    @app.route("/stop/<int:code>", methods=["GET", "POST"])
    def stop(code: int) -> str:
        abort(code)

    @app.post("/conflict")
    def conflict() -> str:
        abort(409, "Ann Lee agreed the date at 10:02 on 3 November.")

    @app.route("/locked", methods=["GET", "POST"])
    def locked() -> str:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    @app.route("/broken", methods=["GET", "POST"])
    def broken() -> str:
        raise RuntimeError("secret inner detail")

    @app.post("/upload")
    def upload() -> str:
        return f"{len(request.files)} files"

    return app
