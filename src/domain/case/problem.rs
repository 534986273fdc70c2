//! Why something was not done to a case, in the words people read. One line here is all that a new reason takes.

use super::{Question, Retention};
use crate::domain::{
    case::{
        lifecycle::workflow::{Status, Who},
        work::referral::ReferralState,
    },
    kernel::{clock::Instant, codes::problems, refusal},
    people::Desk,
};

/// Why a verb of a case did nothing.
pub type Refusal = refusal::Refusal<Problem>;

/// Something to put right in the form of an act on a case.
pub type FieldError = refusal::FieldError<Problem>;

problems! {
    /// Why something was not done to a case.
    Problem {
        OnlyToRead = "only_to_read", "You can read this case but you cannot change it.";
        TechnicalPartOnly = "technical_part_only", "You can see only the technical part of this case.";
        NotTheirs { who: Who } = "not_theirs", "Only {who} can do this.";
        NotNow { status: Status } = "not_now", "This cannot be done now: the case is “{status}”. It may have been changed since you opened it.";

        AdultUnidentified = "adult_unidentified", "First say who the adult is, under “People in the case”. Until then only the headteacher and the DSL have it";
        SourceUnidentified = "source_unidentified", "For now only the headteacher and the DSL have this case";
        HeldTogether = "held_together", "For now only the headteacher, the DSL and the chair of governors have this case, as it could be about any of them. Two of them can settle it under “Decide together”";
        AskOneOfThem = "ask_one_of_them", "Ask another of those who have this case first, under “Decide together”";
        AboutAnAdult = "about_an_adult", "Choose another lead: this is about something an adult here did. You can share the case with one person instead";
        NobodyAtDesk = "nobody_at_desk", "Choose another lead: no one in that role can take this case";
        SameDesk = "same_desk", "Choose another lead: they lead the case already";

        NotStaffHere = "not_staff_here", "Choose a member of staff who is at this school now, or a person with a role of their own.";
        LeadSeesLooks = "lead_sees_looks", "Only the lead can see who has opened this case.";
        NotToOwn = "not_to_own", "Choose another case owner";
        NotOfItsRoles = "not_of_its_roles", "Choose a person in one of the roles that have this case: it was opened from another one, and is given to no one else";
        OwnsIt = "owns_it", "Choose another case owner: this person has the case already";
        InTheCase = "in_the_case", "This person is in the case already. Change their part instead";
        InTheCaseTwice = "in_the_case_twice", "This person is in the case already. Remove the other entry";
        NotInRegister = "not_in_register", "Enter the name exactly as it is in the register";
        NotKeptOut = "not_kept_out", "Choose a person who could be meant and was not decided about yet";
        NamedInAccount = "named_in_account", "What happened, as it was written, could speak of this person. First say whether it is about them, under “Who could be meant”";
        RoleNamedInAccount = "role_named_in_account", "What happened, as it was written, could speak of a person in that role. First say whether it is about them, under “Who could be meant”";
        NotInTheCase = "not_in_the_case", "Choose a person in this case";

        NotToShareWith = "not_to_share_with", "Choose another person: this case cannot be shared with them";
        ShareAsWhat = "share_as_what", "Choose what their part is";
        NotSecondPerson = "not_second_person", "Choose another person to be the second person";
        HandledIt = "handled_it", "Choose another person: one who owned, triaged or submitted the case cannot be the second person";
        SharedAlready = "shared_already", "Choose another person: the case is shared with this one already";
        NotShared = "not_shared", "Choose a person the case is shared with";
        AffectedByLead = "affected_by_lead", "Only the lead can share it with a person who is affected.";
        TimeIsOver = "time_is_over", "Enter a time that is still to come";
        DayIsOver = "day_is_over", "Enter a day that is still to come";

        RestrictedSo = "restricted_so", "Choose another answer: that is how it is already";
        NobodyCouldOpen = "nobody_could_open", "No one could open it then. Assign a case owner first";
        NobodyElse = "nobody_else", "No one else could take this case. Speak to the chair of governors.";
        NotBehindGlass = "not_behind_glass", "Check the reference: no restricted or sealed case can be opened with it";
        OpensIt = "opens_it", "You can open this case already";

        NotAnInspector = "not_an_inspector", "Choose an inspector of this school";
        Sealed { who: Who } = "sealed", "This case is sealed. Only {who} can select it for an inspector.";
        NotToSelectFor = "not_to_select_for", "Choose another inspector: this case cannot be selected for them";
        SelectedAlready = "selected_already", "Choose another inspector: the case is selected for this one already";
        NotSelected = "not_selected", "Choose an inspector the case is selected for";
        AfterInspection { end: Instant } = "after_inspection", "Enter a day that is not after the end of the inspection: {end}";

        NotToDo = "not_to_do", "Choose another person for this task";
        CannotOpen = "cannot_open", "This person cannot open the case. Share it with them first, or choose another person";
        DueIsOver = "due_is_over", "Enter a day that is not over: today until 5pm, or a later one";
        DoneAlready = "done_already", "This task is marked as done already.";
        AnswerInstead = "answer_instead", "Answer the question instead: that finishes this task.";
        NotTheirTask = "not_their_task", "Only the person or role the task is for can mark it as done.";
        NothingToFix = "nothing_to_fix", "A fix is recorded for a filtering or monitoring failure only.";
        FixFirst = "fix_first", "Record what was done to fix it first.";
        OwnFix = "own_fix", "You recorded the fix, so another person must test it.";

        MadeInFuture = "made_in_future", "When it was made must be in the past";
        CalledInFuture = "called_in_future", "When you called must be in the past";
        AwareInFuture = "aware_in_future", "When the school became aware must be in the past";
        ReferralIs { state: ReferralState } = "referral_is", "This referral is “{state}” now. Look at it again.";
        WhatHeard = "what_heard", "Write what you heard, or why";
        WhatIsNew = "what_is_new", "Write what is new";
        OutcomeMissing = "outcome_missing", "Enter the outcome: a referral needs one before it can end";
        DeskDeclines { desk: Desk } = "desk_declines", "Ask the {desk}: this is their decision";
        HeadDeclines = "head_declines", "Ask the headteacher (the chair if the headteacher is excluded): about an adult this is their decision";
        DslOrHeadDeclines = "dsl_or_head_declines", "Ask the DSL or the headteacher: this is their decision";
        HeldAlready = "held_already", "There is a legal hold on this case already.";
        NotHeld = "not_held", "There is no legal hold on this case.";
        NoOpenReferral = "no_open_referral", "Choose a referral that is still open";
        FollowUpNotLater = "follow_up_not_later", "Enter a day after today";

        Answer { question: Question } = "answer", "Answer: {question}";
        ChooseAnswer = "choose_answer", "Choose one of the answers";
        ChildWishes = "child_wishes", "Write what the child wants to happen, or that you have not asked yet and why";
        WriteWhy = "write_why", "Write why";
        AnsweredAlready = "answered_already", "This question has been answered already.";
        NotAnswered = "not_answered", "This question has not been answered yet.";
        DeskAnswers { desk: Desk } = "desk_answers", "Only the {desk} can answer this question.";
        DslOrHeadAnswers = "dsl_or_head_answers", "Only the DSL or the headteacher can answer this again.";
        SameAnswer = "same_answer", "Choose another answer: this is the one it has";
        SameSeverity = "same_severity", "Choose another one: this is how serious it is already";
        FilterMissing = "filter_missing", "Say whether the filter let it through";
        ForHeadOrDsl = "for_head_or_dsl", "With this category it is for the headteacher or the DSL: send it to them instead";

        KeptLonger { least: Retention } = "kept_longer", "Choose a class that is kept longer: this case needs at least “{least}”";
        StillToDo { block: Block } = "still_to_do", "{block}";

        NoSuchCase = "no_such_case", "Enter the reference of a case you can open";
        SameCase = "same_case", "Enter another case: this is the same one";
        NotOpen = "not_open", "Enter a case that is still open";
        MoreRestricted = "more_restricted", "This case is restricted and that one is not as much. Keep the two apart";
        HoldOrReferral = "hold_or_referral", "This case has a legal hold or an open referral. Keep the two apart";
        TasksFirst = "tasks_first", "This case has tasks that are still to do. Finish them first, or keep the two apart";
        ThenMerge { block: Block } = "then_merge", "{block}. Then merge the two";
        OtherAdult = "other_adult", "These cases say that they are about different adults. Keep the two apart";
        OtherReaders = "other_readers", "These cases are not open to the same people, so they cannot be merged";
        MoreReaders = "more_readers", "A person who can open that case cannot open this one. Merge that one into this one instead, or keep the two apart";
        NoSecondPerson = "no_second_person", "This case needs a second person to close it and that one does not. Keep the two apart";
    }
}

