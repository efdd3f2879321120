"""Seconds of processor time of the projections of one brief, and of the whole back-test; reading is not counted.

Processor time, so that what else the machine does counts less. To compare two versions, run the script in turns with
PYTHONPATH at the one and at the other.

With DUO's file 03 as argument also the scores over every school in it, which no choice here was made on.
"""

import statistics
import sys
import time

import pandas as pd

import twente_analysis as ta
from twente_analysis.opendata.duo import read_duo

ROUNDS = 7
SCOPE = "without transport and combinatie"


def seconds(call):
    """Median seconds of processor time of several rounds; the first, which loads the libraries, is not counted."""
    call()
    rounds = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        call()
        rounds.append(time.process_time() - begin)
    return statistics.median(rounds)


def main():
    duo = ta.load_technical("duo")
    students, diplomas = (ta.load_technical("regiovisie", one) for one in ("enrolment", "diplomas"))
    crosswalk = ta.read_table("crosswalk_bedrijfstak")
    later = ta.to_bedrijfstak(ta.load_enrolment("duo", mbo_niveau=[2, 3, 4]), crosswalk)

    def brief(frame, enrolment=None):
        """Project what notebooks/projection.ipynb projects with its defaults."""
        by = ta.classification(frame)
        ta.project_scenario(frame, 3, enrolment=enrolment)
        ta.method_share(frame, 3)
        ta.project(ta.join_groups(frame, by), 3, by=by, enrolment=enrolment)
        ta.project_scopes(frame, 3, enrolment=enrolment)

    def record(frame, enrolment=None):
        """Test what the notebook tests: the groups as projected, one and two years ahead, and the total."""
        by = ta.classification(frame)
        joined = ta.join_groups(frame, by)
        for horizon in (1, 2):
            ta.evaluate(joined, by, enrolment, horizon)
        ta.replay_total(frame, by, enrolment)

    def backtest():
        for scope in (SCOPE, "without transport", "all"):
            chosen = ta.in_scope(students, scope)
            ta.evaluate(chosen, "bedrijfstak_mbo")
            ta.evaluate(ta.in_scope(diplomas, scope), "bedrijfstak_mbo", chosen)
        ta.evaluate(duo, "domein")
        ta.compare_later(students, later, 2015)

    print(f"projections of one brief: students of DUO {seconds(lambda: brief(duo)):.3f} s, ", end="")
    print(f"of the Regiovisie {seconds(lambda: brief(students)):.3f} s, ", end="")
    print(f"diplomas of the Regiovisie {seconds(lambda: brief(diplomas, students)):.3f} s (bound 0.3)")
    print(f"record of one brief: {seconds(lambda: record(duo)):.3f} s, ", end="")
    print(f"{seconds(lambda: record(students)):.3f} s, {seconds(lambda: record(diplomas, students)):.3f} s")
    print(f"whole back-test, 7 evaluations and 2015: {seconds(backtest):.2f} s (bound 3)")


def every_school(path):
    """One-step scores over naive's, of the domeinen of technical mbo (niveau 2-4) that a school may project alone."""
    students = read_duo(path)
    students = students[students["mbo_sector"].eq("techniek") & students["mbo_niveau"].isin(["2", "3", "4"])]
    names = students.select_dtypes("category").columns
    past = []
    for school, part in students.astype(dict.fromkeys(names, "str")).groupby("region"):
        try:
            groups = ta.join_groups(part, "domein")
        except ta.DataError:  # fewer than 30 students in all
            continue
        alone = groups[groups["domein"] != "overige"]
        if alone["year"].nunique() >= 5:
            past.append(ta.replay(alone, "domein").assign(school=school))
    scores = pd.concat(past)
    scores["error"] = scores["error"].abs()
    for level in ("80", "95"):
        inside = scores["counted"].between(scores[f"lower_{level}"], scores[f"upper_{level}"])
        scores[level] = inside.astype(float).where(scores["median"].notna())
    mean = scores.groupby("method")[["error", "wis", "80", "95"]].mean()
    mean[["error", "wis"]] /= mean.loc["naive", ["error", "wis"]]
    count = f"{scores['school'].nunique()} schools, {len(scores[scores['method'] == 'naive'])} forecasts"
    print(f"{count}; error and wis over naive's, share in the intervals (log-ols: half the forecasts, not comparable)")
    print(mean.round(3).to_string())


if __name__ == "__main__":
    main()
    for file in sys.argv[1:]:
        every_school(file)
