"""The likely month and the suggested team of a review in the safety story, by the real acts."""

from peerreview import outbox
from peerreview.teams import planning
from tests.safety.cast import Story


def suggest(story: Story) -> None:
    """Teams are sought for the borough's year; nobody takes them."""
    year = story.review.programme_year
    story.people["lead"].trained_on = year.starts_on
    planning.say_month(story.review, year.ends_on.replace(day=1), story.coordinator)
    planning.ask(year, story.coordinator)
    outbox.commit()
    planning.work()
