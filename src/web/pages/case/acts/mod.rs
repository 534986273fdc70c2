//! Acts on a case, one table: each with its address, its question, what it asks and how its answer becomes a verb of
//! the domain. The form that comes back after a mistake, or after another person was faster, keeps every word.

mod earlier;
mod ending;
mod escalating;
pub mod form;
mod inspecting;
mod naming;
mod people;
mod people_to_choose;
mod recording;
mod revising;
mod together;
mod triage;
mod who_is_meant;

use super::page;
use crate::{
    domain::{
        case::{
            Case, Problem, Refusal,
            lifecycle::workflow::{self, Move},
        },
        kernel::{
            clock,
            ids::{PersonId, Reference},
        },
        people::register::choosing::ToChoose,
    },
    service::{
        self, ServiceError,
        case::{
            act::CaseOnPage,
            inspection,
            pupil::{self, Earlier},
            read::{self, CaseView},
        },
        clock::Randomness,
        people::names,
    },
    web::{
        http::{
            error::PageError,
            extract::{CheckedForm, SignedIn},
            fields::Fields,
            links,
            name_field::{self, FIND, Names, WhichPerson},
            page::{Mistakes, Shell},
            problem::FormProblem,
        },
        pages::{go_to, show},
    },
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use askama::Template;
use earlier::EarlierView;
use form::{AGAIN, Ask, Control, Doing, Kind, Reading, Verb};
use naming::Settled;
use std::collections::BTreeSet;

/// Whether an act needs the list of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// The case alone.
    Case,
    /// Staff to choose from as well.
    Staff,
    /// Inspectors to choose from as well.
    Inspectors,
    /// The people of the case who can be chosen as well.
    People,
}

/// One act as a page.
pub struct ActPage {
    /// Its address below the case's.
    pub path: &'static str,
    /// The move it makes.
    pub action: Move,
    /// Its heading.
    pub heading: &'static str,
    /// What its button says.
    pub button: &'static str,
    /// What to know before answering.
    pub intro: &'static str,
    /// What its questions are made from.
    pub needs: Needs,
    /// Its questions; none if the thing in the address is not in this case.
    pub asks: fn(&Ask<'_>) -> Vec<Control>,
    /// Reads the answers.
    pub reads: fn(&mut Reading<'_>) -> Option<Doing>,
}

/// Every act that has a page of its own.
pub fn all() -> impl Iterator<Item = &'static ActPage> {
    let before = [triage::PAGES, recording::PAGES, revising::PAGES, people::PAGES];
    let after = [who_is_meant::PAGES, together::PAGES, inspecting::PAGES, escalating::PAGES, ending::PAGES];
    before.into_iter().chain(after).flatten()
}

/// The page of a move that stands at a fixed address.
pub fn page_of(action: Move) -> Option<&'static ActPage> {
    all().find(|page| page.action == action && !page.path.contains('{'))
}

#[derive(Template)]
#[template(path = "case/act.html")]
struct ActForm<'a> {
    shell: Shell,
    reference: &'a str,
    version: i32,
    key: String,
    page: &'a ActPage,
    action: String,
    banner: String,
    controls: Vec<Control>,
    /// The fields of the page, which it posts back: what the next page asks beyond them is a question, and no mistake.
    asked: String,
    /// Questions that were not on the page before: the field of each with its words.
    new: Vec<(String, String)>,
    mistakes: Mistakes,
    earlier: Option<EarlierView>,
}

impl ActForm<'_> {
    /// Mistakes that belong to no question of the form: what else stands in the way.
    fn loose(&self) -> Vec<(&str, &str)> {
        let names: Vec<&str> = self.controls.iter().flat_map(Control::names).collect();
        let loose = self.mistakes.iter().filter(|mistake| !names.contains(&mistake.field.as_str()));
        loose.map(|mistake| (mistake.field.as_str(), mistake.words.as_str())).collect()
    }

    /// Whether a button before the last one shows the form again. The Enter key then still means the last one.
    fn shows_again(&self) -> bool {
        self.controls.iter().any(|control| matches!(control.kind, Kind::Again | Kind::Name))
    }
}

/// Where in a case an address leads.
struct Where {
    reference: Reference,
    page: &'static ActPage,
    id: String,
}

fn find(request: &HttpRequest) -> Result<Where, PageError> {
    let pattern = request.match_pattern().unwrap_or_default();
    let path = pattern.strip_prefix("/cases/{reference}/").unwrap_or_default();
    let page = all().find(|page| page.path == path).ok_or_else(PageError::not_found)?;
    Ok(Where {
        reference: reference(request)?,
        page,
        id: request.match_info().get("id").unwrap_or_default().to_owned(),
    })
}

