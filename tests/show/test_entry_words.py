from saypro_nb.show.entry_words import changed

ACTION = {"status": "in progress", "progress": "", "milestones": [], "budget": 5}


def test_what_an_entry_changed_is_told_with_before_and_after() -> None:
    after = ACTION | {"status": "completed", "progress": "Done", "milestones": [1]}
    assert changed("action", "S-1", ACTION, after) == (
        "Action S-1: status in progress → completed, progress nothing → Done and milestones changed"
    )


def test_a_first_entry_is_new() -> None:
    assert changed("action", "S-1", {}, ACTION) == "Action S-1: new"


def test_a_check_in_is_kept_kept_anew_or_taken_back() -> None:
    held = {"held_on": "2026-06-29"}
    told = [changed("check_in", "x", before, after).replace("\N{NO-BREAK SPACE}", " ") for before, after in (
        ({}, held), (held, held), (held, held | {"withdrawn": True}), (held | {"withdrawn": True}, held),
    )]  # fmt: skip
    assert told == [f"Check-in of 29 June 2026 {deed}" for deed in ("kept", "kept anew", "taken back", "kept")]


def test_what_people_wrote_stays_on_its_line() -> None:
    assert "\n" not in changed("action", "S-1", ACTION, ACTION | {"progress": "a\nb"})
