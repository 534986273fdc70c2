//! ONE table of every move a case can make: from where, to where, by whom, and what must be recorded.
//!
//! Verbs in `case` ask this table first; the property test walks every state, move and person against it.

use crate::domain::kernel::codes::codes;

codes! {
    /// Where a case stands.
    Status {
        Submitted = "submitted", "New";
        Acknowledged = "acknowledged", "Acknowledged";
        Triaged = "triaged", "Triaged";
        InProgress = "in_progress", "In progress";
        AwaitingExternal = "awaiting_external", "Awaiting external agency";
        OutcomePending = "outcome_pending", "Awaiting sign-off";
        Closed = "closed", "Closed";
        NoCase = "no_case", "No further action";
        Merged = "merged", "Merged";
    }
}

impl Status {
    /// Whether there is still something to do.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Submitted
            | Self::Acknowledged
            | Self::Triaged
            | Self::InProgress
            | Self::AwaitingExternal
            | Self::OutcomePending => true,
            Self::Closed | Self::NoCase | Self::Merged => false,
        }
    }

    /// The status a reporter sees: one of three, no matter what the case is about.
    pub const fn for_reporter(self) -> &'static str {
        match self {
            Self::Submitted => "Received",
            Self::Acknowledged
            | Self::Triaged
            | Self::InProgress
            | Self::AwaitingExternal
            | Self::OutcomePending => "Being dealt with",
            Self::Closed | Self::NoCase | Self::Merged => "Closed",
        }
    }
}

codes! {
    /// Everything that can be done to a case.
    Move {
        Submit = "submit", "Concern reported";
        Add = "add", "Reporter added something";
        Acknowledge = "acknowledge", "Acknowledged";
        Triage = "triage", "Triaged";
        Start = "start", "Work started";
        Await = "await", "Awaiting external agency";
        Resume = "resume", "Work resumed";
        Propose = "propose", "Submitted for sign-off";
        Close = "close", "Closed";
        SendBack = "send_back", "Returned";
        NoCase = "no_case", "Decided: no further action";
        Merge = "merge", "Merged into another case";
        Gather = "gather", "Another case became part of this one";
        Reopen = "reopen", "Reopened";
        Reroute = "reroute", "Reassigned";
        Note = "note", "Note added";
        Task = "task", "Task added";
        TaskDone = "task_done", "Task done";
        Contact = "contact", "Contact recorded";
        Answer = "answer", "Question answered";
        AnswerAgain = "answer_again", "Question answered again";
        Reassess = "reassess", "Severity changed";
        Subject = "subject", "People in the case changed";
        SayWho = "say_who", "Said whether it is about an adult who could be meant";
        Together = "together", "Decided together";
        Assign = "assign", "Case owner changed";
        Share = "share", "Shared";
        Unshare = "unshare", "Share ended";
        Select = "select", "Selected for an inspector";
        Deselect = "deselect", "No longer selected for an inspector";
        BreakGlass = "break_glass", "Emergency access for 24 hours";
        Restrict = "restrict", "Who can open it changed";
        StepAside = "step_aside", "Conflict of interest declared";
        SetHold = "set_hold", "Legal hold set";
        LiftHold = "lift_hold", "Legal hold lifted";
        Refer = "refer", "Referral recorded";
        ReferralMoves = "referral_moves", "Referral updated";
        Decline = "decline", "Decided not to refer";
        Call999 = "call_999", "999 call recorded";
        Fix = "fix", "Fix recorded";
        Retest = "retest", "Re-tested";
        Brief = "brief", "Note to IT written";
        Chase = "chase", "Told another role as well, because it was not acknowledged";
        Follow = "follow", "Roles have changed";
        FollowSource = "follow_source", "Who may see it was worked out again";
        TiesChanged = "ties_changed", "Who may see it was worked out again";
        Recount = "recount", "Due times worked out again: the school calendar changed";
    }
}

