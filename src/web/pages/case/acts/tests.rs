//! The table of acts: every one is mounted, and every move of people has a page.

use super::*;
use crate::web::http::routes::ENDPOINTS;
use actix_web::http::Method;

#[test]
fn every_act_is_mounted_to_ask_and_to_do() {
    for page in all() {
        let address = format!("/cases/{{reference}}/{}", page.path);
        for method in [Method::GET, Method::POST] {
            let mounted = ENDPOINTS.iter().any(|e| e.path == address && e.method == method);
            assert!(mounted, "{method} {address} is not mounted");
        }
    }
}

#[test]
fn every_move_a_person_makes_on_a_case_has_a_page() {
    // Reporting and emergency access have other addresses, acknowledging is a button, gathering is half of merging.
    let elsewhere = [Move::Submit, Move::Add, Move::Acknowledge, Move::BreakGlass, Move::Gather];
    let by_people = |action: &&Move| workflow::row_of(**action).who != workflow::Who::Candour;
    for action in Move::ALL.iter().filter(by_people).filter(|action| !elsewhere.contains(action)) {
        assert!(all().any(|page| page.action == *action), "{action:?} has no page");
    }
}
