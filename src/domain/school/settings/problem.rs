//! Why a setting was not changed, in the words people read.

use crate::domain::{
    kernel::{clock::Rule, codes::problems, refusal},
    people::Desk,
    school::categories::Severity,
};

/// Why a setting was not changed.
pub type Refusal = refusal::Refusal<Problem>;

/// Something to put right in a change of settings.
pub type FieldError = refusal::FieldError<Problem>;

problems! {
    /// Why a setting was not changed.
    Problem {
        AdministratorProposes = "administrator_proposes", "Only an administrator can propose a change of settings.";
        NobodyApproves = "nobody_approves", "No one could approve this: it takes a headteacher or a chair of governors who is not you.";
        DeskDecides { desk: Desk } = "desk_decides", "Only the {desk} can decide this.";
        AnotherDecides = "another_decides", "Only a headteacher or a chair of governors who did not propose it can decide this.";
        DecidedAlready = "decided_already", "This has been decided already.";
        Withdrawn = "withdrawn", "This was withdrawn by the person who proposed it. There is nothing left to decide.";
        ProposerWithdraws = "proposer_withdraws", "Only the person who proposed it can withdraw it.";
        NotAnyMore { problems: Vec<Problem> } = "not_any_more", "This cannot be approved any more. {problems}. Refuse it, and ask for a new proposal.";
        OtherCalendar = "other_calendar", "The calendar has been changed since this was proposed. Refuse it, and ask for a new proposal.";
        DayOver = "day_over", "Enter today or a day to come";
        NothingChanged = "nothing_changed", "Change something first: this is how it is now";
        WhyRefused = "why_refused", "Write why it is refused";

        HeadOrDslChangesCalendar = "head_or_dsl_changes_calendar", "Only the headteacher and the DSL can change the calendar at once. Propose the change.";
        DslSaysWho = "dsl_says_who", "Only the DSL and their deputies can say who is on call.";
        NotAtDslDesk = "not_at_dsl_desk", "Choose the DSL or one of their deputies";

        Smallest { least: u8, most: u8 } = "smallest", "Enter a number from {least} to {most}";
        GuidanceMissing = "guidance_missing", "Write what the reporter reads when they choose this";
        GuidanceTooLong { limit: usize } = "guidance_too_long", "What the reporter reads must be {limit} characters or fewer";
        StaysCritical = "stays_critical", "This category stays critical: a child may be in danger";
        TooSlow { severity: Severity, longest: Rule } = "too_slow", "With the severity “{severity}” choose {longest}, or sooner";
        NotSureShown = "not_sure_shown", "“I am not sure” is always on the form";
        NotSureLead = "not_sure_lead", "“I am not sure” is always led by the DSL";
        NotSureCopied = "not_sure_copied", "“I am not sure” is copied to no one until it is triaged";
        ExternalLeads = "external_leads", "Choose another role: the external contact leads only if no one in school can";
        CriticalLead = "critical_lead", "Choose the DSL or the headteacher: one of them leads a critical category";
        ExternalCopied = "external_copied", "The external contact is never copied: they see only the cases they lead";
        DslTakenOff = "dsl_taken_off", "The DSL has to lead this category or be told as well";
        HeadTakenOff = "head_taken_off", "The headteacher has to lead this category or be told as well";
        NobodyReceives { desk: Desk } = "nobody_receives", "No one can receive this: there is no {desk}, and no one to stand in. Choose a role that has a holder";
    }
}
