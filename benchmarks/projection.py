"""Seconds of the projections of one brief, and of the whole back-test; reading the tables is not counted."""

import statistics
import time

import twente_analysis as ta

ROUNDS = 7
SCOPE = "without transport and combinatie"


def seconds(call):
    """Median seconds of several rounds; the first, which loads the libraries, is not counted."""
    call()
    rounds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        call()
        rounds.append(time.perf_counter() - begin)
    return statistics.median(rounds)


def main():
    duo = ta.load_technical("duo")
    students, diplomas = (ta.load_technical("regiovisie", one) for one in ("enrolment", "diplomas"))
    crosswalk = ta.read_table("crosswalk_bedrijfstak")
    later = ta.to_bedrijfstak(ta.load_enrolment("duo", mbo_niveau=[2, 3, 4]), crosswalk)

    def brief(frame, enrolment=None):
        by = ta.classification(frame)
        ta.project(frame, 3, by=by, enrolment=enrolment)
        ta.project_total(frame, 3, by=by, enrolment=enrolment)
        ta.method_share(frame, 3)
        ta.pool_growth(frame, by)

    def backtest():
        for scope in (SCOPE, "without transport", "all"):
            chosen = ta.in_scope(students, scope)
            ta.evaluate(chosen, "bedrijfstak_mbo")
            ta.evaluate(ta.in_scope(diplomas, scope), "bedrijfstak_mbo", chosen)
        ta.evaluate(duo, "domein")
        ta.compare_later(students, later, 2015)

    print(f"projections of one brief: students of DUO {seconds(lambda: brief(duo)):.3f} s, ", end="")
    print(f"diplomas of the Regiovisie {seconds(lambda: brief(diplomas, students)):.3f} s (bound 0.3)")
    print(f"whole back-test, 7 evaluations and 2015: {seconds(backtest):.2f} s (bound 3)")


if __name__ == "__main__":
    main()
