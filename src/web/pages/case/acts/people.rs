//! The people of a case: subjects, owner, shares, who may open it, declaring a conflict of interest.

use super::{
    ActPage, Needs,
    form::{Ask, Control, Doing, Reading, Verb, choices},
    people_to_choose::CHOOSE,
};
use crate::{
    domain::{
        case::{
            FieldError, Problem, Refusal, Restriction, SecondPerson, ShareKind,
            lifecycle::workflow::{Move, Status},
        },
        concern::{DraftSubject, Somebody},
        kernel::{
            clock::{self, Instant},
            ids::{PersonId, SubjectId},
        },
        people::subject::{Subject, SubjectIdentity, SubjectKind, SubjectRole},
    },
    service::case::read::FullCase,
    web::http::{page::Choice, problem::FormProblem},
};
use std::collections::BTreeSet;

/// The pages.
pub const PAGES: &[ActPage] = &[
    ActPage {
        path: "people",
        action: Move::Subject,
        heading: "Add a person",
        button: "Add person",
        intro: "Who can open the case, and who leads it, is worked out again at once. An adult who works \
            here and is alleged to have done it, or is mentioned, can no longer see it.",
        needs: Needs::Case,
        asks: |ask| {
            vec![
                Control::name(ask, "who", "Who?")
                    .hint("The name as it is in the register, or a description such as “the IT man”."),
                Control::radios(
                    ask,
                    "kind",
                    "What are they to the school?",
                    choices(SubjectKind::ALL, SubjectKind::code, SubjectKind::words),
                ),
                role(ask, "What is their part in it?"),
            ]
        },
        reads: |form| {
            let who = form.name("who", FormProblem::WhoItIs);
            let kind = form.one::<SubjectKind>("kind", FormProblem::WhatTheyAre);
            let role = read_role(form);
            let (kind, role, who) = (kind?, role?, who?);
            let typed = who.clone();
            Some(Doing::Named(
                "who",
                who,
                Box::new(move |who| {
                    let is_picked =
                        |person: PersonId| typed.picks.iter().any(|pick| pick.person() == Some(person));
                    let only_typed = match &who {
                        Somebody::Known(person) if !is_picked(*person) => Some(typed.words.clone()),
                        Somebody::Known(_) | Somebody::InWords(_) => None,
                    };
                    let new = DraftSubject { who, kind, role };
                    let verb: Verb = Box::new(move |case, act, _| match &only_typed {
                        Some(typed) => case.add_typed_subject(&new, typed, act),
                        None => case.add_subject(&new, act),
                    });
                    Ok(verb)
                }),
            ))
        },
    },
    ActPage {
        path: "people/{id}",
        action: Move::Subject,
        heading: "Change a person’s part",
        button: "Save",
        intro: "Who can open the case, and who leads it, is worked out again at once.",
        needs: Needs::Case,
        asks: |ask| {
            let Some((_, subject)) = subject_in(ask) else { return Vec::new() };
            let mut controls = vec![
                Control::prose(described(ask)),
                role(ask, "What is their part in it?").prefilled(ask, subject.role.code()),
            ];
            if subject.person().is_none() {
                let label = "Do you know now who this is?";
                let hint = "The name as it is in the register.";
                controls.push(Control::name(ask, "match", label).hint(hint).optional());
            }
            controls.push(Control::words(ask, "reason", "Why?"));
            controls
        },
        reads: |form| {
            let Some(id) = form.id::<SubjectId>() else {
                return Doing::act(|_, _, _| Err(Refusal::NotFound));
            };
            let role = read_role(form);
            let reason = form.summary("reason", FormProblem::WriteWhy);
            let name = form.optional_name("match");
            let (role, reason) = (role?, reason?);
            let change = move |matched: Option<PersonId>| -> Verb {
                Box::new(move |case, act, _| case.change_subject(id, role, matched, &reason, act))
            };
            match name? {
                None => Some(Doing::Act(BTreeSet::new(), change(None))),
                Some(name) => Some(Doing::Named(
                    "match",
                    name,
                    Box::new(move |who| match who {
                        Somebody::Known(person) => Ok(change(Some(person))),
                        Somebody::InWords(_) => {
                            Err(FieldError { field: "match", problem: Problem::NotInRegister })
                        }
                    }),
                )),
            }
        },
    },
    ActPage {
        path: "people/{id}/remove",
        action: Move::Subject,
        heading: "Remove a person",
        button: "Remove person",
        intro: "They stay in the history of the case. Who can open it, and who leads it, is worked out again \
            at once.",
        needs: Needs::Case,
        asks: |ask| {
            if subject_in(ask).is_none() {
                return Vec::new();
            }
            vec![Control::prose(described(ask)), Control::words(ask, "reason", "Why?")]
        },
        reads: |form| {
            let Some(id) = form.id::<SubjectId>() else {
                return Doing::act(|_, _, _| Err(Refusal::NotFound));
            };
            let reason = form.summary("reason", FormProblem::WriteWhy)?;
            Doing::act(move |case, act, _| case.remove_subject(id, &reason, act))
        },
    },
    ActPage {
        path: "assign",
        action: Move::Assign,
        heading: "Assign a case owner",
        button: "Assign case owner",
        intro: "The case owner can open the whole case, and is told that Candour needs them.",
        needs: Needs::Staff,
        asks: |ask| vec![Control::person(ask, "owner", "Who should be the case owner?", CHOOSE)],
        reads: |form| {
            let owner = form.person("owner", FormProblem::CaseOwner)?;
            Doing::giving_to("owner", owner, |owner| -> Verb {
                Box::new(move |case, act, _| case.assign(owner, act))
            })
        },
    },
    ActPage {
        path: "share",
        action: Move::Share,
        heading: "Share the case",
        button: "Share",
        intro: "They can open the whole case until the end of the last day you enter, or until you end the share.",
        needs: Needs::Staff,
        asks: |ask| {
            let mut with = Control::person(ask, "person", "Who do you want to share it with?", CHOOSE);
            let named = second_person_to_name(ask);
            let kind = if named.is_some() { ShareKind::Reviewer.code() } else { "" };
            if let Some(person) = named {
                with = with.choosing(ask, person);
            }
            vec![
                with,
                Control::radios(
                    ask,
                    "as",
                    "What is their part?",
                    vec![
                        Choice::new(ShareKind::Reader.code(), "Reader"),
                        Choice::new(
                            ShareKind::Reviewer.code(),
                            "Second person, who agrees before the case closes",
                        )
                        .hint("Only a person who never owned or triaged it, or submitted it for sign-off."),
                    ],
                )
                .prefilled(ask, kind),
                Control::words(ask, "reason", "Why do they need it?"),
                Control::day(ask, "until", "What is the last day they need it?").optional(),
            ]
        },
        reads: |form| {
            let person = form.person("person", FormProblem::ChoosePerson);
            let kind = form.one::<ShareKind>("as", FormProblem::ShareAs);
            let reason = form.summary("reason", FormProblem::WhyNeeded);
            let last_day = form.optional_day("until");
            let (person, kind, reason, last_day) = (person?, kind?, reason?, last_day?);
            let until = last_day.map(clock::end_of);
            Doing::giving_to("person", person, move |person| -> Verb {
                Box::new(move |case, act, _| case.share(person, kind, until, &reason, act))
            })
        },
    },
    ActPage {
        path: "unshare",
        action: Move::Unshare,
        heading: "End a share",
        button: "End share",
        intro: "",
        needs: Needs::People,
        asks: |ask| {
            let shares = ask.full().map_or_else(BTreeSet::new, |full| live_shares(full, ask.now));
            vec![Control::radios(ask, "person", "Whose share should end?", ask.choices_of(shares))]
        },
        // A person who has left can still be removed, so that it is not checked whether they are current.
        reads: |form| {
            let person = form.one::<PersonId>("person", FormProblem::ChoosePerson)?;
            Doing::act(move |case, act, _| case.unshare(person, act))
        },
    },
    ActPage {
        path: "restrict",
        action: Move::Restrict,
        heading: "Change who can open the case",
        button: "Save",
        intro: "If you can no longer open the case after this, keep its reference. With it, the headteacher \
            and the DSL can still use emergency access for 24 hours, to read the case or to change this \
            again. The lead is told each time.",
        needs: Needs::Case,
        asks: |ask| {
            let now = ask.full().map_or("", |full| full.case.restriction.code());
            let all = choices(Restriction::ALL, Restriction::code, Restriction::words);
            vec![
                Control::radios(ask, "restriction", "Who should be able to open it?", all)
                    .prefilled(ask, now),
                Control::words(ask, "reason", "Why?"),
            ]
        },
        reads: |form| {
            let to = form.one::<Restriction>("restriction", FormProblem::WhoOpens);
            let reason = form.summary("reason", FormProblem::WriteWhy);
            let (to, reason) = (to?, reason?);
            Doing::act(move |case, act, _| case.restrict(to, &reason, act))
        },
    },
    ActPage {
        path: "step-aside",
        action: Move::StepAside,
        heading: "Declare a conflict of interest",
        button: "Declare a conflict of interest",
        intro: "For example, you know the family. You can no longer open the case. What was yours goes back \
            to the lead, or to the next role in line.",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "reason", "Why?")],
        reads: |form| {
            let reason = form.summary("reason", FormProblem::WriteWhy)?;
            Doing::act(move |case, act, _| case.step_aside(&reason, act))
        },
    },
];