/// Where a move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// The status stays as it is.
    Stays,
    /// The case moves to this status.
    Becomes(Status),
}

codes! {
    /// Who may make a move.
    Who {
        AnyStaff = "any_staff", "a member of staff";
        Reporter = "reporter", "the person who reported it";
        LeadDesk = "lead_desk", "the lead";
        Owner = "owner", "the case owner";
        SecondPerson = "second_person", "a second person if one is needed, otherwise the case owner";
        LeadDeskOrOwner = "lead_desk_or_owner", "the lead or the case owner";
        LeadDeskOrHead = "lead_desk_or_head", "the lead or the headteacher";
        DslOrHead = "dsl_or_head", "the DSL or the headteacher (the chair if the headteacher is excluded)";
        HeadOnly = "head_only", "the headteacher (the chair if the headteacher is excluded)";
        Decider = "decider", "the DSL or the headteacher (about an adult the headteacher; for the ICO the SIRO, else the DPO; if neither has the case the lead or the case owner)";
        Together = "together", "the headteacher, the DSL or the chair, if the case could be about any of them";
        Reader = "reader", "a person who can open the whole case";
        Technician = "technician", "a person who can open the case or its technical view";
        AskedDesk = "asked_desk", "the role the question was put to";
        ShutOut = "shut_out", "the DSL or the headteacher (the chair if the headteacher is excluded) who cannot open it";
        MergingLead = "merging_lead", "the lead of the other case, who can open this one";
        Candour = "candour", "Candour itself";
    }
}

/// Whether two people doing it at once disturb each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Added to the case; takes no version; ordered by the audit log.
    Append,
    /// Changes what the case is; compares and bumps the version.
    Change,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The move.
    pub action: Move,
    /// The statuses it starts from.
    pub from: &'static [Status],
    /// Where it leads.
    pub to: To,
    /// Who may make it.
    pub who: Who,
    /// What must be recorded, in words.
    pub facts: &'static str,
    /// Append or change.
    pub kind: Kind,
}

use Status as S;
const OPEN: &[Status] =
    &[S::Submitted, S::Acknowledged, S::Triaged, S::InProgress, S::AwaitingExternal, S::OutcomePending];
const TRIAGED: &[Status] = &[S::Triaged, S::InProgress, S::AwaitingExternal, S::OutcomePending];
const ALL_BUT_MERGED: &[Status] = &[
    S::Submitted,
    S::Acknowledged,
    S::Triaged,
    S::InProgress,
    S::AwaitingExternal,
    S::OutcomePending,
    S::Closed,
    S::NoCase,
];

const EVERY: &[Status] = Status::ALL;

const fn row(
    action: Move,
    from: &'static [Status],
    to: To,
    who: Who,
    facts: &'static str,
    kind: Kind,
) -> Row {
    Row { action, from, to, who, facts, kind }
}

