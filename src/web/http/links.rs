//! Addresses of Candour's own pages: written here once, so that a link to a page that is gone does not compile.

use crate::domain::{
    governors::TermKey,
    kernel::ids::{NameProposalId, PersonId, ProposalId, Reference, SchoolId, SentListId},
    school::categories::CategoryCode,
};

/// The records selected for an inspector.
pub const INSPECTION: &str = "/inspection";
/// Declared relationships.
pub const CLOSE_TO: &str = "/admin/ties";
/// What a person reads whose account waits to be confirmed.
pub const AWAITED: &str = "/settings/account";
/// Accounts of others that wait to be confirmed.
pub const CONFIRM_ACCOUNTS: &str = "/accounts-to-confirm";
/// The list of accounts that head and chair confirm together when the school changes its provider.
pub const ACCOUNT_LIST: &str = "/admin/account-list";

/// Names that wait for a second person.
pub const NAMES: &str = "/admin/names";

/// One name that waits for a second person, or waited.
pub fn name(id: NameProposalId) -> String {
    format!("{NAMES}/{id}")
}

/// A case's page.
pub fn case(reference: &Reference) -> String {
    format!("/cases/{reference}")
}

/// The page of a case that became part of another one, as it was until then.
pub fn case_as_it_was(reference: &Reference) -> String {
    format!("/cases/{reference}?as=it-was")
}

/// Where the head or the DSL opens a restricted or sealed case, with its reference filled in.
pub fn break_glass(reference: &Reference) -> String {
    format!("/break-glass?{}", query("reference", reference.as_str()))
}

/// The person's own first page, saying that they no longer open what they just changed, and nothing about it.
pub const LEFT: &str = "/?left=changed";
/// The person's own first page, saying that they declared a conflict of interest.
pub const STEPPED_ASIDE: &str = "/?left=aside";

/// What [`LEFT`] and [`STEPPED_ASIDE`] have a page say; nothing for any other address.
pub fn left_by(query: &str) -> &'static str {
    match query.split('&').find_map(|part| part.strip_prefix("left=")) {
        Some("aside") => "Your conflict of interest has been declared. You can no longer open that case.",
        Some("changed") => "Your change has been saved. You can no longer open that case.",
        Some(_) | None => "",
    }
}

/// A page below a case's, for one act.
pub fn case_act(reference: &Reference, act: &str) -> String {
    format!("/cases/{reference}/{act}")
}

/// A pupil's page, opened from a case.
pub fn pupil(reference: &Reference, pupil: PersonId) -> String {
    format!("/cases/{reference}/pupils/{pupil}")
}

/// One of the reporter's own reports.
pub fn my_report(reference: &Reference) -> String {
    format!("/my-reports/{reference}")
}

/// The receipt after a report.
pub fn receipt(reference: &Reference) -> String {
    format!("/report/sent/{reference}")
}

/// A page of the report form; its key is in the address, so that Back finds it again.
pub fn report_form(key: &str) -> String {
    format!("/report?{}", query("form", key))
}

/// The report form as it was left in a draft.
pub fn draft(key: &str) -> String {
    format!("/report?{}", query("draft", key))
}

/// Where a draft is deleted.
pub fn delete_draft(key: &str) -> String {
    format!("/drafts/{key}/delete")
}

/// A list of people that was sent, to be looked through.
pub fn import(list: SentListId) -> String {
    format!("/admin/people/import/{list}")
}

/// An adult of the school, as administrators keep them.
pub fn person(id: PersonId) -> String {
    format!("/admin/people/{id}")
}

/// A page below an adult's, for one act.
pub fn person_act(id: PersonId, act: &str) -> String {
    format!("/admin/people/{id}/{act}")
}

/// A published term report.
pub fn term_report(term: TermKey) -> String {
    format!("/statistics/{}", term.code())
}

/// Where a term's report is looked at before it is published.
pub fn approve_report(term: TermKey) -> String {
    format!("/statistics/{}/approve", term.code())
}

/// A category of the school's settings.
pub fn category(code: CategoryCode) -> String {
    format!("/admin/categories/{}", code.as_str())
}

/// A proposed change of settings.
pub fn proposal(id: ProposalId) -> String {
    format!("/admin/proposals/{id}")
}

/// Where the person who proposed a change takes it back.
pub fn withdraw_proposal(id: ProposalId) -> String {
    format!("/admin/proposals/{id}/withdraw")
}

/// A page of one school, by way of the page that says so to a person who is in another one.
pub fn in_school(school: SchoolId, page: &str) -> String {
    format!("/schools?{}&{}", query("of", &school.to_string()), query("return_to", page))
}

/// A page of a school that the person is not in now, by way of [`in_school`]; or a page of the school they are in.
pub fn by_way_of(elsewhere: Option<SchoolId>, page: String) -> String {
    match elsewhere {
        Some(school) => in_school(school, &page),
        None => page,
    }
}

/// Where to sign in again, to come back to a page of Candour's own.
pub fn sign_in_again(back: &str) -> String {
    format!("/signin?{}&again=yes", query("return_to", back))
}

/// One name and value of a query, encoded.
pub fn query(name: &str, value: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}
