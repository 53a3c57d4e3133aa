from saypro_nb.show import plan_charts
from saypro_nb.show.html import Block
from saypro_nb.show.picture import Picture
from tests.plans import action, agenda

STEPS = [{"due": "2026-02-02", "what": "Trainer chosen"}, {"due": "2026-03-16", "what": "Half"}]


def test_a_timeline_says_what_runs_what_is_proposed_and_how_the_milestones_stand() -> None:
    asked = action(id="north-2", status="proposed", start="2026-04-06", end="2026-05-29")
    shown = plan_charts.timeline(agenda(kept=[action(milestones=STEPS), asked]))
    assert isinstance(shown, Picture)
    assert shown.alt.replace("\N{NO-BREAK SPACE}", " ") == (
        "When 2 actions run, 1 of them only proposed, from 5 Jan 2026 to 29 May 2026, with 2 milestones (1 due and 1 "
        "overdue); the line is 1 March 2026, when the review period ends."
    )


def test_every_milestone_stands_on_the_row_of_its_action() -> None:
    later = action(id="north-2", start="2026-02-02", milestones=STEPS[1:])
    shown = plan_charts.timeline(agenda(kept=[later, action(milestones=STEPS)]))
    assert isinstance(shown, Picture)
    marks = [line for line in shown._figure.axes[0].lines if line.get_marker() in ("o", "D", "X")]
    assert {line.get_marker(): list(line.get_ydata()) for line in marks} == {"o": [], "D": [0, 1], "X": [0]}


def test_nothing_to_draw_is_said() -> None:
    shown = plan_charts.timeline(agenda(kept=[]))
    assert isinstance(shown, Block)
    assert "No action is running or proposed." in shown.text
