//! Lock 4: a page for one audience cannot be drawn with what another one reads, and one case says of another what it may.

use candour::{domain::case::LinkedCase, service::case::read::{FullCase, InspectedCase, TechnicalView}, web::{http::extract::SignedIn, pages::case::inspected}};

pub fn to_an_inspector(by: &SignedIn, full: &FullCase) {
    let _ = inspected::draw(by, full);
}

pub fn technical_to_an_inspector(by: &SignedIn, technical: &TechnicalView) {
    let _ = inspected::draw(by, technical);
}

pub fn what_may_be_done(inspected: &InspectedCase) -> usize {
    inspected.moves.len()
}

pub fn name_in_full(inspected: &InspectedCase) {
    let _ = inspected.reading.shown;
}

pub fn what_is_in(linked: &LinkedCase) {
    let _ = linked.case;
}
