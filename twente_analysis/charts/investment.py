"""The chart of money: who pays which part of each programme, goal or project."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Patch, Rectangle
from matplotlib.textpath import text_to_path

from ..catalogue import citation
from ..language import format_euro, format_share, label, say
from ..tables_investment import open_words, part_name, share_range
from ..tidy import DataError
from .house import BLUE, BURGUNDY, CM, DARK, ORANGE, PURPLE, TEAL, Chart, Figures, finish, styled

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
WIDTH = 16.0
LETTER = 7.5
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}


@styled
def plot_funders(
    cover: pd.DataFrame, parts: pd.DataFrame, money: pd.DataFrame, funder: str = "", *, language: str = "nl"
) -> Axes:
    """Draw a bar per part of a document, divided by kind of payer, with the amount and what has no amount in words.

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

    """
    by = str(parts.columns[0])
    if not cover["amount"].notna().any():
        raise DataError("No payer puts in an amount", remedy="Choose another programme.")
    pitch = 1.5 if any(open_words(row, language) for _, row in parts.iterrows()) else 1.25
    figure, ax = plt.subplots(figsize=(WIDTH * CM, (3.6 + pitch * len(parts)) * CM))
    kinds = [kind for kind in LOOKS if cover["payer"].eq(kind).any()]
    names = {kind: label("money_type", kind, language) for kind in kinds}
    if funder:
        own_kind = money.loc[money["funder"] == funder, "funder_type"].iloc[0]
        names[own_kind] = say("investment.rest", language, kind=label("money_type", own_kind, language))
        names["chosen"] = funder
    rows, sentences = [], []
    for place, row in zip(range(len(parts), 0, -1), parts.to_dict("records"), strict=True):
        own = cover[(cover[by] == row[by]) & cover["amount"].gt(0)].set_index("payer")
        words = _bar(ax, place, {kind: float(own.loc[kind, "share"]) for kind in kinds if kind in own.index}, names)
        name, opened = part_name(str(row[by]), language), open_words(pd.Series(row), language)
        total = format_euro(row["cover"], language) if words else say("investment.no_amount", language)
        ax.text(0, place + 0.36, name, size=8, weight="bold", va="center", gid="name")
        ax.text(1, place + 0.36, total, size=8, va="center", ha="right", gid="total")
        if opened:
            beside = say("investment.beside", language, words=opened)
            ax.text(0, place - 0.33, beside, size=6.5, color="#444444", va="center", gid="beside")
        sentences.append(
            say(
                "investment.alt_part",
                language,
                name=name,
                total=total,
                parts="; ".join(words + [opened] * bool(opened)),
            )
        )
        rows.append([name, *(float(own.loc[kind, "amount"]) if kind in own.index else None for kind in kinds)])
    ax.set_xlim(-0.001, 1.001)
    ax.set_ylim(0.5, len(parts) + 0.62)
    ax.set_axis_off()
    patches = [Patch(**{"linewidth": 1, **LOOKS[kind]}, label=names[kind]) for kind in kinds]
    wide = 3 if max(map(len, names.values())) < 36 else 2
    ax.legend(
        handles=patches, loc="lower left", bbox_to_anchor=(0, 1), ncols=wide, fontsize=7.5, frameon=False,
        handlelength=2.2, handleheight=1.1, borderaxespad=0.2, columnspacing=1.4,
    )  # fmt: skip
    columns = [f"{label('money_part', by, language)} ({say('investment.column_euros', language).lower()})"]
    roles = {names["chosen"]: "chosen"} if funder else {}
    behind = Figures([*columns, *(names[kind] for kind in kinds)], rows, "number", "shares", roles)
    source = say("chart.source", language, source=citation(money[money["role"] == "cover"], language))
    document = label("money_document", str(money["document"].iloc[0]), language)
    prices = parts["price_level"].iloc[0]
    subtitle = say("investment.chart_subtitle", language, name=document[0].upper() + document[1:], prices=prices)
    alt = say("investment.chart_alt", language, parts=" ".join(sentences))
    finish(figure, Chart(_title(cover, money, funder, language), subtitle, source, alt, behind))
    return ax


def _bar(ax: Axes, place: int, shares: dict[str, float], names: dict[str, str]) -> list[str]:
    """Draw the parts of a bar; write in each its share, with its name where there is room."""
    left, words = 0.0, []
    for kind, share in shares.items():
        ax.add_patch(
            Rectangle((left, place - 0.17), share, 0.34, **{"linewidth": 0.8, **LOOKS[kind]}, gid=f"bar {kind}")
        )
        percent = format_share(share, rough=True)
        words.append(f"{names[kind]} {percent}")
        for text in (words[-1], percent):
            # The axes are a little narrower than the picture.
            if _width(text) + 8 < share * 0.95 * WIDTH * CM * 72:
                box = {**CLEAR, "facecolor": DARKEST.get(kind, "white")}
                ax.text(
                    left + share / 2, place, text, size=LETTER, ha="center", va="center", gid="share",
                    color="white" if kind in DARKEST else "#222222", bbox=box,
                )  # fmt: skip
                break
        left += share
    return words


def _width(text: str) -> float:
    font = FontProperties(family="DejaVu Sans", size=LETTER)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def _title(cover: pd.DataFrame, money: pd.DataFrame, funder: str, language: str) -> str:
    """Say the share of the governments, or of the chosen funder; about that where a payer is not known."""
    sums = cover.groupby("payer")["amount"].sum()
    kind = "chosen" if funder else "public"
    own, whole = float(sums.get(kind, 0)), float(sums.sum())
    outside = float(money.loc[money["certainty"].eq("outside") & money["payer"].ne(kind), "value"].sum())
    unsure = kind == "public" and {"mixed", "unknown"} & set(sums[sums > 0].index)
    payer = funder[0].upper() + funder[1:] if funder else say("investment.governments", language)
    form = "_asked" if money["document"].iloc[0] in ASKED else "_about" if unsure else ""
    share = share_range(own / whole, own / (whole - outside), language)
    figures = {"payer": payer, "share": share, "name": _scope(money, language)}
    return say(f"investment.chart_title{form}", language, **figures)


def _scope(money: pd.DataFrame, language: str) -> str:
    """Name what the figures are of: a document, one programme of several, or a year of it."""
    document, programmes = str(money["document"].iloc[0]), money["programme"].unique()
    whole = label("money_short", document, language)
    if len(programmes) == 1 and document != "techwise":
        return str(programmes[0]).partition(":")[0]
    years = money["period"].unique()
    return f"{whole} {years[0]}" if len(years) == 1 and years[0].isdecimal() else whole
