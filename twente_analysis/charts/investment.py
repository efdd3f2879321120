"""The chart of money: who pays which part of each programme, goal or project."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from ..catalogue import citation
from ..language import format_euro, format_share, label, say, share_range
from ..tables.investment import OPEN, open_words, part_name
from ..tidy import DataError
from .house import BLUE, BURGUNDY, DARK, ORANGE, PURPLE, TEAL, Chart, Figures, finish, styled
from .lettering import LEADING, Lines, stack, stack_left, tall, text_width, widest, wrap
from .sizes import CM, by_size, canvas, drawn_room, is_half, is_slide

__all__ = ["plot_funders"]

#: How each kind of payer is drawn: never by colour alone.
LOOKS: dict[str, dict[str, Any]] = {
    "chosen": {"facecolor": DARK, "edgecolor": "#A0A0A0", "hatch": "xx"},
    "public": {"facecolor": BLUE, "edgecolor": BLUE},
    "education": {"facecolor": "#BFE0DD", "edgecolor": TEAL, "hatch": "...."},
    "private": {"facecolor": "#EBD0DF", "edgecolor": BURGUNDY, "hatch": "////"},
    "not public": {"facecolor": "#F9C9AE", "edgecolor": ORANGE, "hatch": "----"},
    "mixed": {"facecolor": "#E8E0F5", "edgecolor": PURPLE, "hatch": "\\\\\\\\"},
    "unknown": {"facecolor": "white", "edgecolor": DARK, "linestyle": "--"},
}
#: Documents in which money of governments is asked for, or a goal.
ASKED = ("techwise", "regiodeal")
#: On these a share is written in white.
DARKEST = {"chosen": DARK, "public": BLUE}
LETTER, SMALL = 7.5, 6.5
#: The letters of names, by size; and of all else on a slide.
NAMES, SLIDE = (8.0, 7.5, 8.5), 8.5
#: At most so much room for names at the left of a slide, in points.
SIDE = 270.0
#: The letters of the legend, by size; its handles and the room between columns, in letters.
LETTERS, HANDLE, SPACING = (7.5, 7.0, SLIDE), 2.2, 1.4
#: Half the height of a bar, as part of a row.
THICK, HALF_THICK = 0.17, 0.13
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}


@styled(cover="cover_by_funder: payer, amount", parts="cost_and_cover: cost", money="label_money: source")
def plot_funders(
    cover: pd.DataFrame, parts: pd.DataFrame, money: pd.DataFrame, funder: str = "", *, language: str = "nl"
) -> Axes:
    """Draw a bar for all and for each part, divided by kind of payer, with the amount and what has none in words.

    Parameters
    ----------
    cover
        What `cover_by_funder` gives per part and ``payer``.
    parts
        What `cost_and_cover` gives of the same parts.
    money
        The figures behind both, from `label_money`, for the source line.
    funder
        Name of the funder that stands as ``chosen``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> whole, totals = ta.load_whole_budget("techwise")
    >>> money = ta.label_money(ta.in_euros(whole, 75), ta.load_funders(), ta.load_price_levels())
    >>> money, parts = ta.single_out(money, ""), ta.cost_and_cover(money, "goal")
    >>> payers = ta.cover_by_funder(money, "goal", kind="payer")
    >>> ta.show(plot_funders(payers, parts, money, language="en"))
    TechWise Twente: 34% of funding to come from the government
    Stacked bars: who pays, per part. ...

    """
    by = str(parts.columns[0])
    if not cover["amount"].notna().any():
        raise DataError("No payer puts in an amount", remedy="Choose another programme.")
    sums = cover.groupby("payer", as_index=False, sort=False)["amount"].sum()
    bars = parts
    if len(parts) > 1:
        bars = pd.concat([_total(parts, by, language), parts], ignore_index=True)
        whole = sums.assign(**{by: say("investment.total", language)}, share=sums["amount"] / sums["amount"].sum())
        cover = pd.concat([whole, cover], ignore_index=True)
    # Who puts in no amount has no part of a bar.
    kinds = [kind for kind in LOOKS if (cover["payer"].eq(kind) & cover["amount"].gt(0)).any()]
    names = {kind: label("money_type", kind, language) for kind in kinds}
    if "chosen" in kinds:
        own_kind = money.loc[money["funder"] == funder, "funder_type"].iloc[0]
        names[own_kind] = say("investment.rest", language, kind=label("money_type", own_kind, language))
        names["chosen"] = label("money_funder", funder, language)
    figure, ax, lines, side = _rows(bars, by, names, language)
    rows, sentences, percents = [], [], []
    for place, (_, row) in zip(range(len(bars), 0, -1), bars.iterrows(), strict=True):
        own = cover[(cover[by] == row[by]) & cover["amount"].gt(0)].set_index("payer")
        shares = {kind: float(own.loc[kind, "share"]) for kind in kinds if kind in own.index}
        words = _bar(ax, place, shares, names, side)
        percents.append(sum(round(share * 100) for share in shares.values()))
        name, total = part_name(str(row[by]), language), _amount(row, language)
        _name(ax, place, lines[len(bars) - place], total, side)
        told = "; ".join([*words, *filter(None, [open_words(row, language), _outside(row, language)])])
        sentences.append(say("investment.alt_part", language, name=name, total=total, parts=told))
        rows.append([name, *(float(own.loc[kind, "amount"]) if kind in own.index else None for kind in kinds)])
    columns = [f"{label('money_part', by, language)} ({say('investment.column_euros', language).lower()})"]
    roles = {say("investment.total", language): "total"} if len(parts) > 1 else {}
    # As a row, chosen is another look.
    roles |= {names[kind]: "picked" if kind == "chosen" else kind for kind in kinds}
    source = say("chart.source", language, source=citation(money[money["role"] == "cover"], language))
    document = label("money_head", str(money["document"].iloc[0]), language)
    named = {"name": document, "prices": parts["price_level"].iloc[0]}
    subtitle = say(f"investment.chart_subtitle{by_size('', '_named', '_named')}", language, **named)
    if set(percents) - {0, 100}:
        subtitle = say("investment.rounded", language, subtitle=subtitle)
    own = say("investment.chart_subtitle_native", language, **named)
    if _outside(bars.iloc[0], language):
        own = say("investment.without_outside", language, subtitle=own, outside=bars.iloc[0]["outside"])
    header = [*columns, *(names[kind] for kind in kinds)]
    behind = Figures(header, rows, "number", "shares", roles, subtitle=own)
    alt = say("investment.chart_alt", language, parts=" ".join(sentences))
    finish(figure, Chart(_title(sums, money, funder, language), subtitle, source, alt, behind))
    return ax


def _rows(
    bars: pd.DataFrame, by: str, names: dict[str, str], language: str
) -> tuple[Figure, Axes, list[tuple[Lines, list[str]]], float]:
    """Give empty axes with room for the words of each bar, those words, and on a slide the room at the left."""
    lines = [_lines(row, by, language) for _, row in bars.iterrows()]
    # In half a column a row is as high as the most lines above a bar and the most below one.
    above = max(tall(upper) for upper, _ in lines)
    below = max(LEADING * SMALL * len(lower) for _, lower in lines)
    side = 12 + widest(upper for upper, _ in lines) if is_slide() else 0.0
    high = above + below + (20 if below else 14)
    pitch = by_size(1.5 if below else 1.25, high / 72 / CM, (above + 4) / 72 / CM)
    held = -(-len(names) // _columns(names, canvas(1, 1)[0] * 72 - 24))
    legend = by_size(2.5 + 0.55 * held, 0.8 + 0.45 * len(names), 4.0 + 0.25 * (len(names) + 1))
    room = legend + pitch * len(bars)
    figure, ax = plt.subplots(figsize=canvas(room, room, max(11.0, room)))
    ax.set_xlim(-0.001, 1.001)
    bottom, top = by_size(0.5, 1 - (below + 8) / high), by_size(0.62, (above + 8) / high, 0.5)
    ax.set_ylim(bottom, len(bars) + top)
    ax.set_axis_off()
    patches = [Patch(**{"linewidth": 1, **LOOKS[kind]}, label=name) for kind, name in names.items()]
    ax.legend(
        handles=patches, loc="lower left", bbox_to_anchor=(0, 1),
        ncols=_columns(names, figure.get_figwidth() * 72 - side - 24),
        fontsize=by_size(*LETTERS), handlelength=HANDLE, handleheight=1.1, borderaxespad=0.2, columnspacing=SPACING,
    )  # fmt: skip
    return figure, ax, lines, side


def _columns(names: dict[str, str], room: float) -> int:
    """Say how many columns of the legend fit in `room` points."""
    letters = by_size(*LETTERS)
    column = max(text_width(name, letters) for name in names.values()) + (HANDLE + 0.8 + SPACING) * letters
    return by_size(min(3, max(1, int((room + SPACING * letters) // column))), 1)


def _total(parts: pd.DataFrame, by: str, language: str) -> pd.DataFrame:
    """Give the bar of all parts together; what has no amount stands with the parts."""
    sums = {"cover": parts["cover"].sum(), "outside": parts["outside"].sum(min_count=1), **dict.fromkeys(OPEN, 0)}
    return pd.DataFrame([{by: say("investment.total", language), **sums}])


def _lines(part: pd.Series, by: str, language: str) -> tuple[Lines, list[str]]:
    """Give the lines that name a part, with its total but in a memo, and those below its bar."""
    room, opened, outside = by_size(340, 205, SIDE - 10), open_words(part, language), _outside(part, language)
    name, total = part_name(str(part[by]), language), [] if not (is_half() or is_slide()) else [_amount(part, language)]
    if total and outside:  # beside the amount: a line below one bar would make all rows higher
        total, outside = [say("investment.amount_outside", language, amount=total[0], outside=part["outside"])], ""
    below = "; ".join(filter(None, [opened and say("investment.beside", language, words=opened), outside]))
    size, small = by_size(*NAMES), by_size(SMALL, SMALL, SLIDE)
    under = wrap(below, small, by_size(430, 204, room))
    upper: Lines = [
        *((line, size, {"weight": "bold", "gid": "name"}) for line in wrap(name, size, room, "bold")),
        *((line, size, {"gid": "total"}) for line in total),
        *((line, small, {"color": "#444444", "gid": "beside"}) for line in under if is_slide()),
    ]
    return upper, [] if is_slide() else under


def _name(ax: Axes, place: int, lines: tuple[Lines, list[str]], total: str, side: float) -> None:
    """Write name, total and what has no amount around a bar, on a slide at its left."""
    upper, lower = lines
    if is_slide():
        return stack_left(ax, place, upper, side)
    half = by_size(THICK, HALF_THICK)
    stack(ax, (0, place + half), upper)
    if not is_half():
        ax.text(1, place + 0.36, total, size=8, va="center", ha="right", gid="total")
    if lower:
        ax.annotate(
            "\n".join(lower), (0, place - half), (0, -2), textcoords="offset points", size=SMALL, color="#444444",
            va="top", gid="beside", in_layout=False,
        )  # fmt: skip
    return None


def _amount(part: pd.Series, language: str) -> str:
    known = pd.notna(part["cover"]) and part["cover"] > 0
    return format_euro(part["cover"], language) if known else say("investment.no_amount", language)


def _outside(part: pd.Series, language: str) -> str:
    """Say how much the source itself keeps out of its budget: it is in no bar."""
    return "" if pd.isna(part["outside"]) else say("investment.beside_outside", language, outside=part["outside"])


def _bar(ax: Axes, place: int, shares: dict[str, float], names: dict[str, str], side: float) -> list[str]:
    """Draw the parts of a bar; write in each its share, with its name where there is room."""
    left, words, thick = 0.0, [], by_size(THICK, HALF_THICK, 0.3)
    letter = by_size(LETTER, LETTER, SLIDE)
    # The axes are a little narrower than the picture.
    width = 0.95 * (drawn_room(ax)[0] - side)
    for kind, share in shares.items():
        ax.add_patch(
            Rectangle((left, place - thick), share, 2 * thick, **{"linewidth": 0.8, **LOOKS[kind]}, gid=f"bar {kind}")
        )
        percent = format_share(share, rough=True)
        words.append(f"{names[kind]} {percent}")
        for text in (words[-1], percent):
            if text_width(text, letter) + 8 < share * width:
                box = {**CLEAR, "facecolor": DARKEST.get(kind, "white")}
                ax.text(
                    left + share / 2, place, text, size=letter, ha="center", va="center", gid="share",
                    color="white" if kind in DARKEST else "#222222", bbox=box,
                )  # fmt: skip
                break
        left += share
    return words


def _title(cover: pd.DataFrame, money: pd.DataFrame, funder: str, language: str) -> str:
    """Say the share of the governments, or of the chosen funder where it has one; a range where a payer is unknown."""
    sums = cover.groupby("payer")["amount"].sum()
    kind = "chosen" if funder else "public"
    own, whole = float(sums.get(kind, 0)), float(sums.sum())
    # What they and others pay together, or nobody knows who, may be theirs.
    maybe = float(sums[sums.index.isin(["mixed", "unknown"])].sum()) if kind == "public" else 0.0
    payer = label("money_funder", funder, language) if funder else say("investment.governments", language)
    form = "_asked" if money["document"].iloc[0] in ASKED or maybe else ""
    if funder and money.loc[money["payer"].eq(kind) & money["role"].eq("cover"), "value"].isna().all():
        form = "_open"
    share = share_range(own / whole, (own + maybe) / whole, language)
    figures = {"payer": payer, "share": share, "name": _scope(money, language)}
    title = say(f"investment.chart_title{form}", language, **figures)
    # A name such as de Regio Deal begins the sentence.
    return title[:1].upper() + title[1:]


def _scope(money: pd.DataFrame, language: str) -> str:
    """Name what the figures are of: a document, one programme of several, or a year of it."""
    document, programmes = str(money["document"].iloc[0]), money["programme"].unique()
    whole = label("money_short", document, language)
    if len(programmes) == 1 and document != "techwise":
        return str(programmes[0]).partition(":")[0]
    years = money["period"].unique()
    return f"{whole} {years[0]}" if len(years) == 1 and years[0].isdecimal() else whole
