"""Charts, tables and metrics in one sentence, over several data sets: what is drawn."""

from __future__ import annotations

import pytest

from agent.offline.reading import drawn, problems, reading_of, where

pytestmark = pytest.mark.ledger("X1")

CHARTS = [
    ("cars", "scatter plot of mpg against weight", "point x=Weight_in_lbs y=Miles_per_Gallon"),
    ("cars", "horsepower vs displacement coloured by origin", "point x=Displacement y=Horsepower series=Origin"),
    ("cars", "relationship between weight and horsepower", "point x=Weight_in_lbs y=Horsepower"),
    ("cars", "pie chart of cars by origin", "pie x=Origin y=count()"),
    ("cars", "share of cars per origin", "pie x=Origin y=count()"),
    ("cars", "donut of number of cars by cylinders", "donut x=Cylinders y=count()"),
    ("cars", "histogram of horsepower", "histogram x=Horsepower"),
    ("cars", "distribution of weight", "histogram x=Weight_in_lbs"),
    ("cars", "distribution of origin", "bar x=Origin y=count()"),
    ("cars", "average mpg by cylinders", "bar x=Cylinders y=mean(Miles_per_Gallon)"),
    ("cars", "total weight per origin as a horizontal bar chart", "bar x=sum(Weight_in_lbs) y=Origin"),
    ("cars", "number of cars by year and origin as a line chart", "line x=year(Year) y=count() series=Origin"),
    ("cars", "median acceleration for each origin", "bar x=Origin y=median(Acceleration)"),
    ("cars", "maximum horsepower by origin from low to high", "bar x=Origin y=max(Horsepower) y"),
    ("cars", "highest horsepower per origin", "bar x=Origin y=max(Horsepower)"),
    ("cars", "count of cars per number of cylinders", "bar x=Cylinders y=count()"),
    ("cars", "bar chart of origin", "bar x=Origin y=count()"),
    ("cars", "bar chart of mean weight by origin, sort the x-axis descending", "bar x=Origin y=mean(Weight_in_lbs) -x"),
    ("cars", "bar chart of mean weight by origin in alphabetical order", "bar x=Origin y=mean(Weight_in_lbs) x"),
    ("cars", "area chart of number of cars per year", "area x=year(Year) y=count()"),
    ("sales", "total revenue by region as a bar chart, highest first", "bar x=region y=sum(revenue) -y"),
    ("sales", "monthly revenue", "line x=yearmonth(order_date) y=sum(revenue)"),
    ("sales", "revenue by month", "bar x=month(order_date) y=sum(revenue)"),
    ("sales", "line of revenue by month, split by region", "line x=yearmonth(order_date) y=sum(revenue) series=region"),
    ("sales", "sales by weekday", "bar x=weekday(order_date) y=sum(revenue)"),
    ("sales", "revenue per quarter", "bar x=quarter(order_date) y=sum(revenue)"),
    ("sales", "top 3 products by revenue", "bar x=product y=sum(revenue) -y 3"),
    ("sales", "bottom 2 regions by units", "bar x=region y=sum(units) y 2"),
    ("sales", "number of orders by region", "bar x=region y=count()"),
    ("sales", "number of customers by region", "bar x=region y=distinct(customer)"),
    ("sales", "how many different products per region", "bar x=region y=distinct(product)"),
    ("sales", "stacked bar chart of revenue by year and region", "bar x=year(order_date) y=sum(revenue) series=region"),
    ("sales", "average revenue by date", "line x=order_date y=mean(revenue)"),
    ("stocks", "line chart of price over time by symbol", "line x=date y=mean(price) series=symbol"),
    ("seattle_weather", "precipitation over time", "line x=yearmonth(date) y=mean(precipitation)"),
    ("seattle_weather", "number of days by weather", "bar x=weather y=count()"),
    ("seattle_weather", "average max temperature per month", "bar x=month(date) y=mean(temp_max)"),
    ("barley", "yield by variety and site", "bar x=variety y=mean(yield) series=site"),
    ("iris", "scatter of petal length vs petal width by species", "point x=petalWidth y=petalLength series=species"),
    ("us_employment", "line chart of construction by month", "line x=month y=construction"),
    ("us_employment", "manufacturing over time", "line x=month y=manufacturing"),
    ("wheat", "wheat per year", "line x=year y=wheat"),
    ("wheat", "wages vs wheat", "point x=wheat y=wages"),
    ("staff", "average salary by department", "bar x=department y=mean(annualSalary)"),
]  # fmt: skip

