"""A grammar of requests: what is asked for, in the many sentences English has for it, over invented databases.

A topic names a database, words for its rows, its groups and its quantities, and what pandas makes of them. A frame is a
sentence with these words left open. Every topic meets every frame of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from agent.offline.charted import Asked

__all__ = ["FRAMES", "TOPICS", "every"]


_COUNT = """
any: How many {rows} are there for each {group}?
any: How many {rows} are there in total per {group}?
any: {Rows} per {group}
any: {Rows} by {group}
any: Number of {rows} by {group}
any: Count of {rows} for every {group}
any: Break down the {rows} by {group}
any: Split the number of {rows} by {group}
any: Tell me how many {rows} each {group} has
any: I'd like to know the number of {rows} across {groups}
any: What is the count of {rows} in each {group}?
any: For every {group}, how many {rows} do we have?
any: Give me a breakdown of {rows} by {group}
any: Compare the {groups} by number of {rows}
any: Tally the {rows} by {group}
any: Please count the {rows}, grouped by {group}
any: What does the number of {rows} look like across the {groups}?
any: Contrast the number of {rows} between {groups}
any: Let me see how many {rows} fall under each {group}
any: Which {group} has how many {rows}?
bar: Could you show me how many {rows} there are per {group} in a bar chart?
bar: Plot a column chart of the {group} counts of the {rows}
bar: A bar chart that counts the {rows} in every {group}
bar: Bars: {rows} per {group}
bar: Show bars for the number of {rows}, one for each {group}
bar: I need a bar graph in which every {group} is shown with its number of {rows}
bar: Using bars, contrast how many {rows} the different {groups} have
bar: Enumerate the {rows} by {group} and display the tallies in a bar chart
bar: Visualise the {group} of the {rows} and how often each occurs in a bar graph
bar: Bar chart, x axis {group}, y axis number of {rows}
arc: What share of the {rows} does each {group} have? Pie chart.
arc: Pie chart of the {rows} by {group}
arc: In a pie, what proportion of {rows} falls to each {group}?
arc: Illustrate how the {rows} are distributed among the {groups} with a pie chart
arc: Depict the percentage of {rows} per {group} in a pie
arc: Which fraction of the {rows} belongs to which {group}? Use a pie chart
"""

_AGGREGATE = """
any: What is the {agg} {value} of the {rows} in each {group}?
any: {Agg} {value} by {group}
any: {Agg} {value} per {group}
any: {Agg} {value} for each {group}
any: How does the {agg} {value} vary across {groups}?
any: How does the {agg} {value} differ between {groups}?
any: Compare the {groups} by {agg} {value}
any: Compare {agg} {value} across {groups}
any: Tell me the {agg} {value} for every {group}
any: For each {group}, give the {agg} {value} of its {rows}
any: I want to see the {agg} {value} depending on {group}
any: Break the {agg} {value} down by {group}
any: Show me, per {group}, the {agg} {value}
any: What {agg} {value} do the different {groups} have?
any: Calculate the {agg} {value} within each {group}
any: Contrast the {agg} {value} of the {groups}
bar: Bar chart of the {agg} {value} of {rows} by {group}
bar: A bar plot comparing the {agg} {value} between the {groups}
bar: Draw the {agg} {value} as bars, one per {group}
bar: Could I have a bar graph with the {groups} on the x-axis and the {agg} {value} on the y-axis?
bar: Group the {rows} by {group} and plot the {agg} {value} as a bar chart
bar: Using a bar chart, depict what the {agg} {value} is for the {rows} of each {group}
"""

_ORDERED = """
bar desc: Bar chart of the {agg} {value} by {group}, highest first
bar desc: Rank the {groups} by {agg} {value} in a bar chart
bar desc: Bar chart of {agg} {value} per {group} from highest to lowest
bar desc: Show the {agg} {value} for each {group} in bars, in descending order of {value}
bar desc: Order the {groups} from the highest to the lowest {agg} {value} and show them in a bar chart
bar desc: Please arrange the bars of {agg} {value} per {group} so that the largest comes first
bar desc: A bar graph of the {agg} {value} per {group}. The bars should go from big to small.
bar desc: Plot {agg} {value} by {group} as bars and make sure the values are listed in decreasing order
bar asc: Bar chart of the {agg} {value} by {group}, lowest first
bar asc: Show bars of the {agg} {value} for each {group}, from smallest to largest
bar asc: Bars of the {agg} {value} in each {group}, with the y axis going up
bar asc: Bar graph of {agg} {value} by {group} sorted by {agg} {value} in increasing order
x asc: Bar chart of the {agg} {value} by {group}, with the {groups} in alphabetical order
x asc: Bar chart of the {agg} {value} by {group}, {groups} from A to Z
x asc: Show the {agg} {value} of each {group} in a bar chart, sorted by {group}
x desc: Bar chart of the {agg} {value} by {group}, with the {groups} in reverse alphabetical order
x desc: Bar chart of the {agg} {value} by {group} and list the {groups} from Z to A
"""

_FILTERED = """
any: How many {rows} {that} are there per {group}?
any: Number of {rows} {that}, by {group}
any: For {rows} {that}, count them by {group}
any: Of the {rows} {that}, how many are in each {group}?
any: Tell me how many of the {rows} {that} each {group} has
bar: Bar chart of the number of {rows} {that} for each {group}
bar: Count only the {rows} {that} and show them by {group} in a bar chart
bar: Only consider {rows} {that}. Show a bar chart of their number by {group}.
bar: Draw a bar chart with the count of {rows} {that} in every {group}
arc: Pie chart: {rows} {that} by {group}
arc: Among {rows} {that}, what share does each {group} take? Pie.
"""

_YEARLY = """
any: How many {rows} were {event} each year?
any: How has the number of {rows} {event} changed over the years?
any: {Rows} {event} per year
any: Yearly number of {rows} {event}
line: Line chart of how many {rows} were {event} per year
line: Show the trend in the number of {rows} by year {event} with a line chart
line: Plot the count of {rows} {event} year by year as a line
line: A line graph of the number of {rows} {event} in each year
line: What does the number of {rows} {event} look like over the years? Line chart.
bar: Bar chart of the number of {rows} {event} per year
bar: Bin the {date} by year and count the {rows} in a bar chart
bar: Count the {rows} by {date}, with the dates grouped into yearly intervals, in a bar chart
"""

_PAIR = """
point: Scatter plot of {a} and {b}
point: Plot {b} against {a} as a scatter plot
point: How does {b} relate to {a}? Scatter plot.
point: Show {b} versus {a} as points
point: Is {a} related to {b}? Show it in a scatter chart
point: Scatter chart showing {a} on the x axis and {b} on the y axis for all {rows}
point: Draw a scatter plot of the {b} of the {rows} as a function of their {a}
point: Visualise the correlation between {a} and {b} with a scatter plot
point: Explore whether {b} depends on {a} with a scatter diagram
point: Do {rows} with a higher {a} have a higher {b}? Scatter plot
"""

_TWO_GROUPS = """
bar: Stacked bar chart of the number of {rows} by {group} and {series}
bar: Stacked bars of how many {rows} each {group} has, coloured by {series}
bar: For each {group}, count the {rows} and split the bars by {series}
bar: Break down the {rows} by {group} and stack by {series} in a bar chart
bar: A bar chart counting {rows} per {group}, with a colour for each {series}
bar: Number of {rows} per {group} as a stacked bar chart with {series} as the colour
bar: Show the {series} of the {rows} within each {group} in a stacked bar chart
"""

_TOP = """
bar: Top {n} {groups} by {agg} {value} in a bar chart
bar: Bar chart of the {n} {groups} with the highest {agg} {value}
bar: Which {n} {groups} have the highest {agg} {value}? Bar chart.
bar: Show only the {n} {groups} whose {agg} {value} is largest, as bars
bar: The {n} best {groups} in terms of {agg} {value}, bar chart
bar: Bars for the {groups} with the {n} largest {agg} {value}
"""

_LISTED = """
bar: Bar chart of the {value} of each {entity}
bar: Show every {entity} and its {value} in a bar chart
bar: What are the {entity_names} and {value} of all {entities}? Bar chart
bar: What {value} does each {entity} have? Draw bars.
bar: List the {entity_names} together with their {value} in a bar chart
bar: Return a bar chart of {entity_names} and {value}
bar: Plot the {value} of the {entities} as bars, one per {entity}
"""

FRAMES = {
    "count": _COUNT, "aggregate": _AGGREGATE, "ordered": _ORDERED, "filtered": _FILTERED, "yearly": _YEARLY,
    "pair": _PAIR, "two groups": _TWO_GROUPS, "top": _TOP, "listed": _LISTED,
}  # fmt: skip

TOPICS = [
    line
    for line in Path(__file__).with_name("phrasing_topics.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def _filled(frame: str, words: dict[str, str]) -> str:
    sentence = frame
    for _, name, _, _ in Formatter().parse(frame):
        if name:
            word = words[name.lower()]
            sentence = sentence.replace(f"{{{name}}}", word[:1].upper() + word[1:] if name[0].isupper() else word)
    return sentence


def every() -> Iterator[tuple[str, Asked]]:
    """Every sentence of every topic, with its kind."""
    for line in TOPICS:
        domain, kind, said, expected = (part.strip() for part in line.split(" | ", 3))
        words = dict(part.strip().split("=", 1) for part in said.split(";"))
        for frame in FRAMES[kind].strip().splitlines():
            how, sentence = frame.split(": ", 1)
            mark, _, way = how.partition(" ")
            order = f"x {way}" if mark == "x" else f"y {way}" if way else ""
            mark = "bar" if mark == "x" else mark
            yield kind, Asked(domain, mark, expected, order, _filled(sentence, words))
