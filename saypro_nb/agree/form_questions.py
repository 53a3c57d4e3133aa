"""The words of the two feedback forms; the codes of their answers are those of `contract`."""

from saypro_nb.agree.contract import CHALLENGES
from saypro_nb.agree.forms import TICKS, YES_NO, Question, Section, Sheet
from saypro_nb.agree.schema import Form

_GRADES = {"excellent": "Excellent", "good": "Good"}
SELF = _GRADES | {"satisfactory": "Satisfactory", "needs_improvement": "Needs improvement"}
COLLABORATION = _GRADES | {"fair": "Fair", "needs_improvement": "Needs improvement"}

CHALLENGE_WORDS: dict[Form, dict[str, str]] = {
    "employee": dict(
        zip(
            CHALLENGES["employee"],
            (
                "Too little training or resources",
                "Too little support from managers",
                "Unclear expectations or goals",
                "Workload or deadlines that can't be met",
                "Communication within the team",
                "Collaboration between departments",
                "Technical trouble (software, tools)",
                "Personal or outside circumstances",
                "Something else",
            ),
            strict=True,
        )
    ),
    "team_leader": dict(
        zip(
            CHALLENGES["team_leader"],
            (
                "Too little training or development",
                "Communication in the team",
                "Too few resources or tools",
                "Workload out of balance",
                "Low morale or motivation",
                "Coordination with other teams",
                "Unclear goals of the team",
                "Leadership or guidance",
                "Outside circumstances",
                "Something else",
            ),
            strict=True,
        )
    ),
}


def _text(name: str, label: str, ask: str) -> Question:
    return Question(name, label, ask, "text")


def _yes_no(name: str, label: str, ask: str) -> Question:
    return Question(name, label, ask, "yes_no", YES_NO)


def _challenges(form: Form, ask: str, details: str) -> tuple[Question, ...]:
    return (
        Question(TICKS, "Challenges", ask, "ticks", CHALLENGE_WORDS[form]),
        Question("challenges_other", "What else", "If something else: what is it?", "line"),
        _text("details", "Details", details),
    )


_NAME = Question("respondent", "Name", "Your name, if you want to give it.", "line")
_DATE = Question("date", "Date", "The day of this form.", "date")
_SUGGESTIONS = "What should be changed or improved?"

FORMS: dict[Form, Sheet] = {
    "employee": Sheet(
        "employee",
        "Employee feedback",
        "What keeps you from doing your work as well as you could?",
        (
            Section("About you", (_NAME, Question("job_title", "Job title", "Your job title.", "line"), _DATE)),
            Section(
                "Challenges",
                _challenges(
                    "employee",
                    "What makes it hard to reach your goals? Tick all that apply.",
                    "Tell more about what you ticked, with examples of what it leads to.",
                ),
            ),
            Section(
                "Tools and processes",
                (
                    _yes_no("tools_hinder", "Tools hinder", "Do tools, systems or processes hold you up?"),
                    _text("tools_which", "Which tools", "If yes: which ones, and how?"),
                ),
            ),
            Section(
                "Support",
                (
                    _yes_no("support_adequate", "Enough support", "Do your team and managers support you enough?"),
                    _text("support_more", "More support", "If no: what more would help you?"),
                ),
            ),
            Section("Suggestions", (_text("suggestions", "Suggestions", _SUGGESTIONS),)),
            Section(
                "Your own work",
                (
                    Question("self_assessment", "Own work", "How do you rate your own work lately?", "choice", SELF),
                    _text("self_reason", "Reason", "Why do you rate it so?"),
                ),
            ),
        ),
    ),
    "team_leader": Sheet(
        "team_leader",
        "Team-leader feedback",
        "What keeps your team from doing its work as well as it could?",
        (
            Section("About you", (_NAME, Question("team", "Team", "The name of your team.", "line"), _DATE)),
            Section(
                "Gaps",
                (_text("gaps_seen", "Main gaps", "Where does your team fall short most, and what follows from it?"),),
            ),
            Section(
                "Challenges",
                _challenges(
                    "team_leader",
                    "What makes it hard for your team to reach its goals? Tick all that apply.",
                    "Tell more about what you ticked, with examples from your team.",
                ),
            ),
            Section(
                "Training",
                (
                    _yes_no("training_needed", "Training needed", "Does your team need more training?"),
                    _text("training_what", "Which training", "If yes: in what?"),
                ),
            ),
            Section(
                "Resources",
                (
                    _yes_no("resources_adequate", "Enough resources", "Has your team the resources that it needs?"),
                    _text("resources_what", "What is missing", "If no: what is missing?"),
                ),
            ),
            Section(
                "Working together",
                (
                    Question(
                        "collaboration",
                        "Collaboration",
                        "How well does your team work together, and with other departments?",
                        "choice",
                        COLLABORATION,
                    ),
                    _text("collaboration_why", "Why so", "What goes well or badly in working together?"),
                ),
            ),
            Section(
                "Leadership",
                (
                    _yes_no("leadership_support", "Support from above", "Does leadership support your team enough?"),
                    _text("leadership_what", "What from above", "If no: which support or direction do you need?"),
                ),
            ),
            Section("Suggestions", (_text("suggestions", "Suggestions", _SUGGESTIONS),)),
            Section(
                "Your own part",
                (
                    Question(
                        "self_assessment",
                        "Own part",
                        "How do you rate your own part, as a leader, in dealing with this?",
                        "choice",
                        SELF,
                    ),
                    _text("self_reason", "Reason", "Why do you rate it so?"),
                ),
            ),
        ),
    ),
}
"""The forms before any department asks otherwise."""