TABLES = [
    ("cars", "the 20 heaviest cars", "table -Weight_in_lbs 20"),
    ("cars", "top 5 cars by mpg", "table -Miles_per_Gallon 5"),
    ("cars", "the 10 most efficient cars", "table -Miles_per_Gallon 10"),
    ("cars", "the 3 least powerful cars", "table Horsepower 3"),
    ("cars", "first 10 rows", "table 10"),
    ("cars", "table of name and weight, heaviest first", "table Name,Weight_in_lbs -Weight_in_lbs"),
    ("cars", "show me the cars", "table"),
    ("sales", "cheapest 4 products", "table unit_price 4"),
    ("sales", "latest 5 orders", "table -order_date 5"),
    ("sales", "table of region, product and units sorted by units descending", "table region,product,units -units"),
    ("seattle_weather", "hottest day", "table -temp_max 1"),
    ("seattle_weather", "coldest day", "table temp_min 1"),
    ("staff", "three youngest people", "table age 3"),
    ("staff", "oldest employee", "table -age 1"),
    ("staff", "2 newest employees", "table -hireDate 2"),
    ("staff", "2 highest paid employees", "table -annualSalary 2"),
]

METRICS = [
    ("cars", "number of cars", "metric count()"),
    ("cars", "average mpg as a metric", "metric mean(Miles_per_Gallon)"),
    ("cars", "KPI of the highest horsepower", "metric max(Horsepower)"),
    ("cars", "number of different origins", "metric distinct(Origin)"),
    ("sales", "total revenue", "metric sum(revenue)"),
    ("sales", "number of products", "metric distinct(product)"),
    ("sales", "number of orders", "metric count()"),
]


@pytest.mark.parametrize(("frame", "prompt", "expected"), [*CHARTS, *TABLES, *METRICS])
def test_one_request(frame: str, prompt: str, expected: str):
    reading = reading_of(prompt, frame)
    assert [drawn(call) for call in reading.calls] == [expected]
    assert not problems(reading)
    assert reading.calls[0].arguments["dataset"] == frame


FILTERS = [
    ("cars", "average horsepower for Japanese cars", [("Origin", "=", "Japan")]),
    ("cars", "number of cars from USA or Europe", [("Origin", "in", ["USA", "Europe"])]),
    ("cars", "mean weight by year excluding USA", [("Origin", "!=", "USA")]),
    ("cars", "number of cars where cylinders is 8", [("Cylinders", "=", 8)]),
    ("cars", "number of cars with more than 4 cylinders", [("Cylinders", ">", 4)]),
    ("cars", "cars with weight over 3,000 as a table", [("Weight_in_lbs", ">", 3000)]),
    ("cars", "cars heavier than 4000 lbs", [("Weight_in_lbs", ">", 4000)]),
    ("cars", "number of cars with horsepower between 100 and 150", [("Horsepower", "between", [100, 150])]),
    ("cars", "number of cars with at least 200 hp", [("Horsepower", ">=", 200)]),
    ("cars", "mean weight by origin since 1975", [("Year", ">=", "1975-01-01")]),
    ("cars", "mean weight by origin before 1975", [("Year", "<", "1975-01-01")]),
    ("cars", "mean weight by origin, only 1982", [("Year", ">=", "1982-01-01"), ("Year", "<", "1983-01-01")]),
    ("cars", "mpg between 1972 and 1976 by origin", [("Year", ">=", "1972-01-01"), ("Year", "<", "1977-01-01")]),
    ("cars", "table of cars where name contains 'ford'", [("Name", "contains", "ford")]),
    ("cars", "number of cars where horsepower is missing", [("Horsepower", "is null", None)]),
    ("cars", "number of cars where horsepower is not missing", [("Horsepower", "not null", None)]),
    ("sales", "revenue of Office Chair by region", [("product", "=", "Office Chair")]),
    ("sales", 'units for "office chair" by region', [("product", "=", "Office Chair")]),
    ("sales", "total units where region is North or South", [("region", "in", ["North", "South"])]),
    ("sales", "orders with revenue above 300 and units at least 5", [("revenue", ">", 300), ("units", ">=", 5)]),
    ("sales", "units by region on 2022-03-15", [("order_date", ">=", "2022-03-15"), ("order_date", "<", "2022-03-16")]),
    ("barley", "average yield per site in 1931", [("year", "=", 1931)]),
    ("wheat", "area chart of wages since 1700", [("year", ">=", 1700)]),
    ("staff", "number of people that are not active", [("active", "=", False)]),
    ("staff", "employees hired after 2016", [("hireDate", ">=", "2017-01-01")]),
    ("staff", "mean age of the legal department", [("department", "=", "Legal")]),
]


