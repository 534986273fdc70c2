//! Who could be meant: the adults who are kept out of a case because words in it could mean them, each decided about by its
//! lead.

use super::{
    ActPage, Needs,
    form::{Ask, Control, Doing, choices},
};
use crate::{
    domain::{
        case::{IsMeant, Meaning, MeantIn, lifecycle::workflow::Move},
        kernel::ids::PersonId,
        people::subject::SubjectIdentity,
    },
    service::case::read::FullCase,
    web::http::{page::Choice, problem::FormProblem},
};

/// The page.
pub const PAGES: &[ActPage] = &[ActPage {
    path: "could-be-meant",
    action: Move::SayWho,
    heading: "Who could be meant",
    button: "Save",
    intro: "Words in this case could mean these people. They cannot see the case, are given nothing of it, and are not told \
        of it, until you say that it is not about them. Do not ask them. If it is about one of them, they are alleged, and \
        never see it.",
    needs: Needs::People,
    asks: |ask| {
        let people = could_be_meant(ask);
        if people.is_empty() {
            return vec![Control::prose(
                "No one is kept out of this case because words in it could mean them.",
            )];
        }
        vec![
            Control::radios(ask, "person", "Who do you want to decide about?", people),
            Control::radios(
                ask,
                "meant",
                "Is it about them?",
                choices(IsMeant::ALL, IsMeant::code, IsMeant::words),
            ),
            Control::words(ask, "reason", "How do you know?"),
        ]
    },
    reads: |form| {
        let person = form.one::<PersonId>("person", FormProblem::ChoosePerson);
        let answer = form.one::<IsMeant>("meant", FormProblem::MeantOrNot);
        let reason = form.summary("reason", FormProblem::HowYouKnow);
        let (person, answer, reason) = (person?, answer?, reason?);
        Doing::act(move |case, act, _| case.say_who_is_meant(person, answer, &reason, act))
    },
}];

fn could_be_meant(ask: &Ask<'_>) -> Vec<Choice> {
    let Some(full) = ask.full() else { return Vec::new() };
    let people = full.case.who_could_be_meant();
    people
        .filter_map(|(person, reasons)| Some(ask.choice_of(person)?.hint(why(full, person, reasons))))
        .collect()
}

/// Why words could mean a person: “Mr Archer” (their name, or a part of it).
fn why(full: &FullCase, person: PersonId, meanings: &[Meaning]) -> String {
    let open = meanings.iter().filter(|meaning| meaning.ruled_out.is_none());
    let reasons: Vec<String> = open.map(|meaning| reason(full, person, meaning)).collect();
    reasons.join(" ")
}

fn reason(full: &FullCase, person: PersonId, meaning: &Meaning) -> String {
    let how = meaning.how.words();
    match meaning.within {
        MeantIn::Report => {
            format!("The report could speak of them ({how}), and the reporter did not rule them out.")
        }
        MeantIn::Addition(_) => {
            format!("What the reporter added could speak of them ({how}).")
        }
        MeantIn::Account(_) => {
            format!("What was written could speak of them ({how}), and the reporter was not asked.")
        }
        MeantIn::Subject(id) => {
            let subject = full.case.current_subjects().find(|subject| subject.id == id);
            subject.map_or_else(String::new, |subject| match subject.who {
                SubjectIdentity::Words(words) => {
                    format!("“{}” could mean them: {how}.", full.said(words))
                }
                SubjectIdentity::Person(known) if known == person => {
                    "They were said to be a pupil.".to_owned()
                }
                SubjectIdentity::Person(pupil) => {
                    format!("They have the name that was typed for {}, a pupil.", full.name(pupil))
                }
            })
        }
    }
}