problems! {
    /// What stands between a case and its end, with what to do about it.
    Block {
        Questions { desks: Vec<Desk> } = "questions", "Wait until each question has been answered. Still to answer: {desks}";
        Referrals = "referrals", "Finish or withdraw the referral that is still open";
        Tasks = "tasks", "Finish the tasks that are still to do";
        Police = "police", "A crime is possible: record a referral to the police, or decide not to refer and say why";
        Lado = "lado", "It may meet the harm threshold: record a referral to the LADO, or decide not to refer and say why";
        Ico = "ico", "Personal data is involved: record a referral to the ICO, or decide not to refer and say why";
        IcoDecision { desk: Desk } = "ico_decision", "Personal data may be lost: ask the {desk} to decide first about the ICO";
        Retest = "retest", "Record the fix, then have another person test that it works";
        OwnRetest = "own_retest", "You did the re-test, so another person must close this case";
    }
}

impl Block {
    /// Where a form says it.
    const fn field(&self) -> &'static str {
        match self {
            Self::Questions { .. } => "questions",
            Self::Referrals => "referrals",
            Self::Tasks => "tasks",
            Self::Police => "police",
            Self::Lado => "lado",
            Self::Ico | Self::IcoDecision { .. } => "ico",
            Self::Retest | Self::OwnRetest => "retest",
        }
    }
}

/// All of it at once, each where a form says it.
pub(super) fn blocked(blocks: Vec<Block>) -> Result<(), Refusal> {
    let error = |block: Block| FieldError { field: block.field(), problem: Problem::StillToDo { block } };
    match blocks.is_empty() {
        true => Ok(()),
        false => Err(Refusal::Invalid(blocks.into_iter().map(error).collect())),
    }
}
