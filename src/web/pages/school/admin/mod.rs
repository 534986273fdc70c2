//! What a school settles for itself: an overview, and a page for each thing that can be changed. An administrator
//! proposes, the head or the chair decides; nothing here shows a case.

pub mod calendar;
pub mod categories;
pub mod contacts;
pub mod overview;
pub mod proposals;
mod proposing;
pub mod rules;

use crate::{
    service::school::settings::{self, Rules},
    web::http::{audience::Audience, error::PageError, extract::SignedIn, page::Shell},
};

/// Where the menu entry of all these pages leads.
const HERE: &str = "/admin/settings";

async fn rules_now(by: &SignedIn) -> Result<Rules, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| settings::rules(candour, &op)).await?)
}

/// Whether the viewer may do what this audience may.
fn is_among(by: &SignedIn, audience: Audience) -> bool {
    audience.admits(&by.op.viewer, by.caseload)
}

/// The frame of a page below the overview.
fn frame(by: &SignedIn, title: &str) -> Shell {
    let mut shell = by.shell(title, HERE);
    for item in &mut shell.nav {
        if item.href == HERE {
            item.place = crate::web::http::page::Place::Within;
        }
    }
    shell
}
