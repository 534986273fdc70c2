//! The frame of a page: its menu and foot, and how the person likes pages to look. `pages` fill it.

use super::{
    app::App,
    audience::{Audience, Caseload},
    callers::cookies::Cookie,
    links,
    page::{NavItem, Place, Shell, Spacing, Theme},
    security::Transport,
};
use crate::{domain::entry::account_proof::AccountProof, service::Viewer};
use actix_web::HttpRequest;

/// A page's frame for a person who need not be signed in.
pub fn open_shell(request: &HttpRequest, app: &App, title: &str) -> Shell {
    let (theme, spacing) = look(request, app.transport);
    let (installation, footer) = (app.installation, footer());
    Shell { title: title.to_owned(), footer, installation, theme, spacing, ..Shell::default() }
}

/// The links at the foot of every page.
pub fn footer() -> Vec<NavItem> {
    vec![
        NavItem::new("/help", "Help"),
        NavItem::new("/settings", "Your settings"),
        NavItem::new("/accessibility", "Accessibility statement"),
        NavItem::new("/privacy", "How we use this information"),
    ]
}

/// The menu of a person signed in.
pub(in crate::web) fn menu(viewer: &Viewer, caseload: Caseload, here: &str) -> Vec<NavItem> {
    let mut items = Vec::new();
    if viewer.proof() == AccountProof::Awaited {
        items.push((links::AWAITED, "Your account"));
    }
    if Audience::Desk.admits(viewer, caseload) {
        items.push(("/queue", "Your cases"));
        items.push(("/cases", "All cases"));
    }
    if Audience::Inspector.admits(viewer, caseload) {
        items.push((links::INSPECTION, "Records for inspection"));
    }
    items.push(("/report", "Report a concern"));
    items.push(("/my-reports", "My reports"));
    if Audience::Statistics.admits(viewer, caseload) {
        items.push(("/statistics", "Statistics"));
    }
    if Audience::Calendar.admits(viewer, caseload) {
        items.push(("/calendar", "Calendar"));
    }
    if Audience::Settings.admits(viewer, caseload) {
        items.push(("/admin/settings", "School settings"));
    }
    if Audience::Administrator.admits(viewer, caseload) {
        items.push(("/admin/people", "People"));
        items.push(("/admin/people/import", "Import people"));
    }
    if Audience::Codes.admits(viewer, caseload) {
        items.push(("/admin/access-requests", "Access requests"));
    }
    let duties = if Audience::Duties.admits(viewer, caseload) { "/admin/duties" } else { "/duties" };
    if Audience::OnDuty.admits(viewer, caseload) {
        items.push((duties, "Roles"));
    }
    if Audience::Tied.admits(viewer, caseload) {
        items.push((links::CLOSE_TO, "Declared relationships"));
    }
    if viewer.accounts_wait() && Audience::Witnesses.admits(viewer, caseload) {
        items.push((links::CONFIRM_ACCOUNTS, "Accounts to confirm"));
    }
    if viewer.waits_for_code() {
        items.push(("/settings/code", "Enter your code"));
    }
    let place = |href: &str| if href == here { Place::Here } else { Place::Elsewhere };
    let entry = |(href, text): (&str, &str)| {
        let item = NavItem::new(href, text).at(place(href));
        let is_new = (href == duties && viewer.has_duty_news()) || href == links::CONFIRM_ACCOUNTS;
        if is_new { item.waiting("new") } else { item }
    };
    items.into_iter().map(entry).collect()
}

/// How the person likes pages to look, from a cookie that says nothing else.
pub fn look(request: &HttpRequest, transport: Transport) -> (Theme, Spacing) {
    let cookie = Cookie::Look.of(request, transport).unwrap_or_default();
    let theme = if cookie.contains("dark") {
        Theme::Dark
    } else if cookie.contains("light") {
        Theme::Light
    } else {
        Theme::Device
    };
    let spacing = if cookie.contains("wide") { Spacing::Wide } else { Spacing::Usual };
    (theme, spacing)
}
