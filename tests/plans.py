"""An action that tests plan, change and break."""

from saypro_nb.agree.plans import Action


def action(**facts: object) -> Action:
    """Return the training of the north's newcomers, in progress, with `facts` of its own."""
    usual = {
        "id": "north-1",
        "department": "north",
        "kpi": "conversion",
        "family": "training",
        "description": "Train newcomers.",
        "owner": "Head of North",
        "start": "2026-01-05",
        "end": "2026-03-30",
        "resources": "a trainer",
        "budget": 100,
        "criterion": {"kpi": "conversion", "amount": 20, "by": "2026-06-29"},
        "term": "short",
        "status": "in progress",
    }
    return Action.model_validate(usual | facts)
