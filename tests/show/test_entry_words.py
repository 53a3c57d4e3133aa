from saypro_nb.show.entry_words import changed

KPIS = {"conversion": "Lead conversion"}
ACTION = {"status": "in progress", "progress": "", "milestones": [], "budget": 5}


def test_what_an_entry_changed_is_told_with_before_and_after() -> None:
    after = ACTION | {"status": "completed", "progress": "Done", "milestones": [1]}
    assert changed("action", "S-1", ACTION, after, KPIS) == (
        "Action S-1: status in progress → completed, progress nothing → Done and milestones changed"
    )


def test_a_first_entry_is_new() -> None:
    assert changed("action", "S-1", {}, ACTION, KPIS) == "Action S-1: new"


def test_a_check_in_is_kept_kept_anew_or_taken_back() -> None:
    held = {"held_on": "2026-06-29"}
    told = [changed("check_in", "x", before, after, KPIS).replace("\N{NO-BREAK SPACE}", " ") for before, after in (
        ({}, held), (held, held), (held, held | {"withdrawn": True}), (held | {"withdrawn": True}, held),
    )]  # fmt: skip
    assert told == [f"Check-in of 29 June 2026 {deed}" for deed in ("kept", "kept anew", "taken back", "kept")]


def test_what_people_wrote_stays_on_its_line() -> None:
    assert "\n" not in changed("action", "S-1", ACTION, ACTION | {"progress": "a\nb"}, KPIS)


def test_a_verdict_is_told_with_its_cause_and_gap() -> None:
    said = {"kpi": "conversion", "family": "training", "verdict": "confirmed"}
    cause = "Lack of training as a cause of the gap in Lead conversion"
    assert changed("hypothesis", "x", {}, said, KPIS) == f"{cause}: not decided → confirmed"
    assert changed("hypothesis", "x", said, said | {"verdict": "rejected"}, KPIS) == f"{cause}: confirmed → rejected"


def test_a_ranking_is_told_by_the_weights_and_factors_that_have_changed() -> None:
    factors = {
        "signal": {"concern": 2, "watch": 1.5, "common_cause": 1, "improvement": 0.5},
        "trend": {"worsening": 1.5, "flat": 1, "improving": 0.75},
        "least": 0.1,
    }
    before = {"weights": {"conversion": 2}, "priority": factors}
    after = {"weights": {}, "priority": factors | {"least": 0.2}}
    assert changed("ranking", "north", before, after, KPIS) == (
        "Ranking of the gaps: smallest gap that counts 0.1 → 0.2 and weight of Lead conversion 2 → as params say"
    )
    assert changed("ranking", "north", after, after, KPIS) == "Ranking of the gaps: as before"


def test_a_form_is_told_by_its_day_and_without_its_answers() -> None:
    form = {"date": "2026-06-29", "answers": {"respondent": "Clerk", "details": "Too loud"}}
    told = [changed("feedback", "f-1", before, after, KPIS).replace("\N{NO-BREAK SPACE}", " ") for before, after in (
        ({}, form), (form, form | {"withdrawn": True}),
    )]  # fmt: skip
    assert told == [f"Feedback form of 29 June 2026 {deed}" for deed in ("filled in", "taken back")]
