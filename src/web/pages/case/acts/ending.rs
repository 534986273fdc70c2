//! From work to an end: start, wait, resume, propose, close, send back, no case, merge, reopen, send on.

use super::{
    ActPage, Needs,
    form::{Control, Doing, choices},
};
use crate::{
    domain::{
        case::{Closing, Outcome},
        category::Retention,
        ids::{Reference, ReferralId},
        people::Desk,
        workflow::Move,
    },
    web::page::Choice,
};

/// The pages.
pub const PAGES: &[ActPage] = &[
    ActPage {
        path: "start",
        makes: Move::Start,
        heading: "Start work",
        button: "Start work",
        intro: "",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "plan", "What is the plan?")],
        reads: |form| {
            let plan = form.summary("plan", "Write the plan")?;
            Doing::act(move |case, act, _| case.start_work(&plan, act))
        },
    },
    ActPage {
        path: "wait",
        makes: Move::Await,
        heading: "Wait for somebody outside",
        button: "Wait",
        intro: "While the police have the case, time limits that may wait, wait. The duty to tell another body runs on.",
        needs: Needs::Case,
        asks: |ask| {
            let open = ask.full().map_or(&[][..], |full| &full.case.referrals);
            let open = open.iter().filter(|referral| referral.state.is_open());
            let open = open.map(|r| Choice::new(r.id.to_string(), r.body.words())).collect();
            vec![
                Control::radios(ask, "referral", "Which referral are you waiting for?", open),
                Control::day(ask, "follow_up", "When will you look at it again?"),
            ]
        },
        reads: |form| {
            let referral = form.one::<ReferralId>("referral", "Choose a referral that is still open");
            let day = form.day("follow_up");
            let (referral, day) = (referral?, day?);
            Doing::act(move |case, act, _| case.wait_for(referral, day, act))
        },
    },
    ActPage {
        path: "resume",
        makes: Move::Resume,
        heading: "Go on with the work",
        button: "Go on",
        intro: "",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "heard", "What did you hear?")],
        reads: |form| {
            let heard = form.summary("heard", "Write what you heard")?;
            Doing::act(move |case, act, _| case.resume(&heard, act))
        },
    },
    ActPage {
        path: "propose",
        makes: Move::Propose,
        heading: "Propose an outcome",
        button: "Propose outcome",
        intro: "Where a second person has to agree, they are told. Otherwise you can close the case next.",
        needs: Needs::Case,
        asks: |ask| {
            vec![
                Control::radios(
                    ask,
                    "outcome",
                    "What is the outcome?",
                    choices(Outcome::ALL, Outcome::code, Outcome::words),
                ),
                Control::words(ask, "actions", "What was done?"),
                Control::words(ask, "rationale", "Why is this the right end?"),
                Control::words(ask, "reporter_told", "What was the person who reported it told?")
                    .hint("If nothing, say why."),
                Control::words(ask, "parents_told", "What were parents or carers told?")
                    .hint("If nothing, say why."),
                Control::words(ask, "prevented", "What would have prevented it?"),
            ]
        },
        reads: |form| {
            let outcome = form.one::<Outcome>("outcome", "Choose the outcome");
            let actions = form.summary("actions", "Write what was done");
            let rationale = form.summary("rationale", "Write why this is the right end");
            let reporter = form.summary("reporter_told", "Write what the reporter was told, or why nothing");
            let parents = form.summary("parents_told", "Write what parents were told, or why nothing");
            let prevented = form.summary("prevented", "Write what would have prevented it");
            let closing = Closing {
                outcome: outcome?,
                actions: actions?,
                rationale: rationale?,
                reporter_told: reporter?,
                parents_told: parents?,
                prevented: prevented?,
            };
            Doing::act(move |case, act, _| case.propose(&closing, act))
        },
    },
    ActPage {
        path: "close",
        makes: Move::Close,
        heading: "Close the case",
        button: "Close case",
        intro: "Read the proposed outcome first. What is still due ends with the case. It can be opened again.",
        needs: Needs::Case,
        asks: |ask| {
            let Some(full) = ask.full() else { return Vec::new() };
            let fitting = full.case.fitting_retention();
            let others = Retention::ALL.iter().filter(|class| !fitting.contains(class));
            let long_enough = others.filter(|class| full.case.may_be_kept(**class));
            let fits = |class: &Retention| Choice::new(class.code(), class.words()).hint("Fits this case");
            let longer = long_enough.map(|class| Choice::new(class.code(), class.words()));
            let classes = fitting.iter().map(fits).chain(longer).collect();
            let asked = Control::radios(ask, "retention", "How long must it be kept?", classes)
                .hint("Where more than one fits, choose the longest that does.");
            // With one class that fits there is nothing to weigh.
            vec![match fitting.as_slice() {
                [only] => asked.prefilled(ask, only.code()),
                [] | [_, ..] => asked,
            }]
        },
        reads: |form| {
            let retention = form.one::<Retention>("retention", "Choose how long it must be kept")?;
            Doing::act(move |case, act, _| case.close(retention, act))
        },
    },
    ActPage {
        path: "send-back",
        makes: Move::SendBack,
        heading: "Send the case back",
        button: "Send back",
        intro: "The proposed outcome is withdrawn and the owner is told.",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "reason", "What is still missing?")],
        reads: |form| {
            let reason = form.summary("reason", "Write what is still missing")?;
            Doing::act(move |case, act, _| case.send_back(&reason, act))
        },
    },
    ActPage {
        path: "no-case",
        makes: Move::NoCase,
        heading: "Decide that this is no case",
        button: "This is no case",
        intro: "It is kept, and can be opened again. The reporter sees “Closed”.",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "reason", "Why is this no case?")],
        reads: |form| {
            let reason = form.summary("reason", "Write why this is no case")?;
            Doing::act(move |case, act, _| case.no_case(&reason, act))
        },
    },
    ActPage {
        path: "merge",
        makes: Move::Merge,
        heading: "Merge into another case",
        button: "Merge",
        intro: "This one ends and the other goes on. Whoever reported it notices nothing. This cannot be undone.",
        needs: Needs::Case,
        asks: |ask| {
            let label = "What is the reference of the other case?";
            vec![Control::line(ask, "target", label).hint("A case that you can open, like CAN-7KQ4-M2XB.")]
        },
        reads: |form| {
            form.one::<Reference>("target", "Check the reference letter by letter: it is like CAN-7KQ4-M2XB")
                .map(Doing::Merge)
        },
    },
    ActPage {
        path: "reopen",
        makes: Move::Reopen,
        heading: "Open the case again",
        button: "Open again",
        intro: "Time limits and how long it is kept start again.",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "reason", "Why?")],
        reads: |form| {
            let reason = form.summary("reason", "Write why")?;
            Doing::act(move |case, act, _| case.reopen(&reason, act))
        },
    },
    ActPage {
        path: "send",
        makes: Move::Reroute,
        heading: "Send the case to another desk",
        button: "Send",
        intro: "The other desk leads at once. It has to acknowledge the case, and chooses who sees it through.",
        needs: Needs::Case,
        asks: |ask| {
            let desks = ask.full().map_or_else(Vec::new, |full| full.case.desks_to_send_to(&full.asking()));
            vec![
                Control::radios(ask, "desk", "Which desk?", choices(&desks, Desk::code, Desk::words)),
                Control::words(ask, "reason", "Why?"),
            ]
        },
        reads: |form| {
            let desk = form.one::<Desk>("desk", "Choose a desk");
            let reason = form.summary("reason", "Write why");
            let (desk, reason) = (desk?, reason?);
            Doing::act(move |case, act, _| case.send_to(desk, &reason, act))
        },
    },
];
