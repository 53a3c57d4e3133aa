"""What is another than in the period before: the same data, judged by the same method, as of one period earlier."""

import pandas as pd

COLUMNS = ["department", "kpi", "was", "state", "was_shortlisted", "shortlisted"]


def between(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each KPI whose state differs between two rankings (see `gaps.rank`), in the order of `now`.

    A KPI that had no row before was ``missing`` then.
    """
    earlier = before[["department", "kpi", "state", "shortlisted"]]
    earlier = earlier.rename(columns={"state": "was", "shortlisted": "was_shortlisted"})
    both = now.merge(earlier, how="left", on=["department", "kpi"])
    both = both.assign(was=both["was"].fillna("missing"), was_shortlisted=both["was_shortlisted"].isin([True]))
    return both.loc[both["was"] != both["state"], COLUMNS].reset_index(drop=True)