@pytest.mark.parametrize(("frame", "prompt", "conditions"), FILTERS)
def test_conditions(frame: str, prompt: str, conditions: list[tuple[str, str, object]]):
    reading = reading_of(prompt, frame)
    assert len(reading.calls) == 1
    assert where(reading.calls[0]) == conditions
    assert not problems(reading)


def test_a_grouped_table_is_written_as_sql_with_a_total_order():
    (call,) = reading_of("table of average mpg by origin for 8 cylinders, highest first", "cars").calls
    assert call.arguments["sql"] == (
        'SELECT "Origin" AS "origin", avg("Miles_per_Gallon") AS "average miles per gallon" FROM "cars" '
        'WHERE "Cylinders" = 8 GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1'
    )


def test_a_title_in_the_prompt_is_kept():
    (call,) = reading_of('bar chart of mean mpg by origin titled "Fuel <economy>"', "cars").calls
    assert (call.arguments["title"], call.arguments["container_id"]) == ("Fuel <economy>", "fuel_economy")


def test_a_kind_without_data_shows_the_same_data_again():
    pie, table = reading_of("pie of cars by origin and a table", "cars").calls
    assert drawn(pie) == "pie x=Origin y=count()"
    assert "GROUP BY 1" in table.arguments["sql"]


@pytest.mark.parametrize(
    ("prompt", "note"),
    [
        ("bar chart of horsepower by origin", "No aggregate was named for Horsepower, so it is the average."),
        ("average horsepower by origin", "No kind of chart was named, so it is a bar chart."),
        ("bar chart of mean horspower by origin", "“horspower” was read as Horsepower."),
        ("bar chart of mean horsepower by origin, sorted", "No order was named, so the largest come first."),
        ("the heaviest cars", "No number was given, so it shows 10."),
    ],
)
def test_choices_are_stated(prompt: str, note: str):
    assert note in [text for part in reading_of(prompt, "cars").parts for text in part.notes]


def test_the_months_of_all_years_together_are_stated():
    notes = reading_of("revenue by month", "sales").parts[0].notes
    assert "The months of all years (2021 to 2023) are taken together." in notes


@pytest.mark.parametrize(
    ("frame", "prompt", "drawings"),
    [
        (
            "cars",
            "How many cars were built per origin? And a pie of them by cylinders",
            ["bar x=Origin y=count()", "pie x=Cylinders y=count()"],
        ),
        ("cars", "Only consider cars from Japan. Show their number by cylinders", ["bar x=Cylinders y=count()"]),
        ("seattle_weather", "seattle_weather: mean wind over time, by month", ["line x=yearmonth(date) y=mean(wind)"]),
    ],
)
def test_sentences_that_belong_together_and_those_that_do_not(frame: str, prompt: str, drawings: list[str]):
    assert [drawn(call) for call in reading_of(prompt, frame).calls] == drawings


def test_a_chart_asked_for_in_colours_that_got_one_says_so():
    assert any(
        "colours" in text for text in problems(reading_of("Stacked bar chart of the number of cars by origin", "cars"))
    )


def test_a_pie_with_two_groupings_says_what_it_lacks():
    assert problems(reading_of("Pie chart of the number of cars by origin and cylinders", "cars"))
