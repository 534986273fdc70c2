//! Escalating: a referral, what becomes of it, deciding not to refer, a 999 call, the legal hold. Pages record; they
//! send nothing.

use super::{
    ActPage, Needs,
    form::{Ask, Control, Doing, Reading, choices},
};
use crate::{
    domain::{
        case::{
            NewReferral, Refusal,
            lifecycle::workflow::Move,
            work::referral::{Body, Field, Kind, Referral, ReferralState},
        },
        kernel::{ids::ReferralId, text::Summary},
    },
    web::http::{page::Choice, problem::FormProblem},
};
use std::collections::BTreeMap;

/// The pages.
pub const PAGES: &[ActPage] = &[
    ActPage {
        path: "refer",
        action: Move::Refer,
        heading: "Record a referral",
        button: "Save referral",
        intro: "This page records a referral. It does not send one.",
        needs: Needs::Case,
        asks: |ask| {
            let bodies =
                Body::offered().map(|body| Choice::new(body.code(), body.words()).hint(body.advice()));
            let mut to = Control::radios(ask, "body", "Who did you refer this to?", bodies.collect())
                .hint("Leave empty what you do not know yet: it becomes a task for the next working day.");
            for body in Body::offered() {
                let fields = body.fields().iter().map(|field| field_control(ask, field));
                to = to.reveals(body.code(), fields.collect());
            }
            vec![to, when(ask, "made_at", "When did you tell them?"), reason(ask).optional()]
        },
        reads: |form| {
            let body = form.one::<Body>("body", FormProblem::ReferredTo);
            let made_at = form.now_or_past("made_at");
            let reason = form.optional_summary("reason");
            let fields = body.and_then(|body| read_fields(form, body));
            let new = NewReferral { body: body?, made_at: made_at?, reason: reason?, fields: fields? };
            Doing::act(move |case, act, _| case.refer(&new, act))
        },
    },
    ActPage {
        path: "referrals/{id}",
        action: Move::ReferralMoves,
        heading: "Update a referral",
        button: "Save",
        intro: "",
        needs: Needs::Case,
        asks: |ask| {
            let Some(referral) = referral_in(ask) else { return Vec::new() };
            let next = referral.state.next().iter().map(|state| Choice::new(state.code(), state.words()));
            let stays = Choice::new("stays", format!("It stays “{}”", referral.state.words()));
            let mut controls = vec![
                Control::prose(referral.body.words()),
                Control::radios(
                    ask,
                    "state",
                    "What is its status now?",
                    std::iter::once(stays).chain(next).collect(),
                ),
                Control::words(ask, "heard", "What did you hear, or why?"),
            ];
            let missing =
                referral.body.fields().iter().filter(|field| !referral.fields.contains_key(field.name));
            controls.extend(missing.map(|field| field_control(ask, field).optional()));
            controls
        },
        reads: |form| {
            let Some(id) = form.id::<ReferralId>() else {
                return Doing::act(|_, _, _| Err(Refusal::NotFound));
            };
            let to = match form.fields.get("state") {
                "stays" => Some(None),
                _ => form.one::<ReferralState>("state", FormProblem::ReferralStatus).map(Some),
            };
            let heard = form.optional_summary("heard");
            // Only the fields of its own body are on the page; the others are not there and read as empty.
            let mut fields = BTreeMap::new();
            for body in Body::offered() {
                fields.extend(read_fields(form, body)?);
            }
            let (to, heard) = (to?, heard?);
            Doing::act(move |case, act, _| case.referral_moves(id, to, heard.as_ref(), &fields, act))
        },
    },
    ActPage {
        path: "decline",
        action: Move::Decline,
        heading: "Decide not to refer",
        button: "Save decision",
        intro: "Your name and your reason stay in the case. A second person may have to agree before it closes.",
        needs: Needs::Case,
        asks: |ask| {
            let theirs = ask.full().map_or(&[][..], |full| &full.declines);
            vec![
                Control::radios(
                    ask,
                    "body",
                    "Who will not be told?",
                    choices(theirs, Body::code, Body::words),
                )
                .hint(
                    "The DSL or the headteacher decides about the LADO, HR and the police; if it is about an \
                     adult, only the headteacher. The SIRO, or else the DPO, decides about the ICO if they \
                     have the case.",
                ),
                reason(ask),
            ]
        },
        reads: |form| {
            let body = form.one::<Body>("body", FormProblem::NotTold);
            let reason = form.summary("reason", FormProblem::WriteWhy);
            let (body, reason) = (body?, reason?);
            Doing::act(move |case, act, _| case.decline(body, &reason, act))
        },
    },
    ActPage {
        path: "call-999",
        action: Move::Call999,
        heading: "Record a 999 call",
        button: "Save 999 call",
        intro: "This page records a call. Call 999 first. A legal hold is set: nothing in the case can be \
            destroyed.",
        needs: Needs::Case,
        asks: |ask| {
            let label = "What incident number did they give?";
            vec![
                when(ask, "called_at", "When did you call?"),
                Control::line(ask, "incident", label).optional(),
            ]
        },
        reads: |form| {
            let called_at = form.now_or_past("called_at");
            let incident = form.optional_line("incident");
            let (called_at, incident) = (called_at?, incident?);
            Doing::act(move |case, act, _| case.call_999(called_at, incident.as_ref(), act))
        },
    },
    ActPage {
        path: "hold",
        action: Move::SetHold,
        heading: "Set a legal hold",
        button: "Set legal hold",
        intro: "Nothing in the case can be destroyed until the headteacher lifts the legal hold.",
        needs: Needs::Case,
        asks: |ask| vec![reason(ask)],
        reads: |form| {
            let reason = form.summary("reason", FormProblem::WriteWhy)?;
            Doing::act(move |case, act, _| case.set_hold(&reason, act))
        },
    },
    ActPage {
        path: "lift-hold",
        action: Move::LiftHold,
        heading: "Lift the legal hold",
        button: "Lift legal hold",
        intro: "Ask the police first.",
        needs: Needs::Case,
        asks: |ask| {
            let label = "What did the police answer?";
            vec![Control::words(ask, "answer", label).hint("Write who answered, and when.")]
        },
        reads: |form| {
            let answer = form.summary("answer", FormProblem::PoliceAnswered)?;
            Doing::act(move |case, act, _| case.lift_hold(&answer, act))
        },
    },
];

