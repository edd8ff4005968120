"""A real browser takes one school through all thirteen stages, with its scripts and without them."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Site
from tests.journeys.story import THIRTEEN_STAGES, Story


@pytest.mark.parametrize("script", [True, False], ids=["with-scripts", "without-scripts"])
def test_one_whole_review(browser: Browser, site: Site, tmp_path, script, request):
    story = Story.begins(browser, site, tmp_path, request.node.callspec.id, script=script)
    for chapter in THIRTEEN_STAGES:
        chapter(story)
