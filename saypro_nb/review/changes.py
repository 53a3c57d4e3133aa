"""What is another than in the period before: the same data, judged by the same method, as of one period earlier.

A KPI that is judged by something else than then, such as another target, is marked: its state may have changed without
any change of the world (see `definitions`).
"""

import pandas as pd

from saypro_nb.review import definitions

COLUMNS = ["department", "kpi", "was", "state", "was_shortlisted", "shortlisted", "judged"]
SWITCHES = ["was_shortlisted"]


def compared(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return the ranking `now` (see `gaps.rank`) with each KPI's state ``was`` and ``was_shortlisted`` of `before`.

    A KPI that had no row before was ``missing`` then.
    """
    earlier = before[["department", "kpi", "state", "shortlisted"]]
    earlier = earlier.rename(columns={"state": "was", "shortlisted": "was_shortlisted"})
    both = now.merge(earlier, how="left", on=["department", "kpi"])
    return both.assign(was=both["was"].fillna("missing"), was_shortlisted=both["was_shortlisted"].isin([True]))


def moved(both: pd.DataFrame, redefined: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return those of the KPIs `compared` whose state differs, or that are among the `redefined`, in their order.

    ``judged`` holds by what else each is judged: triples of what, was and is (see `definitions.compare`).
    """
    rows = pd.DataFrame(columns=definitions.COMPARED) if redefined is None else redefined
    judged: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows.to_dict("records"):
        judged.setdefault(str(row["kpi"]), []).append((row["what"], row["was"], row["judged_by"]))
    marks = [tuple(judged.get(kpi, ())) for kpi in both["kpi"]]
    marked = both.assign(judged=pd.Series(marks, both.index, dtype=object))
    differs = (marked["was"] != marked["state"]) | marked["kpi"].isin(list(judged))
    return marked.loc[differs, COLUMNS].reset_index(drop=True)