/// The table.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row(Move::Submit, &[], To::Becomes(S::Submitted), Who::AnyStaff, "category or not sure, what happened, when noticed, whether anyone is at risk; if that or the category is critical, who was told in person", Kind::Change),
    row(Move::Add, EVERY, To::Stays, Who::Reporter, "what was forgotten", Kind::Append),
    row(Move::Acknowledge, &[S::Submitted], To::Becomes(S::Acknowledged), Who::LeadDesk, "a deliberate click", Kind::Change),
    row(Move::Triage, &[S::Submitted, S::Acknowledged], To::Becomes(S::Triaged), Who::LeadDesk, "category, severity, owner and the category's questions", Kind::Change),
    row(Move::Start, &[S::Triaged], To::Becomes(S::InProgress), Who::Owner, "plan", Kind::Change),
    row(Move::Await, &[S::InProgress], To::Becomes(S::AwaitingExternal), Who::Owner, "open referral, follow-up date", Kind::Change),
    row(Move::Resume, &[S::AwaitingExternal], To::Becomes(S::InProgress), Who::Owner, "what was heard", Kind::Change),
    row(Move::Propose, &[S::Triaged, S::InProgress], To::Becomes(S::OutcomePending), Who::Owner, "outcome, actions, rationale, reporter and parents told, lessons learned if there are some", Kind::Change),
    row(Move::Close, &[S::OutcomePending], To::Becomes(S::Closed), Who::SecondPerson, "retention class", Kind::Change),
    row(Move::SendBack, &[S::OutcomePending], To::Becomes(S::InProgress), Who::SecondPerson, "reason", Kind::Change),
    row(Move::NoCase, &[S::Submitted, S::Acknowledged, S::Triaged], To::Becomes(S::NoCase), Who::LeadDesk, "reason", Kind::Change),
    row(Move::Merge, OPEN, To::Becomes(S::Merged), Who::LeadDesk, "open target", Kind::Change),
    row(Move::Gather, OPEN, To::Stays, Who::MergingLead, "which case, with its concerns and its people", Kind::Change),
    row(Move::Reopen, &[S::Closed, S::NoCase], To::Becomes(S::InProgress), Who::LeadDeskOrHead, "reason", Kind::Change),
    row(Move::Reroute, OPEN, To::Becomes(S::Submitted), Who::LeadDesk, "new lead, reason", Kind::Change),
    row(Move::Note, ALL_BUT_MERGED, To::Stays, Who::Reader, "note", Kind::Append),
    row(Move::Task, ALL_BUT_MERGED, To::Stays, Who::LeadDeskOrOwner, "what, who, by when", Kind::Append),
    row(Move::TaskDone, ALL_BUT_MERGED, To::Stays, Who::Reader, "what was done", Kind::Append),
    row(Move::Contact, ALL_BUT_MERGED, To::Stays, Who::Reader, "who with, what was said", Kind::Append),
    row(Move::Answer, ALL_BUT_MERGED, To::Stays, Who::AskedDesk, "answer, reason", Kind::Append),
    row(Move::AnswerAgain, TRIAGED, To::Stays, Who::AskedDesk, "another answer, reason; for the DSL or the headteacher alone", Kind::Change),
    row(Move::Reassess, TRIAGED, To::Stays, Who::LeadDesk, "severity, reason", Kind::Change),
    row(Move::Subject, ALL_BUT_MERGED, To::Stays, Who::LeadDeskOrOwner, "who, role, reason", Kind::Change),
    row(Move::SayWho, ALL_BUT_MERGED, To::Stays, Who::LeadDesk, "which adult who could be meant, whether it is about them, reason", Kind::Change),
    row(Move::Together, ALL_BUT_MERGED, To::Stays, Who::Together, "what: to end it, to change who can open it or its category, or that it is settled; reason; it counts once another of them has asked for it too", Kind::Change),
    row(Move::Assign, OPEN, To::Stays, Who::LeadDesk, "owner", Kind::Change),
    row(Move::Share, ALL_BUT_MERGED, To::Stays, Who::LeadDeskOrOwner, "who with, why, and the last day if there is one", Kind::Change),
    row(Move::Unshare, ALL_BUT_MERGED, To::Stays, Who::LeadDeskOrOwner, "who with", Kind::Change),
    row(Move::Select, ALL_BUT_MERGED, To::Stays, Who::DslOrHead, "for which inspector, why, and the last day, which is not after the inspection's; a sealed case only by the headteacher", Kind::Change),
    row(Move::Deselect, ALL_BUT_MERGED, To::Stays, Who::DslOrHead, "for which inspector", Kind::Change),
    row(Move::BreakGlass, ALL_BUT_MERGED, To::Stays, Who::ShutOut, "reason; a restricted or sealed case only, for 24 hours, and the lead is told", Kind::Change),
    row(Move::Restrict, ALL_BUT_MERGED, To::Stays, Who::DslOrHead, "reason", Kind::Change),
    row(Move::StepAside, ALL_BUT_MERGED, To::Stays, Who::Technician, "reason", Kind::Change),
    row(Move::SetHold, ALL_BUT_MERGED, To::Stays, Who::DslOrHead, "reason", Kind::Change),
    row(Move::LiftHold, ALL_BUT_MERGED, To::Stays, Who::HeadOnly, "the police's answer", Kind::Change),
    row(Move::Refer, ALL_BUT_MERGED, To::Stays, Who::Reader, "body, when made; whatever is missing becomes a task", Kind::Append),
    row(Move::ReferralMoves, ALL_BUT_MERGED, To::Stays, Who::Reader, "new state, what was heard", Kind::Change),
    row(Move::Decline, ALL_BUT_MERGED, To::Stays, Who::Decider, "body, reason", Kind::Append),
    row(Move::Call999, ALL_BUT_MERGED, To::Stays, Who::Reader, "when", Kind::Append),
    row(Move::Fix, ALL_BUT_MERGED, To::Stays, Who::Technician, "what was done", Kind::Append),
    row(Move::Retest, ALL_BUT_MERGED, To::Stays, Who::Technician, "result", Kind::Append),
    row(Move::Recount, OPEN, To::Stays, Who::Candour, "what was due before and is due now", Kind::Append),
    row(Move::Follow, OPEN, To::Stays, Who::Candour, "where it is now, and why", Kind::Change),
    row(Move::FollowSource, EVERY, To::Stays, Who::Candour, "that something changed in the concern it was found while looking into; no one is named, and nothing leads there", Kind::Change),
    row(Move::TiesChanged, EVERY, To::Stays, Who::Candour, "that a declared relationship with a person in it began or was set aside; no one is named", Kind::Change),
    row(Move::Brief, ALL_BUT_MERGED, To::Stays, Who::LeadDeskOrOwner, "note to IT", Kind::Append),
    // It takes nothing from a person who is about to acknowledge, so it needs no version.
    row(Move::Chase, &[S::Submitted], To::Stays, Who::Candour, "which role, and why", Kind::Append),
];

