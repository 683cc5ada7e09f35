"""Words of requests: aggregates, groups, time, order, comparison. About language, never about one dataset."""

from __future__ import annotations

from dataclasses import dataclass

from canvas_widget.agent.providers.offline.words.orders import ORDERS
from canvas_widget.agent.providers.offline.words.phrases import PhraseTable
from canvas_widget.agent.providers.offline.words.vocabulary import table

__all__ = ["AGGREGATES", "COMPARISONS", "DIRECTIONS", "FACETS", "GROUPERS", "UNITS", "Unit"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of time: the encoding's function ("" for the date itself), and whether it runs along the years."""

    function: str
    running: bool = False


AGGREGATES: PhraseTable[str] = PhraseTable(
    table("""
mean:: average, mean, avg, on average, averagely, typical, typically, usual, averaged, average number of, mean number of
sum:: total, sum, sum of, sum up, combined total, joint, collective, total sum, total value of, total amount, summed,
    total amount of, combined, cumulated, totals of, summation of, in total,
    altogether, aggregated, added up, overall, accumulated, cumulative, grand total, add up, overall sum
median:: median, middle value of
min:: minimum, min, minimal, smallest value of, lowest value of, least value of, record low, lower bound of, lower
    limit of
max:: maximum, max, maximal, peak, greatest value of, highest value of, uppermost, record high, largest value of,
    upper bound of, upper limit of
stdev:: standard deviation, std dev, stdev, std, spread of
count:: number of, numbers of, number, how many, count, count of, counts of, num of, frequency of, amount of,
    quantity of, frequency, occurrences of, tally, counted, tallied, total quantity of, total tally of, counts,
    occurrence of, overall number of, overall count of, how often, tally of, total number of,
    total number, total count, total count of, head count, headcount, volume of, incidence of, number of times
distinct:: distinct, unique, different, distinct count of, unique count of, count distinct
""")
    | {
        f"{count} {article}{word}": "distinct"
        for count in (
            "number of",
            "how many",
            "count of",
            "count",
            "tally of",
            "total number of",
            "amount of",
            "quantity of",
        )
        for article in ("", "the ", "all ")
        for word in ("distinct", "different", "unique")
    }
)

GROUPERS: PhraseTable[str] = PhraseTable(
    table("""
group:: by, per, on each, on different, for each of the, for all the different, in terms of each, over each, among
    the different, among each, split into, broken into, categorised according to, categorized according to, sorted into,
    separated into, arranged by group of, within different, at different, in all, in all the, under different, for
    each, for every, in each, in every, of each, from each, each, every, across, across all,
    grouped by, group by, grouping by, broken down by, break down by, breakdown by, depending on, for all, for
    different, for various, along, at each, with each, under each, to each, split per, according to, among,
    based on, binned by, bin by, within each, over the, over, in different, for each different, of different,
    from different, with different, across different, in various, of various, by different, by each,
    grouped for each, categorized by, categorised by, classified by,
    grouped according to, depending upon, corresponding to each, for the various, across the, across various, split
    according to, between, between the, between different, between the different,
    organized by, organised by, divided by, segmented according to, broken down per, within every,
    in the various, in the different, for the different, across the different, across the various
series:: each bar divided by, each bar divided up by, each bar split by, each bar split up by, each bar
    broken down by, bars divided by, bars divided up by, bars split by, bars split up by, bars broken down by,
    bars segmented by, colours stand for, colors stand for, colours standing for, colors standing for,
    different color for each, different colour for each, different colors for each, different colours for
    each, use a different color for each, with a different color for each, with different colors for each, a
    different color for each, with different colors for, with different colours for, different colors for, color
    for each, colour for each, colored by, coloured by, color by, colour by, split by, stacked by, stack by,
    series by, one line per, a line per, one line for each, a line for each, one series per, separate lines per,
    separate lines for each, with one line per, with a line per, with a line for each, color coded by, colour
    coded by, separated by, segmented by, and group by, and color by, and colour by, and split by, and stack by,
    and grouped by, and coloured by, and colored by, group by attribute, hue by, for each line, broken out by,
    color for, colour for,
    color for different, colour for different, with color for, with colour for, with color showing,
    with colour showing
versus:: vs, versus, against, as a function of, in relation to, over against, compared with, compared to,
    relative to, with respect to, varies with, vary with, changes with, change with, varying with
relation:: relationship between, link between, connection between, interplay between, interplay of, correspondence
    between, connection of, correlated, related, go hand in hand, linked, association of, association, influence of,
    relation between, correlation between, correlation of, relationship of,
    correlate, contrast, contrasting, differ, compare,
    comparison of, comparing, comparison between, association between, dependence of, how
    does, dependency of, correlation
years:: over the years, through the years, across the years, throughout the years, with the years, as the years go by
time:: over time, as time goes by, as time passes, in the course of time, over the course of time, chronologically
    over time, historically, time evolution, evolution of, evolution over time, through time, across time, over the
    months, over the days, time trend, with
    time, along time, timeline
distribution:: spread of, spread across, spread over, distribution of, distribution, distributed
share:: account for, contribute to, contribution of, relative size of, make - up of, divided among, divided between,
    split among, split between, apportioned among, allocated among, percentages of,
    percentage, percentages, part of, portion of, portions of, slice of, split of, mix of,
    relative share of, relative frequency of, makeup of, composition, breakdown, share of, shares of, proportion of,
    proportions of, proportion, in proportion, fraction of, what fraction of,
    ratio of, ratio, percentage of, percent of, breakdown of,
    composition of, make up of
""")
    | {
        f"{article}{colour} {link} {each}": "series"
        for article in ("", "a ", "one ", "its own ", "different ")
        for colour in ("color", "colour")
        for link in ("for", "per", "by")
        for each in ("every", "each", "the different", "the individual")
    }
)

FACETS: PhraseTable[str] = PhraseTable(
    table("""
facet:: small multiples, small multiple, trellis, lattice, faceted, facetted, facet, facets, separate charts,
    separate chart, separate plots, separate plot, separate graphs, separate graph, separate panels, separate panel,
    individual charts, individual plots, individual graphs
""")
)
"""What asks for a small chart for each group."""

_UNITS = table("""
+year:: year, yearly, annual, annually, year by year, year on year, year over year, year to year, one year to the
    next, calendar year
quarter:: quarter
+yearquarter:: quarterly, year and quarter
month:: month, month of the year, calendar month, month to month
+yearmonth:: monthly, month by month, month on month, year and month, year month, month and year
+week:: week, weekly
+day:: day, daily
+:: date
weekday:: weekday, day of the week, days of the week, day of week, week day, day in the week
hour:: hour, hourly, hour of the day, hour of day, time of day
""")

UNITS: PhraseTable[Unit] = PhraseTable(
    {phrase: Unit(meaning.removeprefix("+"), running=meaning.startswith("+")) for phrase, meaning in _UNITS.items()}
)
"""Units of time; those with "+" in the table run along the years ("monthly"), the others recur ("weekday")."""

DIRECTIONS: PhraseTable[str] = PhraseTable(
    ORDERS
    | table("""
desc:: descending, desc, decreasing, descendingly, from the top, from the highest, from the most, newest first,
    latest first, most recent first, from new to old, from newest to oldest, descending order, decreasing order,
    desc order, in desc order, reversed, reverse order, descend
asc:: ascending, asc, increasing, ascendingly, from the bottom, from the lowest, oldest first, earliest first,
    chronological, chronologically, in chronological order, from old to new, from oldest to newest, ascending order,
    increasing order, asc order, in asc order, ascend
name:: alphabetically, alphabetical, alphabetical order, alphabetic order, in alphabetical order, in alphabetic
    order, a to z, a - z, from a to z, in lexicographical order, lexicographical order, ascending alphabetical order
name desc:: z to a, z - a, from z to a, reverse alphabetical, reverse alphabetical order, in reverse alphabetical
    order, reverse alphabetically, descending alphabetical order, alphabetically descending
""")
)
"""Words of order: "desc", "asc", or "name" (by the label; "name desc" from the end)."""

COMPARISONS: PhraseTable[str] = PhraseTable(
    table("""
>:: in excess of, surpassing, surpasses, surpass, upwards of, strictly more than, north of, over, above, more than,
    greater than, larger than, higher than, bigger than, exceeding, exceeds, exceed, is
    over, beyond, after, later than, newer than, >
<:: prior to, short of, strictly less than, south of, preceding, under, below, less than, fewer than, smaller than,
    lower than, before, earlier than, <
>=:: not fewer than, no lower than, no smaller than, no earlier than, no below, not under, beginning in, beginning
    with, at the least, at minimum, starting with, from at least, at least, no less than, not less than, minimum of, a
    minimum of, from at least, >=, ≥, since, from,
    starting in, starting from, greater than or equal to, more than or equal to, not before, larger than or equal
    to, bigger than or equal to, higher than or equal to, equal to or greater than, equal to or more than, not
    smaller than, not lower than, not below, no fewer than, not under, a least
<=:: no later than, not later than, not after, at the most, at maximum, not surpassing, at most, no more than, not
    more than, up to, maximum of, a maximum of, <=, ≤, until, till, less than or
    equal to, through, smaller than or equal to, lower than or equal to, fewer than or equal to, equal to or less
    than, no greater than, no larger than, no higher than, not greater than, not larger than, not higher than, not
    above, not over, not exceeding, maximally
=:: is, are, was, were, equals, equal to, equal, =, ==, being, of exactly, exactly, is exactly, is equal to, of,
    in, :
!=:: anything but, different from, not being, excluding, except, is not, are not, isn't, aren't, not, not equal to, is
    not equal to, does not equal, does not equal to,
    do not equal,
    do not equal to, is different
    from, differs from, differ from, unequal to, is no,
    other than, !=, <>, ≠
contains:: contains, containing, includes, including, with the word, has the word, that contains, like
between:: ranging between, ranges between, range between, within the range of, lying between, falling between,
    between, is between, lies between, lie between, falls between, fall between, in between, anywhere between,
    varies between, within the range from, within the range between, in the range from, in the range between,
    inside the range of, within the interval of, from anywhere between,
    ranging from, ranges from, in the range, in the range of, in range
""")
)
