//! What is wrong with an answer in a form, in the words that stand beside its field. A new one takes a line here; what a
//! rule refuses is worded in the rule's own room.

use crate::{
    domain::{
        concern::optional::OptionalQuestion,
        entry::first_sign_in::NotTheirs,
        kernel::{
            codes::{codes, problems},
            ids::RequestId,
        },
        people::register::field::Field,
    },
    service::Problem,
};

codes! {
    /// What a person wrote, as a sentence about it begins.
    Written {
        Words = "words", "What you wrote";
        Reason = "reason", "The reason";
        Happened = "happened", "What happened";
        Name = "name", "A name";
        Teller = "teller", "The name of the person who told you";
        Addition = "addition", "What you add";
    }
}

problems! {
    /// What is wrong with an answer in a form.
    FormProblem {
        CheckAnswers = "check_answers", "Check your answers";
        TooLong { what: Written, limit: usize } = "too_long", "{what} must be {limit} characters or fewer";
        AnswerTooLong { question: OptionalQuestion, limit: usize }
            = "answer_too_long", "{question} must be {limit} characters or fewer";
        Kept { why: Problem, number: RequestId } = "kept", "{why} This attempt is kept under the number {number}.";
        KeptCode { why: NotTheirs, number: RequestId } = "kept_code", "{why}. This attempt is kept under the number {number}.";
        WriteWhy = "write_why", "Write why";
        ChooseWhy = "choose_why", "Choose why";
        WhyNeeded = "why_needed", "Write why they need it";
        ChooseAnswer = "choose_answer", "Choose one of the answers";
        ChoosePerson = "choose_person", "Choose a person";
        EnterName = "enter_name", "Enter a name";
        NotInRegister = "not_in_register", "Enter the name exactly as it is in the register";
        NotAmongThem = "not_among_them", "Enter the whole name of a person who can be chosen here, or use “Find”";
        NotAReference = "not_a_reference", "Check the reference letter by letter: it is like CAN-7KQ4-M2XB";

        Category = "category", "Select what your concern is about, or “I am not sure”";
        Happened = "happened", "Enter what happened";
        Noticed = "noticed", "Select when you noticed it";
        Risk = "risk", "Select whether anyone is at risk right now";
        InPerson = "in_person", "Select whether you have told someone in person, or by phone";
        WhoInPerson = "who_in_person", "Enter who you have told";
        Adult = "adult", "Select whether it is about something an adult who works or volunteers here did";
        WhichAdult = "which_adult", "Select which adult it is about, or “I do not know”";
        NameOrWords = "name_or_words", "Enter a name, or words like “the IT man”";
        PersonKind = "person_kind", "Select what this person is to the school";
        PersonPart = "person_part", "Select this person’s part in it";
        TooManyNames { most: usize } = "too_many_names", "Enter {most} names or fewer";
        NamesTooLong { limit: usize } = "names_too_long", "Each name must be {limit} characters or fewer: put each on its own line";
        Teller = "teller", "Enter who told you, as well as you can";
        TellerKind = "teller_kind", "Select what they are to the school";
        HowTold = "how_told", "Select how they told you";
        PaperDate = "paper_date", "Enter the day the paper form was written";
        NoticedAfterTelling = "noticed_after_telling", "When it was noticed must be before they told you, or wrote it down";
        SentAlready = "sent_already", "This report was sent already. To add what you wrote since, send it once more";
        Addition = "addition", "Enter what you want to add";
        SentOtherWords = "sent_other_words", "You sent this page before with other words. Check what you wrote, and send it again";

        Note = "note", "Write the note";
        SpokeTo = "spoke_to", "Enter who you spoke to";
        WhatWasSaid = "what_was_said", "Write what was said";
        ToDo = "to_do", "Enter what has to be done";
        WhatWasDone = "what_was_done", "Write what was done";
        TestShowed = "test_showed", "Choose what the test showed";
        NoteToIt = "note_to_it", "Write what they should know or do";
        Plan = "plan", "Write the plan";
        OpenReferral = "open_referral", "Choose a referral that is still open";
        Heard = "heard", "Write what you heard";
        Outcome = "outcome", "Choose the outcome";
        RightOutcome = "right_outcome", "Write why this is the right outcome";
        ReporterTold = "reporter_told", "Write what the reporter was told, or why nothing";
        ParentsTold = "parents_told", "Write what parents were told, or why nothing";
        HowLongKept = "how_long_kept", "Choose how long it must be kept";
        StillMissing = "still_missing", "Write what is still missing";
        WhyNoFurther = "why_no_further", "Write why no further action is needed";
        WhoLeads = "who_leads", "Choose who should lead it";
        ReferredTo = "referred_to", "Choose who you referred this to";
        ReferralStatus = "referral_status", "Choose its status";
        NotTold = "not_told", "Choose who will not be told";
        PoliceAnswered = "police_answered", "Write what the police answered";
        WhatItIs = "what_it_is", "Choose what it is";
        Severity = "severity", "Choose how serious it is";
        CaseOwner = "case_owner", "Choose the case owner";
        HowYouKnow = "how_you_know", "Write how you know";
        WhatChanged = "what_changed", "Write what has changed";
        WhoItIs = "who_it_is", "Enter who it is";
        WhatTheyAre = "what_they_are", "Choose what they are to the school";
        ShareAs = "share_as", "Choose what their part is";
        TheirPart = "their_part", "Choose what their part in it is";
        WhoOpens = "who_opens", "Choose who should be able to open it";
        MeantOrNot = "meant_or_not", "Choose whether it is about them";
        Inspector = "inspector", "Choose an inspector";
        NoLongerReads = "no_longer_reads", "Choose who should no longer read it";
        WhyOpen = "why_open", "Write why you need to open it";

        WhyChange = "why_change", "Write why this should change";
        TermLines = "term_lines", "Write each on a line of its own, like Autumn 2026: 3 9 2026 to 18 12 2026";
        HolidayLines = "holiday_lines", "Write each on a line of its own, like Autumn half term: 26 10 2026 to 30 10 2026";
        DayLines = "day_lines", "Write each day on a line of its own, like 3 9 2026";
        OnCall = "on_call", "Choose who is on call today";
        NotAPhone = "not_a_phone", "Enter a phone number, like 01632 960 001 or +44 1632 960 001";

        WhoseRole = "whose_role", "Select who it is for";
        WhichRole = "which_role", "Select which role";
        SelectWhy = "select_why", "Select why";
        SamePerson = "same_person", "Enter another person: this is the same one";
        Relationship = "relationship", "Choose their relationship";
        HowKnown = "how_known", "Choose how it is known";
        TickAccounts = "tick_accounts", "Tick the accounts that your answer is about";
        ListChanged = "list_changed", "The list has changed since you opened this page. Check the accounts, and answer again";
        WhoseCode = "whose_code", "Select who the code is for";
        NotTheirs { why: NotTheirs } = "not_theirs", "{why}";
        WrongCode = "wrong_code", "Enter the code exactly as it was given to you. It works once, and for 24 hours";
        TooManyCodes = "too_many_codes", "You entered too many wrong codes. Wait 30 minutes, then enter your code again, or ask for a new one";
        TwoLetters = "two_letters", "Enter at least two letters of a name";
        ListIsEmpty = "list_is_empty", "Choose a file with people in it";
        WhichSchool = "which_school", "Select your school";
        Leavers = "leavers", "Confirm that these people have left, or send a list that has them";
        Extent = "extent", "Select if everyone is on this list";
        OneColumn { field: Field } = "one_column", "Choose one column only for the {field}";
    }
}
