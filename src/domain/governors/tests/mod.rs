//! Statistics T1, T2, T3, T5, T6: what a reader who knows the rules could work out.

mod rules;
mod solver;
mod witness;

use super::published::Published;
use super::raw::*;
use super::tables::TableKind;
use super::{Threshold, publish};
use proptest::prelude::*;

const K: u8 = 5;
const LEAST: u32 = 5;
const TERM: TermKey = TermKey { school_year: 2026, season: Season::Autumn };

fn case(group: Group, four_c: Option<FourC>) -> CountedCase {
    CountedCase {
        group,
        four_c,
        severity: Severity::Moderate,
        affected: WhoWasAffected::Pupil,
        came_to_light: CameToLight::SeenByStaff,
        acknowledged: Timeliness::InTime,
        triaged: Timeliness::InTime,
        progress: Progress::Closed,
        filtering_failure: None,
        is_data_breach: false,
    }
}

fn failure(repair: FilterRepair) -> CountedCase {
    let base = case(Group::FilteringMonitoring, Some(FourC::Content));
    CountedCase { filtering_failure: Some(repair), ..base }
}

fn breach() -> CountedCase {
    CountedCase { is_data_breach: true, ..case(Group::DataProtection, None) }
}

fn school(cases: &[(CountedCase, u32)]) -> RawCounts {
    cases.iter().fold(RawCounts::builder(TERM), |counts, (case, n)| counts.add(*case, *n)).build()
}

fn first(raw: &RawCounts) -> Published {
    publish(raw, Threshold::LEAST, &[])
}

fn cells(raw: &RawCounts, kind: TableKind) -> Vec<u32> {
    match kind {
        TableKind::FourCs => raw.four_c.to_vec(),
        TableKind::Groups => raw.groups.to_vec(),
        TableKind::Severity => raw.severity.to_vec(),
        TableKind::Affected => raw.affected.to_vec(),
        TableKind::CameToLight => raw.light.to_vec(),
        TableKind::Acknowledged => raw.acknowledged.to_vec(),
        TableKind::Triaged => raw.triaged.to_vec(),
        TableKind::Progress => raw.progress.to_vec(),
    }
}

fn put(raw: &mut RawCounts, kind: TableKind, cells: &[u32]) {
    match kind {
        TableKind::FourCs => raw.four_c.copy_from_slice(cells),
        TableKind::Groups => raw.groups.copy_from_slice(cells),
        TableKind::Severity => raw.severity.copy_from_slice(cells),
        TableKind::Affected => raw.affected.copy_from_slice(cells),
        TableKind::CameToLight => raw.light.copy_from_slice(cells),
        TableKind::Acknowledged => raw.acknowledged.copy_from_slice(cells),
        TableKind::Triaged => raw.triaged.copy_from_slice(cells),
        TableKind::Progress => raw.progress.copy_from_slice(cells),
    }
}

fn any_case() -> impl Strategy<Value = CountedCase> {
    let pairs = [
        (Group::Content, Some(FourC::Content)),
        (Group::Contact, Some(FourC::Contact)),
        (Group::Conduct, Some(FourC::Conduct)),
        (Group::Commerce, Some(FourC::Commerce)),
        (Group::ChildConcern, None),
        (Group::StaffConduct, Some(FourC::Contact)),
        (Group::AupBreach, Some(FourC::Conduct)),
        (Group::AupBreach, Some(FourC::Contact)),
        (Group::AupBreach, None),
        (Group::Images, Some(FourC::Conduct)),
        (Group::FilteringMonitoring, Some(FourC::Content)),
        (Group::FilteringMonitoring, None),
        (Group::Systems, None),
        (Group::Systems, Some(FourC::Commerce)),
        (Group::DataProtection, None),
        (Group::NotSure, None),
    ];
    let severity = prop_oneof![
        1 => Just(Severity::Critical), 3 => Just(Severity::High), 6 => Just(Severity::Moderate), 6 => Just(Severity::Low)
    ];
    let light = prop_oneof![
        4 => Just(CameToLight::SeenByStaff), 2 => Just(CameToLight::ToldByPupil), 1 => Just(CameToLight::ToldByAdult),
        1 => Just(CameToLight::FilterOrMonitoring), 1 => Just(CameToLight::Other)
    ];
    let repair = prop_oneof![
        2 => Just(None), 1 => Just(Some(FilterRepair::Found)), 2 => Just(Some(FilterRepair::Retested))
    ];
    (prop::sample::select(pairs.to_vec()), severity, light, repair, any::<bool>(), 0..12_u8).prop_map(
        |((group, four_c), severity, came_to_light, repair, is_data_breach, at)| CountedCase {
            severity,
            came_to_light,
            filtering_failure: repair,
            is_data_breach,
            acknowledged: if at == 0 { Timeliness::Late } else { Timeliness::InTime },
            triaged: if at < 3 { Timeliness::Late } else { Timeliness::InTime },
            affected: if at < 2 { WhoWasAffected::Staff } else { WhoWasAffected::Pupil },
            progress: if at < 5 { Progress::Open } else { Progress::Closed },
            ..case(group, four_c)
        },
    )
}

fn any_school() -> impl Strategy<Value = RawCounts> {
    let large = prop::collection::vec((any_case(), 1..60_u32), 1..30);
    let small = prop::collection::vec((any_case(), 1..4_u32), 1..12);
    let middle = prop::collection::vec((any_case(), 1..9_u32), 4..22);
    prop_oneof![large, small, middle].prop_map(|cases| school(&cases))
}
