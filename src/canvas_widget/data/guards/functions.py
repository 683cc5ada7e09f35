"""What a query may call. Everything else is refused: a function that is not here was not looked at."""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

__all__ = ["AGGREGATES", "OPERATORS", "SCALARS", "TABLE_FUNCTIONS", "TYPES", "WINDOWS"]

OPERATORS = frozenset(
    "+ - * / // % ** ^ & | ~ << >> || ! !__postfix @ ~~ !~~ ~~* !~~* ~~~ ^@ = != <> < <= > >= -> ->> @> <@ &&".split()
)

SCALARS = frozenset(
    """
    abs acos acosh add asin asinh atan atan2 atanh cbrt ceil ceiling cos cosh cot degrees divide even exp fdiv floor
    fmod gcd greatest isfinite isinf isnan lcm least ln log log10 log2 mod multiply pi pow power radians round
    round_even sign signbit sin sinh sqrt subtract tan tanh trunc xor width_bucket

    ascii array_to_string chr concat concat_ws contains ends_with instr lcase left len length lower ltrim ord position
    prefix regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_replace
    regexp_split_to_array replace reverse right rtrim split_part starts_with str_split string_split string_to_array
    strip_accents strlen strpos substr substring suffix translate trim ucase unicode upper lpad rpad format printf md5
    nfc_normalize jaccard overlay char_length character_length like_escape ilike_escape not_like_escape
    not_ilike_escape split list_aggregate

    age century current_date current_timestamp date_add date_diff date_part date_sub date_trunc datediff datepart
    datesub datetrunc day dayname dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us
    era get_current_timestamp hour isodow isoyear julian last_day make_date make_time make_timestamp make_timestamptz
    microsecond millennium millisecond minute month monthname now quarter second strftime strptime time_bucket
    timezone to_centuries to_days to_decades to_hours to_microseconds to_milliseconds to_minutes to_months to_quarters
    to_seconds to_timestamp to_weeks to_years today try_strptime week weekday weekofyear year yearweek ago

    coalesce if ifnull nullif typeof hash constant_or_null

    list_value list_pack list_contains list_has list_extract list_element element_at list_sort list_reverse_sort
    list_distinct list_unique list_slice array_slice array_extract array_length array_contains list_sum list_avg
    list_min list_max list_count list_first list_last struct_pack struct_extract row map map_extract
    map_extract_value map_keys map_values cardinality unnest flatten generate_series range

    json_extract json_extract_path json_extract_string json_extract_path_text json_array_length json_keys json_type
    json_valid json_exists json_value
    """.split()
)

AGGREGATES = frozenset(
    """
    any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min arg_min_null
    argmax argmin array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif
    covar_pop covar_samp entropy favg first fsum geomean geometric_mean group_concat histogram kahan_sum kurtosis
    kurtosis_pop last list listagg mad max max_by mean median min min_by mode product quantile quantile_cont
    quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
    reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg sum sum_no_overflow sumkahan var_pop
    var_samp variance wavg weighted_avg
    """.split()
)

WINDOWS = frozenset(
    """
    cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number
    """.split()
)

TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})

TYPES = frozenset(
    """
    tinyint smallint integer int bigint hugeint utinyint usmallint uinteger ubigint uhugeint int1 int2 int4 int8
    signed long short float real float4 float8 double numeric decimal dec bool boolean logical varchar char bpchar
    text string date time timestamp datetime timestamptz timestamp_s timestamp_ms timestamp_ns timestamp_us timetz
    interval uuid json list struct map row null any
    """.split()
) | {"timestamp with time zone", "time with time zone", "double precision", "character varying"}
