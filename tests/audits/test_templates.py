"""The self-assessment templates: the shipped ones are sound, and a wrong file is told everything that is wrong."""

import copy
import json
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.audits import templates
from peerreview.audits.templates import TemplateError

SHIPPED = json.loads(resources.files("peerreview.audits").joinpath("templates.json").read_text(encoding="utf-8"))


def test_every_duty_has_a_template_and_only_the_three_duties_have_one() -> None:
    shipped = templates.read()
    codes = {duty: found.code for duty in templates.DUTIES if (found := templates.for_duty(shipped, duty))}
    assert codes == {"s11": "section-11", "s175": "schools-175-157", "s157": "schools-175-157"}
    assert templates.for_duty(shipped, "other") is None


def test_the_shipped_templates_have_their_standards_in_order() -> None:
    section_11, schools = templates.read()
    assert sorted(each.code for each in section_11.standards) == [f"S11-{n:02}" for n in range(1, 11)]
    assert [each.code for each in schools.standards] == [f"E{n}" for n in range(1, 11)]


def test_a_scale_says_which_end_is_good() -> None:
    section_11, schools = templates.read()
    assert [section_11.scale.rank(value) for value in ("red", "amber", "green", "grey")] == [0, 1, 2, None]
    assert [schools.scale.rank(value) for value in ("1", "2", "3", "4", "na")] == [3, 2, 1, 0, None]
    with pytest.raises(KeyError):
        schools.scale.rank("5")


def test_a_scale_offers_not_applicable_last_and_every_answer_has_words() -> None:
    for template in templates.read():
        assert template.scale.answers[-1] == template.scale.not_applicable
        assert len({each.text for each in template.scale.answers}) == len(template.scale.answers)
        assert all(each.colour in templates.COLOURS for each in template.scale.answers)


def test_the_newest_version_answers_a_duty() -> None:
    content = copy.deepcopy(SHIPPED)
    newer = copy.deepcopy(content["templates"][0]) | {"version": 2, "title": "Section 11, revised"}
    content["templates"].append(newer)
    found = templates.for_duty(templates.read(json.dumps(content)), "s11")
    assert found is not None
    assert (found.version, found.title) == (2, "Section 11, revised")


def test_a_scale_may_do_without_not_applicable() -> None:
    content = copy.deepcopy(SHIPPED)
    content["scales"][0]["not_applicable"] = None
    assert templates.read(json.dumps(content))[0].scale.not_applicable is None


def _broken(*path: str | int, to: Any) -> str:
    content = copy.deepcopy(SHIPPED)
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(content)


STANDARD = ("templates", 0, "sections", 0, "standards", 1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "the file is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (_broken("templates", 0, "version", to="1"), "the file, templates 1: version is not a whole number from 1"),
        (_broken("templates", 0, "version", to=True), "the file, templates 1: version is not a whole number from 1"),
        (_broken("templates", 0, "title", to=" "), "the file, templates 1: title is missing"),
        (_broken("templates", 0, "titel", to="x"), "the file, templates 1: titel is not known here"),
        (_broken("templates", 0, "duties", to=[]), "the file, templates 1: duties is not a list of texts"),
        (
            _broken("templates", 0, "duties", to=["s12"]),
            "the file, templates 1: duties has s12, not one of s11, s157, s175",
        ),
        (_broken("templates", 0, "scale", to="stars"), "the file, templates 1: scale is not one of levels-1-4, rag"),
        (
            _broken("templates", 1, "code", to="section-11"),
            "the file: template and version ('section-11', 1) occurs 2 times",
        ),
        (_broken("templates", 0, "sections", to=[]), "the file, templates 1: sections is not a list of at least 1"),
        (_broken(*STANDARD, "code", to="S11-01"), "the file, templates 1: standard 'S11-01' occurs 2 times"),
        (
            _broken(*STANDARD, "descriptor", to="x" * 501),
            "the file, templates 1, sections 1, standards 2: descriptor is longer than 500 characters",
        ),
        (
            _broken(*STANDARD, "title", to="a\u202eb"),
            "the file, templates 1, sections 1, standards 2: title has characters that cannot be printed",
        ),
        (_broken("scales", 0, "best", to="middle"), "the file, scales 1: best is not one of first, last"),
        (
            _broken("scales", 0, "not_applicable", "value", to="red"),
            "the file, scales 1: not_applicable is one of the values too",
        ),
        (
            _broken("scales", 0, "values", 1, "value", to="red"),
            "the file, scales 1, values: value 'red' occurs 2 times",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(text: str, problem: str) -> None:
    with pytest.raises(TemplateError) as refused:
        templates.read(text)
    assert refused.value.problems == [problem]


def test_everything_wrong_is_named_at_once() -> None:
    content = copy.deepcopy(SHIPPED)
    content["templates"][0]["title"] = ""
    content["scales"][1]["values"][0]["colour"] = "mauve"
    with pytest.raises(TemplateError) as refused:
        templates.read(json.dumps(content))
    assert refused.value.problems == [
        "the file, scales 2, values 1: colour is not one of blue, green, grey, orange, purple, red, yellow",
        "the file, templates 1: title is missing",
    ]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["code", "values", "sections"]), inner),
    max_leaves=6,
)


@settings(max_examples=300)
@given(st.sampled_from(["scales", "templates"]), anything, st.booleans())
def test_any_other_json_is_refused_and_never_crashes(name: str, junk: Any, inside: bool) -> None:
    content = copy.deepcopy(SHIPPED)
    if inside:
        content[name][0] = junk
    else:
        content[name] = junk
    with pytest.raises(TemplateError):
        templates.read(json.dumps(content))