/// The reference in the address. One that cannot be is answered like one that is not known.
pub(super) fn reference(request: &HttpRequest) -> Result<Reference, PageError> {
    let typed = request.match_info().get("reference").unwrap_or_default();
    typed.parse().map_err(|_| PageError::not_found())
}

/// A case, the people to choose from, and what earlier cases say, if the act needs them.
type Material = (CaseView, Vec<ToChoose>, Option<Earlier>);

/// Opens the case, and what else the act needs.
async fn open(by: &SignedIn, at: &Where) -> Result<Material, ServiceError> {
    let (op, reference, page) = (by.op.clone(), at.reference.clone(), at.page);
    by.app
        .run(move |candour| {
            let view = read::case(candour, &op, &reference, &mut Randomness)?;
            let staff = match (&view, page.needs) {
                (CaseView::Full(full), Needs::Staff) => read::staff_to_choose(candour, &op, full)?,
                (CaseView::Full(full), Needs::Inspectors) => {
                    people_to_choose::inspectors(candour, &op, &full.case)?
                }
                (CaseView::Full(full), Needs::People) => read::people_to_choose(candour, &op, &full.case)?,
                (
                    CaseView::Full(_) | CaseView::Technical(_) | CaseView::Inspected(_),
                    Needs::Case | Needs::Staff | Needs::Inspectors | Needs::People,
                ) => Vec::new(),
            };
            let earlier = match &view {
                CaseView::Full(full) if page.action == Move::Triage => {
                    Some(pupil::earlier(candour, &op, &full.case)?)
                }
                CaseView::Full(_) | CaseView::Technical(_) | CaseView::Inspected(_) => None,
            };
            Ok((view, staff, earlier))
        })
        .await
}

fn standing(view: &CaseView) -> (&Reference, i32, workflow::Status, &[Move]) {
    let (case, moves): (&Case, &[Move]) = match view {
        CaseView::Full(full) => (&full.case, &full.moves),
        CaseView::Inspected(seen) => (&seen.reading().case, &[]),
        CaseView::Technical(seen) => return (&seen.reference, seen.version, seen.status, &seen.moves),
    };
    (&case.reference, case.version, case.status, moves)
}

