//! Bank holidays against the lists the governments published.

use super::*;

fn listed(nation: Nation, year: i32) -> Vec<String> {
    bank_holidays(nation, year).iter().map(|day| day.format("%m-%d").to_string()).collect()
}

#[test]
fn d1_bank_holidays_of_england_and_wales_as_published() {
    let known: &[(i32, &[&str])] = &[
        (2020, &["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"]),
        (2021, &["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2022, &["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"]),
        (2023, &["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"]),
        (2024, &["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"]),
        (2025, &["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"]),
        (2026, &["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),
        (2027, &["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2028, &["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"]),
    ];
    for (year, days) in known {
        assert_eq!(listed(Nation::England, *year), *days, "{year}");
        assert_eq!(listed(Nation::Wales, *year), *days, "{year}");
    }
    for year in 2024..=2035 {
        assert_eq!(listed(Nation::England, year).len(), 8, "{year}");
    }
}

#[test]
fn d1_bank_holidays_of_scotland_and_northern_ireland_as_published() {
    let scotland = |year| listed(Nation::Scotland, year);
    assert_eq!(
        scotland(2025),
        ["01-01", "01-02", "04-18", "05-05", "05-26", "08-04", "12-01", "12-25", "12-26"]
    );
    assert_eq!(
        scotland(2026),
        ["01-01", "01-02", "04-03", "05-04", "05-25", "06-15", "08-03", "11-30", "12-25", "12-28"]
    );
    assert_eq!(&scotland(2022)[..2], ["01-03", "01-04"]);
    assert_eq!(&scotland(2023)[..2], ["01-02", "01-03"]);
    assert_eq!(&scotland(2027)[..2], ["01-01", "01-04"]);
    let ireland = |year| listed(Nation::NorthernIreland, year);
    assert_eq!(
        ireland(2025),
        ["01-01", "03-17", "04-18", "04-21", "05-05", "05-26", "07-14", "08-25", "12-25", "12-26"]
    );
    assert_eq!(
        ireland(2026),
        ["01-01", "03-17", "04-03", "04-06", "05-04", "05-25", "07-13", "08-31", "12-25", "12-28"]
    );
    // 17 March 2024 was a Sunday.
    assert!(is_bank_holiday(Nation::NorthernIreland, date(2024, 3, 18)));
}

#[test]
fn d1_easter_mondays_to_2035() {
    let mondays = [
        (4, 1),
        (4, 21),
        (4, 6),
        (3, 29),
        (4, 17),
        (4, 2),
        (4, 22),
        (4, 14),
        (3, 29),
        (4, 18),
        (4, 10),
        (3, 26),
    ];
    for (year, (month, day)) in (2024..).zip(mondays) {
        assert!(is_bank_holiday(Nation::England, date(year, month, day)), "{year}");
    }
}