/// The row of a move.
pub fn row_of(action: Move) -> &'static Row {
    TABLE.iter().find(|row| row.action == action).unwrap_or(&TABLE[0])
}

/// The whole table as plain text, one row a move, for people to review as a file.
pub fn permissions() -> String {
    let heads = ["Move", "From", "To", "Who", "Kind", "Must be recorded"].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(heads).chain(TABLE.iter().map(Row::cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let line = |row: &[String; 6]| {
        let padded: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        padded.join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

impl Row {
    fn cells(&self) -> [String; 6] {
        let codes =
            |statuses: &[Status]| statuses.iter().map(|status| status.code()).collect::<Vec<_>>().join(" ");
        let from = match self.from {
            [] => "nothing yet".to_owned(),
            all if all == EVERY => "every status".to_owned(),
            most if most == ALL_BUT_MERGED => "every status but merged".to_owned(),
            open if open == OPEN => "every open status".to_owned(),
            triaged if triaged == TRIAGED => "every open status since triage".to_owned(),
            some => codes(some),
        };
        let to = match self.to {
            To::Stays => "stays".to_owned(),
            To::Becomes(status) => status.code().to_owned(),
        };
        let kind = match self.kind {
            Kind::Append => "append",
            Kind::Change => "change",
        };
        let who = self.who.words().to_owned();
        [self.action.code().to_owned(), from, to, who, kind.to_owned(), self.facts.to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_move_has_exactly_one_row() {
        for action in Move::ALL {
            assert_eq!(TABLE.iter().filter(|row| row.action == *action).count(), 1, "{action:?}");
        }
    }

    #[test]
    fn the_table_is_reviewed_as_a_file() {
        insta::assert_snapshot!(permissions());
    }

    #[test]
    fn nothing_leaves_merged() {
        let leaves = |row: &&Row| row.from.contains(&Status::Merged) && row.to != To::Stays;
        assert_eq!(TABLE.iter().filter(leaves).count(), 0);
    }
}