/// Why a page is shown as it is.
enum Why<'a> {
    /// A person opened it.
    Opened,
    /// Its questions may have changed with the answers so far.
    Changed(&'a Fields),
    /// Something has to be put right.
    Mistaken(&'a Fields, Mistakes),
    /// It is not for this person to do, though the page may be opened.
    Refused(&'a Fields, service::Problem),
    /// Another person was faster.
    Overtaken(&'a Fields, String),
    /// A name may mean several people, or none.
    Which(&'a Fields, Vec<WhichPerson>),
}

fn draw(
    by: &SignedIn,
    at: &Where,
    (view, staff, earlier): &Material,
    why: Why<'_>,
) -> Result<HttpResponse, PageError> {
    let (reference, version, ..) = standing(view);
    let mut which = Vec::new();
    let (fields, mut mistakes, banner, mut status) = match why {
        Why::Opened => (None, Mistakes::none(), String::new(), StatusCode::OK),
        Why::Changed(fields) => (Some(fields), Mistakes::none(), String::new(), StatusCode::OK),
        Why::Mistaken(fields, mistakes) => {
            (Some(fields), mistakes, String::new(), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Why::Refused(fields, why) => {
            let mut mistakes = Mistakes::none();
            mistakes.add("form", why);
            (Some(fields), mistakes, String::new(), StatusCode::FORBIDDEN)
        }
        Why::Overtaken(fields, banner) => (Some(fields), Mistakes::none(), banner, StatusCode::CONFLICT),
        Why::Which(fields, asked) => {
            which = asked;
            (Some(fields), Mistakes::none(), String::new(), StatusCode::OK)
        }
    };
    let ask = Ask {
        view,
        staff,
        fields,
        id: &at.id,
        me: by.op.viewer.person(),
        names: Names::of(by),
        which: &which,
        now: by.op.now,
    };
    let controls = (at.page.asks)(&ask);
    if controls.is_empty() {
        return Err(PageError::not_found());
    }
    let mut new = fields.map_or_else(Vec::new, |fields| only_new(fields, &mistakes, &controls));
    new.extend(name_field::questions(&which));
    if !new.is_empty() {
        (mistakes, status) = (Mistakes::none(), StatusCode::OK);
    }
    let asked: BTreeSet<&str> =
        controls.iter().flat_map(Control::names).filter(|name| !name.is_empty()).collect();
    let asked = asked.into_iter().collect::<Vec<_>>().join(" ");
    let mut shell = by.shell(at.page.heading, "/queue");
    shell.state = mistakes.state();
    let form = ActForm {
        shell,
        reference: reference.as_str(),
        version,
        key: by.form_key(),
        page: at.page,
        action: links::case_act(reference, &at.page.path.replace("{id}", &at.id)),
        banner,
        controls,
        asked,
        new,
        mistakes,
        earlier: earlier.as_ref().map(EarlierView::of),
    };
    let mut answer = show(&form)?;
    *answer.status_mut() = status;
    Ok(answer)
}

/// An act's questions.
pub async fn ask(request: HttpRequest, by: SignedIn) -> Result<HttpResponse, PageError> {
    let at = find(&request)?;
    let material = open(&by, &at).await?;
    allowed(&material.0, at.page.action)?;
    draw(&by, &at, &material, Why::Opened)
}

/// Says no, and why, if the table does not allow the move from here or to this person.
fn allowed(view: &CaseView, action: Move) -> Result<(), ServiceError> {
    let (.., status, moves) = standing(view);
    let row = workflow::row_of(action);
    if matches!(view, CaseView::Inspected(_)) {
        return Err(ServiceError::Refused(Problem::OnlyToRead.into()));
    }
    if moves.contains(&action) {
        Ok(())
    } else if row.from.contains(&status) {
        Err(ServiceError::Refused(Problem::NotTheirs { who: row.who }.into()))
    } else {
        Err(ServiceError::WrongState(Problem::NotNow { status }.into()))
    }
}

/// Does the act, or shows the form again with everything that was typed.
pub async fn perform(request: HttpRequest, posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let at = find(&request)?;
    if posted.fields.has(AGAIN) {
        let material = open(&posted.by, &at).await?;
        allowed(&material.0, at.page.action)?;
        return draw(&posted.by, &at, &material, Why::Changed(&posted.fields));
    }
    if posted.fields.has(FIND) {
        let which = naming::find(&posted, &at).await?;
        return draw_which(&posted, &at, which).await;
    }
    let mut reading =
        Reading { fields: &posted.fields, id: &at.id, now: posted.by.op.now, mistakes: Mistakes::none() };
    let doing = (at.page.reads)(&mut reading);
    let mut mistakes = reading.mistakes;
    let doing = match naming::settle(&posted, &at, doing, &mut mistakes).await? {
        Settled::Ask(which) => return draw_which(&posted, &at, vec![which]).await,
        Settled::To(doing) => doing,
    };
    let done = match doing {
        Some(doing) if mistakes.is_empty() => carry_out(&posted, &at, doing).await,
        Some(_) | None => Err(ServiceError::Invalid(Vec::new())),
    };
    let by = &posted.by;
    match done {
        Ok(()) => Ok(go_to(&after(by, &at).await?)),
        Err(ServiceError::Invalid(errors)) => {
            let material = open(by, &at).await?;
            allowed(&material.0, at.page.action)?;
            let mut all = mistakes;
            all.add_all(errors);
            if all.is_empty() {
                all.add("form", FormProblem::CheckAnswers);
            }
            draw(by, &at, &material, Why::Mistaken(&posted.fields, all))
        }
        Err(ServiceError::Stale) => {
            let material = open(by, &at).await?;
            let banner = format!("This case was changed while you were writing. {}", latest(&material.0));
            draw(by, &at, &material, Why::Overtaken(&posted.fields, banner))
        }
        Err(ServiceError::WrongState(why)) => {
            let material = open(by, &at).await?;
            let banner = format!("{} {}", why.words(), latest(&material.0));
            draw(by, &at, &material, Why::Overtaken(&posted.fields, banner))
        }
        Err(ServiceError::Refused(why)) => {
            let material = open(by, &at).await?;
            allowed(&material.0, at.page.action)?;
            draw(by, &at, &material, Why::Refused(&posted.fields, why))
        }
        Err(other @ (ServiceError::NotFound | ServiceError::Unavailable(_))) => Err(other.into()),
    }
}

/// Shows a form again with whom its names may mean.
async fn draw_which(
    posted: &CheckedForm,
    at: &Where,
    which: Vec<WhichPerson>,
) -> Result<HttpResponse, PageError> {
    let material = open(&posted.by, at).await?;
    allowed(&material.0, at.page.action)?;
    draw(&posted.by, at, &material, Why::Which(&posted.fields, which))
}

/// The questions with nothing given that is right, if every one of them stands on this page and none stood on the page
/// that was posted: they are asked now for the first time. What stands in the way beside them is a problem, and said as one.
fn only_new(posted: &Fields, wrong: &Mistakes, controls: &[Control]) -> Vec<(String, String)> {
    let asked: BTreeSet<&str> = posted.get(ASKED).split(' ').filter(|field| !field.is_empty()).collect();
    let new = |field: &str| {
        let control = controls.iter().find(|control| control.field() == field)?;
        let is_new = !asked.is_empty() && !asked.contains(field);
        is_new.then(|| (field.to_owned(), control.question().to_owned()))
    };
    let new: Option<Vec<_>> = wrong.iter().map(|mistake| new(&mistake.field)).collect();
    new.unwrap_or_default()
}

/// The field in which a form says what it asked.
const ASKED: &str = "asked";

/// Where to go after an act: to the case, unless its sight was just given up. A person who restricted or sealed it
/// learns how to come back.
async fn after(by: &SignedIn, at: &Where) -> Result<String, ServiceError> {
    let (op, reference) = (by.op.clone(), at.reference.clone());
    if by.app.run(move |candour| service::case::act::can_open(candour, &op, &reference)).await? {
        let done = links::query("done", at.page.action.code());
        Ok(format!("{}?{done}", links::case(&at.reference)))
    } else if at.page.action == Move::Restrict {
        Ok(links::break_glass(&at.reference))
    } else {
        Ok(if at.page.action == Move::StepAside { links::STEPPED_ASIDE } else { links::LEFT }.to_owned())
    }
}

/// What happened last in the case, and who did it.
pub(super) fn latest(view: &CaseView) -> String {
    let CaseView::Full(full) = view else { return String::new() };
    full.timeline.first().map_or_else(String::new, |last| {
        let who = last.actor.map_or("Candour", |person| full.name(person));
        format!("The last entry is “{}”, by {who}, {}.", last.entry.act.words(), clock::long(last.at))
    })
}

async fn carry_out(posted: &CheckedForm, at: &Where, doing: Doing) -> Result<(), ServiceError> {
    let (op, form, reference) = (posted.by.op.clone(), posted.form.clone(), at.reference.clone());
    // A page of ours always says which version it showed; without one a change is refused as stale.
    let version = posted.fields.get("version").parse().unwrap_or(-1);
    posted
        .by
        .app
        .run(move |candour| {
            let seen = CaseOnPage { reference: &reference, version, form: &form };
            let (given_to, verb): (BTreeSet<PersonId>, Verb) = match doing {
                Doing::Merge(target) => {
                    return service::case::act::merge(candour, &op, &seen, &target, &mut Randomness);
                }
                Doing::Select(selection) => {
                    return inspection::select(candour, &op, &seen, &selection, &mut Randomness);
                }
                Doing::GivingTo(field, ..) => {
                    return Err(Refusal::field(field, Problem::NotInRegister).into());
                }
                Doing::Act(given_to, verb) => (given_to, verb),
                Doing::Named(_, name, then) => {
                    let who = names::somebody(candour, &op, &name.words, &name.picks)?;
                    let verb = then(who).map_err(|error| Refusal::Invalid(vec![error]))?;
                    (BTreeSet::new(), verb)
                }
            };
            service::case::act::perform(candour, &op, &seen, &given_to, &mut Randomness, verb)
        })
        .await
}

/// Acknowledging: a button on the case's own page, and nothing to ask.
pub async fn acknowledge(request: HttpRequest, posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let reference = reference(&request)?;
    let page = &ACKNOWLEDGE;
    let at = Where { reference: reference.clone(), page, id: String::new() };
    match carry_out(&posted, &at, Doing::Act(BTreeSet::new(), Box::new(|case, act, _| case.acknowledge(act))))
        .await
    {
        Ok(()) => Ok(go_to(&after(&posted.by, &at).await?)),
        Err(ServiceError::Stale | ServiceError::WrongState(_)) => {
            let (view, ..) = open(&posted.by, &at).await?;
            let banner = format!("This case was changed first. {}", latest(&view));
            let mut answer = page::draw(&posted.by, &view, banner, "")?;
            *answer.status_mut() = StatusCode::CONFLICT;
            Ok(answer)
        }
        Err(
            other @ (ServiceError::NotFound
            | ServiceError::Refused(_)
            | ServiceError::Invalid(_)
            | ServiceError::Unavailable(_)),
        ) => Err(other.into()),
    }
}

/// Acknowledging as a row of the table: it has no page of its own.
static ACKNOWLEDGE: ActPage = ActPage {
    path: "acknowledge",
    action: Move::Acknowledge,
    heading: "Acknowledge the concern",
    button: "Acknowledge",
    intro: "",
    needs: Needs::Case,
    asks: |_| Vec::new(),
    reads: |_| None,
};

#[cfg(test)]
mod tests;
