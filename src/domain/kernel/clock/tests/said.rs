//! Codes, and dates and times as people read and type them.

use super::*;

#[test]
fn every_code_of_the_default_tables_is_known() {
    for (code, rule) in [
        ("30_minutes", Rule::Minutes(30)),
        ("same_school_day", Rule::SameSchoolDay),
        ("1_school_day", Rule::SchoolDays(1)),
        ("3_school_days", Rule::SchoolDays(3)),
        ("1_working_day", Rule::WorkingDays(1)),
        ("48_clock_hours", Rule::ClockHours(48)),
        ("on_2028-02-29", Rule::On(date(2028, 2, 29))),
    ] {
        assert_eq!(Rule::parse(code), Ok(rule));
        assert_eq!(rule.code(), code);
    }
    for wrong in
        ["", "30", "minutes", "0_school_days", "-1_school_day", "1_school", "on_2027-02-29", "70000_minutes"]
    {
        assert!(Rule::parse(wrong).is_err(), "{wrong}");
    }
    for nation in Nation::ALL {
        assert_eq!(Nation::parse(nation.as_str()), Ok(nation));
    }
    let said = [Rule::ClockHours(1), Rule::SchoolDays(3), Rule::SameSchoolDay, Rule::On(date(2026, 11, 17))];
    assert_eq!(
        said.map(|rule| rule.to_string()),
        ["1 hour", "3 school days", "the same school day", "Tue 17 Nov 2026"]
    );
}

#[test]
fn every_category_has_a_clock() {
    let column = |table: &str, name: &str| {
        let mut rows = csv::Reader::from_reader(table.as_bytes());
        let at = rows.headers().unwrap().iter().position(|head| head == name).unwrap();
        rows.records().map(|row| row.unwrap()[at].to_owned()).collect::<Vec<_>>()
    };
    let within = column(include_str!("../../../data/categories.csv"), "acknowledge_within");
    assert!(
        within.len() >= 57 && within.iter().all(|code| Rule::parse(code).is_ok_and(|r| r.code() == *code))
    );
}

#[test]
fn due_in_plain_english() {
    let now = at(2026, 11, 17, 15, 0);
    let said = |due| describe_due(now, due);
    assert_eq!(said(at(2026, 11, 17, 17, 20)), "Today, 17:20");
    assert_eq!(said(now), "Today, 15:00");
    assert_eq!(said(at(2026, 11, 24, 15, 30)), "Tue 24 Nov");
    assert_eq!(said(at(2027, 1, 5, 15, 30)), "Tue 5 Jan 2027");
    assert_eq!(said(at(2026, 11, 17, 14, 59)), "1 minute overdue");
    assert_eq!(said(now - TimeDelta::microseconds(1)), "1 minute overdue");
    assert_eq!(said(at(2026, 11, 17, 14, 1)), "59 minutes overdue");
    assert_eq!(said(at(2026, 11, 17, 13, 30)), "1 hour overdue");
    assert_eq!(said(at(2026, 11, 16, 15, 1)), "23 hours overdue");
    assert_eq!(said(at(2026, 11, 15, 14, 0)), "2 days overdue");
    assert_eq!(long(at(2026, 11, 17, 15, 52)), "Tue 17 Nov 2026, 15:52");
    assert_eq!(long(utc("2026-06-30T23:30:00Z")), "Wed 1 Jul 2026, 00:30");
    assert_eq!(day(utc("2026-06-30T23:30:00Z")), "Wed 1 Jul 2026");
    assert_eq!(time_of(utc("2026-06-30T23:30:00Z")), "00:30");
    assert_eq!(truncate(utc("2026-06-30T23:30:00.123456789Z")), utc("2026-06-30T23:30:00.123456Z"));
}

#[test]
fn what_people_type() {
    assert_eq!(parse_instant("17", "11", "2026", "15:52"), Ok(at(2026, 11, 17, 15, 52)));
    assert_eq!(parse_instant(" 1 ", "Sept", "2026", "3:52 PM"), Ok(at(2026, 9, 1, 15, 52)));
    let times = [
        ("9.05", 9, 5),
        ("0905", 9, 5),
        ("12am", 0, 0),
        ("12:30pm", 12, 30),
        ("3 p.m.", 15, 0),
        ("midday", 12, 0),
        ("0:00", 0, 0),
    ];
    for (typed, hour, minute) in times {
        assert_eq!(parse_time(typed), Ok(NaiveTime::from_hms_opt(hour, minute, 0).unwrap()), "{typed}");
    }
    for wrong in ["3", "24:00", "12:60", "13pm", "0am", "1:2", "x", "1:٢٣", "12:30:15", "pm"] {
        assert_eq!(parse_time(wrong), Err(InputError::Time), "{wrong}");
    }
    assert_eq!(parse_time(" "), Err(InputError::TimeMissing));
    for (day, month, year, wrong) in [
        ("", "", " ", InputError::DateMissing),
        ("", "11", "2026", InputError::Day),
        ("32", "11", "2026", InputError::Day),
        ("1", "13", "2026", InputError::Month),
        ("1", "ju", "2026", InputError::Month),
        ("1", "11", "26", InputError::Year),
        ("1", "11", "1890", InputError::YearOutside),
        ("1", "11", "3026", InputError::YearOutside),
        ("31", "11", "2026", InputError::NoSuchDate),
        ("29", "2", "2027", InputError::NoSuchDate),
    ] {
        assert_eq!(parse_date(day, month, year), Err(wrong), "{day} {month} {year}");
    }
    assert_eq!(InputError::Month.part(), InputPart::Month);
}

#[test]
fn d1_typed_times_in_the_nights_of_the_change() {
    assert_eq!(parse_instant("28", "3", "2027", "1:30"), Err(InputError::SkippedHour));
    assert_eq!(parse_instant("28", "3", "2027", "2:00"), Ok(utc("2027-03-28T01:00:00Z")));
    assert_eq!(
        parse_instant("25", "10", "2026", "1:30"),
        Ok(utc("2026-10-25T00:30:00Z")),
        "the first of the two"
    );
    let now = at(2026, 11, 17, 15, 52);
    assert_eq!(parse_past_instant("17", "11", "2026", "15:52", now), Ok(now));
    assert_eq!(parse_past_instant("17", "11", "2026", "15:53", now), Err(InputError::Future));
}
