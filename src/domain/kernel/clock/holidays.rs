//! Bank holidays of the four nations, computed: Easter, the Monday holidays, substitute days, and proclaimed one-offs.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::rule::UnknownCode;

/// The nation a school is in: it decides the bank holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nation {
    /// England.
    England,
    /// Wales: the same bank holidays as England.
    Wales,
    /// Scotland: 2 January and St Andrew's Day, no Easter Monday. Local holidays are entered by the school.
    Scotland,
    /// Northern Ireland: St Patrick's Day and the Twelfth of July besides England's.
    NorthernIreland,
}

impl Nation {
    /// Every nation, in the order a form offers them.
    pub const ALL: [Nation; 4] = [Nation::England, Nation::Wales, Nation::Scotland, Nation::NorthernIreland];

    /// The stored code.
    pub fn as_str(self) -> &'static str {
        match self {
            Nation::England => "england",
            Nation::Wales => "wales",
            Nation::Scotland => "scotland",
            Nation::NorthernIreland => "northern_ireland",
        }
    }

    /// Reads a stored code.
    ///
    /// # Errors
    /// A code that names no nation.
    pub fn parse(code: &str) -> Result<Nation, UnknownCode> {
        Nation::ALL.into_iter().find(|n| n.as_str() == code).ok_or(UnknownCode("nation"))
    }
}

/// The bank holidays of a year, in order. Public holidays under the Banking and Financial Dealings Act 1971 and by
/// custom; one-offs are known here from 2020 on, later proclamations are entered in the school's calendar.
pub fn bank_holidays(nation: Nation, year: i32) -> Vec<NaiveDate> {
    let mut days = Vec::with_capacity(12);
    let fixed: &[(u32, u32)] = match nation {
        Nation::England | Nation::Wales => &[(1, 1), (12, 25), (12, 26)],
        Nation::Scotland => &[(1, 1), (1, 2), (11, 30), (12, 25), (12, 26)],
        Nation::NorthernIreland => &[(1, 1), (3, 17), (7, 12), (12, 25), (12, 26)],
    };
    let fixed = fixed.iter().filter_map(|&(month, day)| NaiveDate::from_ymd_opt(year, month, day));
    let (weekend, weekday): (Vec<_>, Vec<_>) = fixed.partition(|&date| is_weekend(date));
    days.extend(weekday);
    // A holiday at the weekend is kept on the next weekday that is not one already.
    for mut date in weekend {
        while is_weekend(date) || days.contains(&date) {
            let Some(next) = date.checked_add_days(Days::new(1)) else { break };
            date = next;
        }
        days.push(date);
    }

    let easter = easter_sunday(year);
    days.extend(easter.and_then(|sunday| sunday.checked_sub_days(Days::new(2))));
    let easter_monday = easter.and_then(|sunday| sunday.checked_add_days(Days::new(1)));
    let first_monday = |month| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 1);
    match nation {
        Nation::England | Nation::Wales | Nation::NorthernIreland => {
            days.extend(easter_monday);
            days.extend(last_monday(year, 8));
        }
        Nation::Scotland => days.extend(first_monday(8)),
    }
    // Early May moved for Victory in Europe Day in 2020, the spring holiday for the Platinum Jubilee in 2022.
    days.extend(if year == 2020 { NaiveDate::from_ymd_opt(2020, 5, 8) } else { first_monday(5) });
    days.extend(if year == 2022 { NaiveDate::from_ymd_opt(2022, 6, 2) } else { last_monday(year, 5) });

    for &(only, y, m, d) in ONE_OFFS {
        if y == year && only.is_none_or(|one| one == nation) {
            days.extend(NaiveDate::from_ymd_opt(y, m, d));
        }
    }
    days.sort_unstable();
    days
}

/// Proclaimed once: the Platinum Jubilee, the late Queen's funeral, the coronation, Scotland at the World Cup.
const ONE_OFFS: &[(Option<Nation>, i32, u32, u32)] =
    &[(None, 2022, 6, 3), (None, 2022, 9, 19), (None, 2023, 5, 8), (Some(Nation::Scotland), 2026, 6, 15)];

/// Whether a date is a bank holiday (the substitute day, if the holiday itself falls on a weekend).
pub fn is_bank_holiday(nation: Nation, date: NaiveDate) -> bool {
    bank_holidays(nation, date.year()).contains(&date)
}

/// Saturday or Sunday.
pub(super) fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn last_monday(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 5)
        .or_else(|| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 4))
}

/// Easter Sunday in the Gregorian calendar: the anonymous computus published in Nature, 1876 (Meeus, Jones, Butcher).
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let (century, rest) = (year.div_euclid(100), year.rem_euclid(100));
    let (skipped, kept) = (century / 4, century % 4);
    let moon = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - skipped - moon + 15) % 30;
    let weekday = (32 + 2 * kept + 2 * (rest / 4) - epact - rest % 4) % 7;
    let correction = (golden + 11 * epact + 22 * weekday) / 451;
    let sum = epact + weekday - 7 * correction + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(sum / 31).ok()?, u32::try_from(sum % 31 + 1).ok()?)
}
