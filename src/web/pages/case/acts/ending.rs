//! From work to an end: start, wait, resume, submit for sign-off, close, return, no further action, merge, reopen, reassign.

use super::{
    ActPage, Needs,
    form::{Control, Doing, choices},
};
use crate::{
    domain::{
        case::{Closing, Outcome, lifecycle::workflow::Move},
        kernel::ids::{Reference, ReferralId},
        people::Desk,
        school::categories::Retention,
    },
    web::http::{page::Choice, problem::FormProblem},
};

/// The pages.
pub const PAGES: &[ActPage] = &[
    ActPage {
        path: "start",
        action: Move::Start,
        heading: "Start work",
        button: "Start work",
        intro: "",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "plan", "What is the plan?")],
        reads: |form| {
            let plan = form.summary("plan", FormProblem::Plan)?;
            Doing::act(move |case, act, _| case.start_work(&plan, act))
        },
    },
    ActPage {
        path: "wait",
        action: Move::Await,
        heading: "Wait for an external agency",
        button: "Wait",
        intro: "While the police have the case, some time limits pause. Time limits for telling another \
            agency do not.",
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
            let referral = form.one::<ReferralId>("referral", FormProblem::OpenReferral);
            let day = form.day("follow_up");
            let (referral, day) = (referral?, day?);
            Doing::act(move |case, act, _| case.wait_for(referral, day, act))
        },
    },
    ActPage {
        path: "resume",
        action: Move::Resume,
        heading: "Resume work",
        button: "Resume work",
        intro: "",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "heard", "What did you hear?")],
        reads: |form| {
            let heard = form.summary("heard", FormProblem::Heard)?;
            Doing::act(move |case, act, _| case.resume(&heard, act))
        },
    },
    ActPage {
        path: "propose",
        action: Move::Propose,
        heading: "Submit for sign-off",
        button: "Submit for sign-off",
        intro: "If a second person has to sign it off, they are told. Otherwise you can close the case next.",
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
                Control::words(ask, "rationale", "Why is this the right outcome?"),
                Control::words(ask, "reporter_told", "What was the person who reported it told?")
                    .hint("If nothing, say why."),
                Control::words(ask, "parents_told", "What were parents or carers told?")
                    .hint("If nothing, say why."),
                Control::words(ask, "lessons", "What lessons were learned?").optional(),
            ]
        },
        reads: |form| {
            let outcome = form.one::<Outcome>("outcome", FormProblem::Outcome);
            let actions = form.summary("actions", FormProblem::WhatWasDone);
            let rationale = form.summary("rationale", FormProblem::RightOutcome);
            let reporter = form.summary("reporter_told", FormProblem::ReporterTold);
            let parents = form.summary("parents_told", FormProblem::ParentsTold);
            let lessons = form.optional_summary("lessons");
            let closing = Closing {
                outcome: outcome?,
                actions: actions?,
                rationale: rationale?,
                reporter_told: reporter?,
                parents_told: parents?,
                lessons: lessons?,
            };
            Doing::act(move |case, act, _| case.propose(&closing, act))
        },
    },
    ActPage {
        path: "close",
        action: Move::Close,
        heading: "Close the case",
        button: "Close case",
        intro: "Read the outcome first. What is still due ends with the case. It can be reopened.",
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
                .hint("If more than one fits, choose the longest.");
            // If one class fits, there is nothing to weigh.
            vec![match fitting.as_slice() {
                [only] => asked.prefilled(ask, only.code()),
                [] | [_, ..] => asked,
            }]
        },
        reads: |form| {
            let retention = form.one::<Retention>("retention", FormProblem::HowLongKept)?;
            Doing::act(move |case, act, _| case.close(retention, act))
        },
    },
    ActPage {
        path: "send-back",
        action: Move::SendBack,
        heading: "Return the case",
        button: "Return case",
        intro: "The outcome is withdrawn and the case owner is told.",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "reason", "What is still missing?")],
        reads: |form| {
            let reason = form.summary("reason", FormProblem::StillMissing)?;
            Doing::act(move |case, act, _| case.send_back(&reason, act))
        },
    },
    ActPage {
        path: "no-case",
        action: Move::NoCase,
        heading: "Decide that no further action is needed",
        button: "No further action",
        intro: "The case is kept, and can be reopened. The reporter sees “Closed”.",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "reason", "Why is no further action needed?")],
        reads: |form| {
            let reason = form.summary("reason", FormProblem::WhyNoFurther)?;
            Doing::act(move |case, act, _| case.no_case(&reason, act))
        },
    },
    ActPage {
        path: "merge",
        action: Move::Merge,
        heading: "Merge into another case",
        button: "Merge cases",
        intro: "This case ends and the other goes on. The person who reported it sees no difference. This \
            cannot be undone.",
        needs: Needs::Case,
        asks: |ask| {
            let label = "What is the reference of the other case?";
            vec![Control::line(ask, "target", label).hint("A case that you can open, like CAN-7KQ4-M2XB.")]
        },
        reads: |form| form.one::<Reference>("target", FormProblem::NotAReference).map(Doing::Merge),
    },
    ActPage {
        path: "reopen",
        action: Move::Reopen,
        heading: "Reopen the case",
        button: "Reopen case",
        intro: "Time limits and how long it is kept start again.",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "reason", "Why?")],
        reads: |form| {
            let reason = form.summary("reason", FormProblem::WriteWhy)?;
            Doing::act(move |case, act, _| case.reopen(&reason, act))
        },
    },
    ActPage {
        path: "send",
        action: Move::Reroute,
        heading: "Reassign the case",
        button: "Reassign case",
        intro: "The new lead has the case at once. They acknowledge it and choose its case owner.",
        needs: Needs::Case,
        asks: |ask| {
            let desks = ask.full().map_or_else(Vec::new, |full| full.case.desks_to_send_to(&full.asking()));
            vec![
                Control::radios(ask, "desk", "Who should lead it?", choices(&desks, Desk::code, Desk::words)),
                Control::words(ask, "reason", "Why?"),
            ]
        },
        reads: |form| {
            let desk = form.one::<Desk>("desk", FormProblem::WhoLeads);
            let reason = form.summary("reason", FormProblem::WriteWhy);
            let (desk, reason) = (desk?, reason?);
            Doing::act(move |case, act, _| case.send_to(desk, &reason, act))
        },
    },
];
