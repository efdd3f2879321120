"""The document on the national plan says what its script computes, and the simulation is right where one can check."""

import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from conftest import ROOT
from hypothesis import given, strategies as st

from twente_analysis.briefs.cluster import lot_size

sys.path.insert(0, str(ROOT / "benchmarks"))
import scale

FREE = scale.Assumed(threads=2, seconds_to_place=0, seconds_per_lot=0, start_of_a_machine=0)


def test_the_document_holds_what_the_script_prints():
    assert "\n".join(scale.tables()) in (ROOT / "docs/scale.md").read_text("utf-8")


def test_every_brief_of_the_plan_was_measured():
    costs = scale.json.loads(scale.COSTS.read_text("utf-8"))
    assert set(costs["briefs"]) == {brief.name for brief in scale.plan()[0]}


def test_the_simulation_by_hand():
    # Eight briefs of 1 s on two threads, after 5 s of warming up: lots of four, two and two take 2, 1 and 1 s.
    assert lot_size(8, 2, 2) == 4
    assert scale.simulate([(1, 0)] * 8, 1, 5, FREE) == 5 + 2 + 1 + 1
    # The file of 1 MB takes 8 s over 1 Mbit/s.
    assert scale.simulate([(1, 1_000_000)], 1, 0, replace(FREE, megabit_per_second=1)) == 9
    assert scale.simulate([(1, 0)], 1, 0, replace(FREE, seconds_per_lot=2, seconds_to_place=3)) == 6


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=200))
def test_machines_cannot_be_faster_than_their_threads_nor_much_slower_than_one_brief(seconds):
    tasks = [(one, 0) for one in seconds]
    for machines in (1, 2, 4):
        took = scale.simulate(tasks, machines, 0, FREE)
        assert took >= max(sum(seconds) / (2 * machines), *seconds) - 1e-6
        assert took <= sum(seconds) + 1e-6
        if machines > 1:
            assert scale.simulate(tasks, machines, 0, FREE, lost_at=took / 2) >= took / 2


@given(st.integers(1, 5000), st.integers(1, 64), st.integers(1, 16))
def test_lots_end_and_never_hold_more_than_eight_per_thread(left, threads, machines):
    sizes = []
    while left:
        sizes.append(lot_size(left, threads, threads * machines))
        assert 1 <= sizes[-1] <= min(left, 8 * threads)
        left -= sizes[-1]
    assert all(later <= earlier for earlier, later in pairwise(sizes))


@pytest.mark.parametrize("machines", [1, 2, 4, 8])
def test_a_night_holds_what_its_threads_can_make_and_little_less(machines):
    found = scale.in_a_night([(3600.0, 0)] * 2, machines, 0, FREE)
    assert 14 * machines <= found <= 16 * machines  # two threads, eight hours, an hour per brief
