"""Files of DUO made up after every layout, in every dialect, whole and damaged, with counts that we know.

A damaged file gives a `DataError` or the right counts. What no reader can see in such a file is left out, and only
that:

- another text in a name, code, year or mark, where it leaves a valid file: the counts are then the same;
- another number in a cell, where no total or percentage contradicts it (the layout has none, a part is hidden, the
  total counts more than its parts): the test then wants the number that stands in the file, all others unchanged;
- rows that are gone as a whole: the test then wants the others unchanged.

Two column names exchanged, or the column INDICATIEAVG gone, give another valid file: these are not made. Half of the
inputs are damaged in one line, where the error must name that line; half as a whole.
"""

import os
import random
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate, product

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

import twente_analysis as ta
from twente_analysis.opendata.duo import read_duo
from twente_analysis.opendata.layouts import HIDDEN_MARK, LAYOUTS, Layout

pytestmark = pytest.mark.filterwarnings("ignore:.*unverified")

#: Of each of the two kinds of damage; with THOROUGH=1, as in .ci/run, 10,000 damaged inputs in all.
MANY = settings(
    max_examples=5_000 if os.environ.get("THOROUGH") else 1_500,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
REGIONS = ("00AA", "11BB", "22CC", "33DD")  # so far apart that one damage makes no other of them
NAMES = ("Roc \u00e9\u00e9n", "x", "", "  ", "a;b", "c, d", "12")
TOTAL, UNKNOWN, YEAR = "TOTAAL", "in no column", 2021
TEXTS = {
    "year": ("2021", "2022"),
    "endyear": ("2021", "2022"),
    "schoolyear": ("2020-2021", "2021-2022"),
}


@dataclass(frozen=True)
class Made:
    """A file that was made up, and the truth about it."""

    layout: Layout
    hidden: str
    table: list[list[str]]  # the header and the rows
    separator: str
    newline: str
    quoted: bool
    blanks: frozenset[int]  # rows before which a blank line stands
    encoding: str
    truth: dict  # region -> label of the column -> bounds

    def cells(self):
        """Each cell as it stands in the file, up to the next one, with its row and column; a blank line is row -1."""
        for row, texts in enumerate(self.table):
            if row in self.blanks:
                yield (-1, 0), self.newline
            for column, text in enumerate(texts):
                needs = self.quoted or self.separator in text
                end = self.separator if column + 1 < len(texts) else self.newline
                yield (row, column), (f'"{text}"' if needs else text) + end

    @property
    def content(self):
        return "".join(text for _, text in self.cells()).encode(self.encoding)

    def at(self, byte):
        """Row and column that a byte of the content belongs to, and its line."""
        bom = 3 if self.encoding == "utf-8-sig" else 0
        pieces = [(place, text.encode(self.encoding.removesuffix("-sig"))) for place, text in self.cells()]
        ends = list(accumulate((len(text) for _, text in pieces), initial=bom))[1:]
        place, _ = pieces[min(bisect_right(ends, byte), len(pieces) - 1)]
        return place, self.content[:byte].count(b"\n") + 1

    def label(self, column):
        """What a column counts: indicator, year and dimensions; nothing for a column without counts."""
        match = self.layout.match(self.table[0][column])
        return None if match is None else label_of(self.layout, match)


def label_of(layout, match):
    indicator = layout.indicators.get(match.get("measure", ""))
    year = (match.get("year") or match.get("endyear") or match.get("schoolyear", ""))[-4:]
    dimensions = [
        match[one].lower() if one == "sex" else match[one] for one in layout.fields if one in layout.categories
    ]
    return (indicator, year, *dimensions) if indicator else None


def columns_of(layout):
    """Header of each column with figures, with the texts that it is made of."""
    texts = {**TEXTS, "measure": (*layout.indicators, *(layout.rate or ())[:1]), **layout.categories}
    for chosen in product(*(texts[one] for one in layout.fields)):
        match = dict(zip(layout.fields, chosen, strict=True))
        yield layout.counts.format(**match), match


def amount(rng):
    return rng.choice((0, rng.randint(1, 4), rng.randint(5, 60), rng.randint(61, 9000)))


def counts_of(layout, rng):
    """Count of each column, percentages as text, nothing where absent."""
    found, groups = {}, {}
    for name, match in columns_of(layout):
        rest = tuple(text for one, text in match.items() if one not in ("measure", "sex"))
        groups.setdefault(rest, {})[match.get("measure", ""), match.get("sex", "")] = name
    for names in groups.values():
        if not layout.sums:
            found |= {name: None if rng.random() < 0.2 else amount(rng) for name in names.values()}
            continue
        if rng.random() < 0.2:
            found |= dict.fromkeys(names.values())
            continue
        sexes = [*(sex for sex in layout.categories["sex"] if sex != TOTAL), *([UNKNOWN] if layout.kept else [])]
        most = dict.fromkeys(sexes, 9000)
        for measure in layout.indicators:  # candidates, and of those the passes
            most = {sex: min(amount(rng), most[sex]) for sex in sexes}
            whole = most | {TOTAL: sum(most.values())}
            found |= {name: whole[sex] for (one, sex), name in names.items() if one == measure}
        if layout.rate:
            rate, part, of = layout.rate
            for sex in layout.categories["sex"]:
                passed, sat = found[names[part, sex]], found[names[of, sex]]
                text = f"{100 * passed / max(sat, 1):.1f}"
                comma = "," + text[-1] if text == "0.0" else text.replace(".", ",")
                found[names[rate, sex]] = comma + "%" if rng.random() < 0.5 else text
    return found


@st.composite
def files(draw):
    # Totals and bare counts more often: there every number must be right.
    layout = draw(st.sampled_from([*LAYOUTS, *[layout for layout in LAYOUTS if layout.sums] * 2]))
    hidden = draw(st.sampled_from(["", "", "<5", "-1", "J"]))
    rng = random.Random(draw(st.integers(0, 2**32)))  # one draw for all cells: thousands of files in seconds
    separator, quoted = draw(st.sampled_from(";,")), draw(st.booleans())
    keys, columns = list(layout.keys), dict(columns_of(layout))
    header = [*keys, *([HIDDEN_MARK] if hidden == "J" else []), *columns]
    table, truth = [header], {}
    for number, region in enumerate(REGIONS[: draw(st.integers(1, 4))]):
        counts = counts_of(layout, rng)
        small = hidden and any(type(count) is int and 1 <= count <= 4 for count in counts.values())
        cells = {HIDDEN_MARK: "J" if small else "N"}
        for name, ours in layout.keys.items():
            fixed = {"region": region, "year": str(YEAR + number), "status": rng.choice(list(layout.statuses))}
            cells[name] = fixed.get(ours) or rng.choice(NAMES)
        truth[region] = {}
        for name, count in counts.items():
            hides = hidden and type(count) is int and 1 <= count <= 4
            cells[name] = "" if count is None else str(count) if not hides else "4" if hidden == "J" else hidden
            label = label_of(layout, columns[name])
            if label and count is not None and (columns[name].get("sex") == TOTAL) == bool(layout.kept):
                # A real 4 cannot stand beside J: one mark is for the whole row.
                truth[region][label] = (1, 4) if hides else (count, count)
        table.append([cells[name] for name in header])
    order = list(range(len(header)))
    if draw(st.booleans()):
        rng.shuffle(order)
    return Made(
        layout,
        hidden,
        [[cells[place] for place in order] for cells in table],
        separator,
        draw(st.sampled_from(["\n", "\r\n"])),
        quoted,
        draw(st.frozensets(st.integers(0, len(table) - 1), max_size=2)),
        draw(st.sampled_from(["cp1252", "utf-8", "utf-8-sig"])),
        truth,
    )


def read(made, content, path):
    """What the library makes of a file: region -> label -> bounds."""
    path.write_bytes(content)
    frame = read_duo(path, None if "year" in made.layout.keys.values() else YEAR)
    own = bool({"year", "endyear", "schoolyear"} & set(made.layout.fields))
    dimensions = [frame[one].tolist() for one in made.layout.fields if one in made.layout.categories]
    years = frame["year"].astype("str").tolist() if own else [""] * len(frame)
    labels = list(zip(frame["indicator"].tolist(), years, *dimensions, strict=True))
    found = {}
    bounds = zip(frame["low"].tolist(), frame["high"].tolist(), strict=True)
    for region, label, bound in zip(frame["region"].tolist(), labels, bounds, strict=True):
        assert label not in found.setdefault(region, {})
        found[region][label] = bound
    return frame, found


def given_rows(truth):
    return {region: counts for region, counts in truth.items() if counts}


@settings(MANY, max_examples=300)
@given(files())
def test_every_layout_in_every_dialect_gives_the_right_counts(tmp_path, made):
    frame, found = read(made, made.content, tmp_path / "any name.txt")
    assert found == given_rows(made.truth)
    if not found:
        return
    ta.check_tidy(frame)
    hidden = frame["low"] < frame["high"]
    assert frame["value"].isna().tolist() == hidden.tolist()
    assert frame["status"].eq("suppressed").tolist() == hidden.tolist()
    lines = made.content.decode("cp1252").splitlines()
    for region, year, source in zip(frame["region"], frame["year"], frame["source"], strict=True):
        assert region in lines[int(source.rpartition("#")[2]) - 1]
        if "year" in made.layout.keys.values():
            assert year == YEAR + REGIONS.index(region)


BYTES = [bytes([one]) for one in b";,\"\n\r0123456789-<.% eJN\t'#\x81\xa0\xe9\xff"]
BYTE_DAMAGES = ["byte", "byte", "digit", "digit", "separators", "quotes", "lost"]


@st.composite
def damaged_in_one_line(draw):
    """A file, its content with some bytes of one line changed, put in or taken out, and where."""
    made = draw(files())
    content = made.content
    first = draw(st.sampled_from([3 if made.encoding == "utf-8-sig" else 0, content.index(REGIONS[0].encode())]))
    place = draw(st.integers(first, len(content) - 1))
    kind = draw(st.sampled_from(BYTE_DAMAGES))
    new, gone = b"", draw(st.integers(0, 1))
    if kind == "byte":
        new = draw(st.sampled_from([b"", *BYTES]))
    elif kind == "digit":
        new = b"%d" % draw(st.integers(0, 9))
        assume(content[place : place + 1].isdigit())
    elif kind == "separators":
        new = made.separator.encode() * draw(st.integers(1, 3))
    elif kind == "quotes":
        new = b'"' * draw(st.integers(1, 2))
    else:
        gone = draw(st.integers(1, 12))
        assume(b"\n" not in content[place : place + gone])
    return made, content[:place] + new + content[place + gone :], place


def contradicted(made, row, column):
    """Tell whether another number in this cell is contradicted by a total: then it may never be read."""
    label, match = made.label(column), made.layout.match(made.table[0][column])
    if not made.layout.sums or made.layout.kept or label is None:
        return False
    group = [
        made.table[row][place]
        for place, name in enumerate(made.table[0])
        if (other := made.layout.match(name)) and {**other, "sex": ""} == {**match, "sex": ""}
    ]
    hides = "4" if made.hidden == "J" else made.hidden
    return not made.hidden or hides not in group


def fits_its_rate(made, row, column, count):
    """Tell whether another total fits the percentage beside it, as far as one decimal can tell."""
    rate, part, whole = made.layout.rate
    name, header = made.table[0][column], made.table[0]
    measure = part if name.startswith(part) else whole
    texts = {one: made.table[row][header.index(name.replace(measure, one))] for one in made.layout.rate}
    if not {texts[part], texts[whole]} <= set(map(str, range(10_000))) or made.hidden:
        return True
    numbers = {part: int(texts[part]), whole: int(texts[whole])} | {measure: count}
    printed = float(texts[rate].removesuffix("%").replace(",", "."))
    return abs(100 * numbers[part] / max(numbers[whole], 1) - printed) < 0.06


def check_one_line(made, damaged, found, place):
    """Every count is right but those that one damage in this cell can alter unseen."""
    (row, column), _ = made.at(place)
    truth = given_rows(made.truth)
    name = made.table[0][column]
    ours = made.layout.keys.get(name, "")
    if row < 1 or ours not in ("", "region"):
        assert found == truth
        return
    region = made.table[row][made.table[0].index(made.layout.header("region"))]
    others = {one: counts for one, counts in truth.items() if one != region}
    left = {one: counts for one, counts in found.items() if one not in others}
    assert {one: counts for one, counts in found.items() if one in others} == others
    if ours == "region":
        assert list(left.values()) == ([truth[region]] if region in truth else [])
        return
    before, after = truth.get(region, {}), left.get(region, {})
    assert set(left) <= {region}
    changed = {label for label in before.keys() | after.keys() if before.get(label) != after.get(label)}
    if name == HIDDEN_MARK:  # an N that became J widens a 4, a J that became N is another valid file
        assert {(before[label], after[label]) for label in changed} <= {((4, 4), (1, 4)), ((1, 4), (4, 4))}
        return
    assert changed <= {made.label(column)} - {None}
    for label in changed:
        assert not contradicted(made, row, column), (before.get(label), after.get(label))
        if label in after:
            low, high = after[label]
            texts = {text.strip(' "\t\r\n\xa0') for text in re.split("[;,\r\n]", damaged.decode("cp1252", "replace"))}
            texts = {text.lstrip("0") or "0" for text in texts if text}
            assert (low, high) == (1, 4) or (low == high and str(low) in texts)
            if made.layout.kept:
                assert fits_its_rate(made, row, column, low)


@MANY
@given(damaged_in_one_line())
def test_a_line_with_a_fault_is_named_or_its_counts_are_right(tmp_path, case):
    made, damaged, place = case
    try:
        _, found = read(made, damaged, tmp_path / "any name.txt")
    except ta.DataError as error:
        told = str(error)
        assert "any name.txt" in told
        _, line = made.at(place)
        named = {int(one) for part in re.findall(r"lines? ([\d, ]+)", told) for one in re.findall(r"\d+", part)}
        # An inserted line end puts the second half on the next line.
        assert named & {line, line + 1} or "no rows" in told, (told, line)
        return
    check_one_line(made, damaged, found, place)


@st.composite
def cut_or_recoded(draw):
    """A file cut off, in another encoding or with a NUL; and what may be found: nothing when it must be refused."""
    made = draw(files())
    content, truth = made.content, given_rows(made.truth)
    kind, place = draw(st.sampled_from(["cut", "encoding", "nul"])), draw(st.integers(0, len(content) - 1))
    if kind == "cut":
        left = {region: counts for region, counts in truth.items() if region.encode() in content[:place]}
        return made, content[:place], [left] if content[:place].endswith(b"\n") else []
    if kind == "nul":
        return made, content[:place] + b"\0" + content[place:], []
    text = "".join(text for _, text in made.cells())
    twice = text.encode("utf-8").decode("latin-1").encode("utf-8")
    mark = b"\xef\xbb\xbf"
    return (
        made,
        draw(st.sampled_from([text.encode("utf-16"), text.encode("utf-16-le"), twice, mark + content])),
        [truth],
    )


@st.composite
def lines_moved(draw):
    """A file with a line that is gone, stands twice or changed places; and what may be found in it."""
    made = draw(files())
    table, truth = list(made.table), given_rows(made.truth)
    one, other = (draw(st.integers(0, len(table) - 1)) for _ in range(2))
    kind = draw(st.sampled_from(["gone", "twice", "swapped"]))
    allowed = []
    if kind == "gone":
        region = table.pop(one)[made.table[0].index(made.layout.header("region"))]
        allowed = [{key: counts for key, counts in truth.items() if key != region}] if one else []
    elif kind == "twice":
        table.insert(other, table[one])
    else:
        table[one], table[other] = table[other], table[one]
        allowed = [truth] if one == other or (one and other) else []
    return made, replace(made, table=table).content, allowed


@st.composite
def columns_moved(draw):
    """A file with a column that is gone, stands twice, changed places or is called otherwise; and what may be found."""
    made = draw(files())
    truth, width = given_rows(made.truth), len(made.table[0])
    one, other = (draw(st.integers(0, width - 1)) for _ in range(2))
    kind = draw(st.sampled_from(["gone", "twice", "swapped", "renamed"]))
    name = made.table[0][one]
    assume(name != HIDDEN_MARK)
    order = list(range(width))
    if kind == "swapped":
        order[one], order[other] = other, one
    else:
        order[one : one + 1] = {"gone": [], "twice": [one, one], "renamed": [one]}[kind]
    table = [[cells[place] for place in order] for cells in made.table]
    if kind == "renamed":
        table[0][one] = draw(st.sampled_from(["", "MAN", "HOOFDGROEP", "TOTAAL2021", "JAAR", f"{name} "]))
    # Without this column it is a file of vo pupils of a later year.
    harmless = kind == "swapped" or (kind == "gone" and name == "LWOO INDICATIE") or table == made.table
    return made, replace(made, table=table).content, [truth] if harmless else []


@MANY
@given(st.one_of(cut_or_recoded(), lines_moved(), columns_moved()))
def test_a_file_damaged_as_a_whole_is_refused_or_right(tmp_path, case):
    made, damaged, allowed = case
    try:
        _, found = read(made, damaged, tmp_path / "any name.txt")
    except ta.DataError as error:
        assert "any name.txt" in str(error)
        return
    assert found in allowed
