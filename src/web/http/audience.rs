//! Who an address is for, and how recently they must have signed in: what `routes::ENDPOINTS` says of each address, and
//! what a page asks before it links to another.

use crate::{
    domain::{
        case::may_break_glass,
        entry::account_proof::{self, AccountProof},
        governors,
        people::{Desk, Office, PersonKind, duty, ties},
    },
    service::Viewer,
};

/// Who an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everyone, signed in or not.
    Everybody,
    /// Everyone signed in, with an account that waits to be confirmed too.
    Arriving,
    /// Everyone signed in.
    Staff,
    /// Members of staff; governors, visitors and people from outside are not.
    Colleagues,
    /// People who sit at a desk, or who were given a case or share one.
    Desk,
    /// Inspectors, while their duty lasts.
    Inspector,
    /// Those who may open the case in the address; the case itself decides.
    Case,
    /// Governors, and the desks that account to them.
    Statistics,
    /// Those who may see a report before it is published: the head and the DSL.
    Preview,
    /// The head, who publishes.
    Head,
    /// Those who may open a restricted or sealed case for a day: the head and the DSL, and the chair in the head's place.
    Glass,
    /// Those who may hand a person a code to come in with: administrators and the head, and the chair for the head's own.
    Codes,
    /// Those who may have to confirm another person's account: the DSL, the head, the chair, the external contact.
    Witnesses,
    /// Those who look at the school's settings: administrators, the head, the chair, the DSL and deputies.
    Settings,
    /// Those who propose a change of settings and keep the register of people: administrators.
    Administrator,
    /// Those who decide on a proposed change: the head and the chair; the proposal itself says which.
    Approver,
    /// The DSL, their deputies and cover.
    DslDesk,
    /// Those who look after duties: administrators, and those who confirm them.
    Duties,
    /// Those who have a duty beside a governor's: they are told when duties change.
    OnDuty,
    /// Those who may ask who gets what: administrators, the head, the DSL.
    Routes,
    /// Those who decide about declared relationships, and no one else: the head, the chair, the external contact.
    Tied,
    /// Those who keep the school's calendar: administrators, the head, the DSL.
    Calendar,
}

impl Audience {
    /// Whether a person signed in is among them.
    pub fn admits(self, viewer: &Viewer, caseload: Caseload) -> bool {
        let standing = viewer.standing();
        if viewer.proof() == AccountProof::Awaited {
            return matches!(self, Self::Everybody | Self::Arriving);
        }
        match self {
            Self::Everybody | Self::Arriving | Self::Staff | Self::Case => true,
            Self::Colleagues => viewer.kind() == PersonKind::Staff && !standing.is(Office::Inspector),
            Self::Desk => !standing.seats.is_empty() || caseload == Caseload::OfTheirOwn,
            Self::Inspector => standing.is(Office::Inspector),
            Self::Statistics => governors::may_read(standing),
            Self::Preview => governors::may_preview(standing),
            Self::Head => governors::may_publish(standing),
            Self::Glass => may_break_glass(standing),
            Self::Codes => {
                standing.is(Office::Administrator)
                    || standing.holds(Desk::Head)
                    || standing.holds(Desk::Chair)
            }
            Self::Witnesses => account_proof::may_confirm(standing),
            Self::Settings => {
                standing.is(Office::Administrator)
                    || standing.holds(Desk::Head)
                    || standing.holds(Desk::Chair)
                    || standing.sits_at(Desk::Dsl)
            }
            Self::Administrator => standing.is(Office::Administrator),
            Self::Approver => standing.holds(Desk::Head) || standing.holds(Desk::Chair),
            Self::DslDesk => standing.sits_at(Desk::Dsl),
            Self::Duties => duty::may_look_after(standing),
            Self::OnDuty => !standing.seats.is_empty() || standing.is(Office::Administrator),
            Self::Tied => ties::may_look(standing),
            Self::Routes => duty::may_ask_who_gets_what(standing),
            Self::Calendar => {
                standing.is(Office::Administrator) || standing.holds(Desk::Head) || standing.holds(Desk::Dsl)
            }
        }
    }

    /// The words of `docs/access.txt`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Everybody => "everyone",
            Self::Arriving => "everyone signed in, also while their account waits to be confirmed",
            Self::Staff => "everyone signed in",
            Self::Colleagues => "members of staff",
            Self::Desk => "people with a role that receives cases, or with a case",
            Self::Inspector => "inspectors",
            Self::Case => "people who may open the case",
            Self::Statistics => "governors and the roles that account to them",
            Self::Preview => "the headteacher and the DSL",
            Self::Head => "the headteacher",
            Self::Glass => "the headteacher, the DSL and the chair of governors",
            Self::Codes => "administrators, the headteacher and the chair of governors",
            Self::Witnesses => "the DSL, the headteacher, the chair of governors and the external contact",
            Self::Settings => "administrators, the headteacher, the chair, the DSL and deputies",
            Self::Administrator => "administrators",
            Self::Approver => "the headteacher and the chair",
            Self::DslDesk => "the DSL and deputies",
            Self::Duties => {
                "administrators, the headteacher, the chair of governors and the external contact"
            }
            Self::OnDuty => "people with a role that receives cases, and administrators",
            Self::Tied => "the headteacher, the chair of governors and the external contact",
            Self::Routes | Self::Calendar => "administrators, the headteacher and the DSL",
        }
    }
}

/// Whether a person who sits at no desk has a case all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caseload {
    /// They were given one that is still open, or one is shared with them.
    OfTheirOwn,
    /// They have none, or their desk answers for it.
    None,
}

/// What a form posted to an address is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormAbout {
    /// The school of the page it was drawn on.
    School,
    /// The session: signing out, hiding the screen, changing school. It is the same whatever school the page was of.
    Session,
}

/// How recently the person who asks must have signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// A live session will do.
    Live,
    /// They signed in again just now: before exports, emergency access and changes of duties. Never to record a referral.
    Fresh,
}