fn reason(ask: &Ask<'_>) -> Control {
    Control::words(ask, "reason", "Why?")
}

/// Just now, or earlier: radios `name-when`, with a day and a time.
fn when(ask: &Ask<'_>, name: &'static str, label: &str) -> Control {
    let answers = vec![Choice::new("now", "Just now"), Choice::new("earlier", "Earlier")];
    let moment = Control::moment(ask, name, "Which day?").small();
    Control::radios(ask, &format!("{name}-when"), label, answers).reveals("earlier", vec![moment])
}

fn field_control(ask: &Ask<'_>, field: &Field) -> Control {
    let name = field.in_forms;
    let control = match field.kind {
        Kind::Line | Kind::Name => Control::line(ask, name, field.label),
        Kind::Words => Control::words(ask, name, field.label),
        Kind::OneOf(answers) => {
            let choice = |(code, words, hint): &(&str, &str, &str)| Choice::new(*code, *words).hint(*hint);
            Control::radios(ask, name, field.label, answers.iter().map(choice).collect())
        }
    };
    control.hint(field.hint).small()
}

fn read_fields(form: &mut Reading<'_>, body: Body) -> Option<BTreeMap<&'static str, Summary>> {
    let mut read = BTreeMap::new();
    for field in body.fields() {
        let name = field.in_forms;
        let words = match field.kind {
            Kind::Line | Kind::Name | Kind::Words => form.optional_summary(name)?,
            Kind::OneOf(answers) => chosen(form, name, answers)?,
        };
        if let Some(words) = words {
            read.insert(field.name, words);
        }
    }
    Some(read)
}

/// What was chosen, in the words that are kept; nothing if nothing was.
fn chosen(form: &mut Reading<'_>, name: &str, answers: &[(&str, &str, &str)]) -> Option<Option<Summary>> {
    let code = form.fields.get(name).trim().to_owned();
    if code.is_empty() {
        return Some(None);
    }
    let words = answers.iter().find(|(known, ..)| *known == code).map(|(_, words, _)| *words);
    let read = words.and_then(|words| Summary::parse(words).ok());
    if read.is_none() {
        form.mistakes.add(name, FormProblem::ChooseAnswer);
    }
    read.map(Some)
}

fn referral_in<'a>(ask: &'a Ask<'_>) -> Option<&'a Referral> {
    let id: ReferralId = ask.id.parse().ok()?;
    ask.full()?.case.referrals.iter().find(|referral| referral.id == id)
}