fn role(ask: &Ask<'_>, label: &str) -> Control {
    Control::radios(ask, "role", label, choices(SubjectRole::ALL, SubjectRole::code, SubjectRole::words))
}

fn read_role(form: &mut Reading<'_>) -> Option<SubjectRole> {
    form.one("role", FormProblem::TheirPart)
}

fn live_shares(full: &FullCase, now: Instant) -> BTreeSet<PersonId> {
    full.case.live_shares(now).map(|share| share.person).collect()
}

fn subject_in<'a>(ask: &'a Ask<'_>) -> Option<(&'a FullCase, &'a Subject)> {
    let full = ask.full()?;
    let id: SubjectId = ask.id.parse().ok()?;
    full.case.current_subjects().find(|subject| subject.id == id).map(|subject| (full, subject))
}

/// Who the person in the address is, and their part.
fn described(ask: &Ask<'_>) -> String {
    subject_in(ask).map_or_else(String::new, |(full, subject)| {
        let who = match subject.who {
            SubjectIdentity::Person(person) => full.name(person),
            SubjectIdentity::Words(words) => full.said(words),
        };
        format!("{who}: {}", subject.part())
    })
}

/// Who the owner names, if an outcome waits for a second person and no one who can open the case may be it.
fn second_person_to_name(ask: &Ask<'_>) -> Option<PersonId> {
    let full = ask.full().filter(|full| full.case.status == Status::OutcomePending)?;
    match full.second_person {
        SecondPerson::ToName(person) => Some(person),
        SecondPerson::NotAsked | SecondPerson::OneOf(_) | SecondPerson::Nobody => None,
    }
}
