//! Reporting a concern: one page, one button, and a receipt that says who was told.

use super::{
    drafts::{self, Waits},
    receipt::tel,
    report_asks::{AboutQuestion, one_of},
    report_form::{self, ABOUT, ASKED_ABOUT, ASKED_ONE_OF, ONE_OF},
    report_optional::{Control, OptionalControl},
};
use crate::web::pages::{go_to, show, show_again};
use crate::{
    domain::{
        concern::{AtRisk, HowTold, TellerRole, WrittenOn, optional::FormPart},
        kernel::{clock::Instant, codes::capital, ids::Reference},
        people::subject::{SubjectKind, SubjectRole},
        school::{
            categories::{Category, CategoryCode, CategoryRole, Group, Severity},
            routing::WhichAdult,
            settings::{Edition, Visibility},
        },
    },
    service::{
        Form, ServiceError,
        clock::Randomness,
        concern::{
            drafts::SaveOutcome,
            report::{self, Doors, FormKey, NameLookup, Questions, Receipt, ReceiptKind, SpeakTo},
        },
    },
    web::http::{
        callers::device,
        error::PageError,
        extract::{CheckedForm, SignedIn},
        fields::{Fields, is_key},
        links,
        name_field::{self, FIND, NameField, Names, WhichPerson},
        page::{Choice, Mistakes, Shell},
        problem::FormProblem,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    shell: Shell,
    key: String,
    written_on: WrittenOn,
    speak: SpeakTo,
    mistakes: Mistakes,
    fields: Fields,
    groups: Vec<Choices>,
    not_sure: CategoryChoice,
    noticed: Vec<Choice>,
    risks: Vec<Choice>,
    in_person: Vec<Choice>,
    adults: Vec<Choice>,
    which: Vec<Choice>,
    people: Vec<Row>,
    ask: Vec<AboutQuestion>,
    one_of: Vec<Choice>,
    kept: Vec<(String, String)>,
    folded: Vec<OptionalControl>,
    open: Vec<OptionalControl>,
    tellers: Vec<Choice>,
    how_told: Vec<Choice>,
    data: Vec<Choice>,
    draft_note: DraftNote,
    told: NameField,
    told_in_person: NameField,
    which_people: Vec<(String, String)>,
}

/// What the form says at its top about drafts.
enum DraftNote {
    /// An empty form, or one that came back; nothing is waiting.
    Plain,
    /// An empty form, while drafts wait.
    Waiting(drafts::Waiting),
    /// A draft, saved at this time.
    Draft(String),
    /// What was just sent from a page that had been open since before the sign-in.
    SignedInSince,
    /// The page of a report that was sent just now.
    Sent(Reference),
}

/// The categories of one group.
struct Choices {
    group: Group,
    categories: Vec<CategoryChoice>,
}

/// One category, and what a reporter reads as soon as they choose it.
struct CategoryChoice {
    id: String,
    choice: Choice,
    guidance: String,
    is_critical: bool,
}

/// One person it may be about.
struct Row {
    number: usize,
    name: String,
    person: NameField,
    kinds: Vec<Choice>,
    roles: Vec<Choice>,
}

impl Choices {
    fn is_open(&self) -> bool {
        self.categories.iter().any(|category| category.choice.is_chosen())
    }
}

impl Row {
    fn of(fields: &Fields, number: usize) -> Self {
        let name = format!("person-{number}");
        let kinds = SubjectKind::ALL.iter().map(|kind| Choice::new(kind.code(), capital(kind.words())));
        let roles = SubjectRole::ALL.iter().map(|role| Choice::new(role.code(), capital(role.words())));
        Self {
            number,
            kinds: Choice::mark(kinds, &[fields.get(&format!("{name}-kind"))]),
            roles: Choice::mark(roles, &[fields.get(&format!("{name}-role"))]),
            person: NameField::of(Some(fields), &name, "a person"),
            name: fields.get(&name).to_owned(),
        }
    }

    fn id(&self) -> String {
        format!("person-{}", self.number)
    }

    fn kind_id(&self) -> String {
        format!("person-{}-kind", self.number)
    }

    fn role_id(&self) -> String {
        format!("person-{}-role", self.number)
    }

    fn legend(&self) -> String {
        format!("Person {}", self.number)
    }
}

impl ReportPage {
    fn new(shell: Shell, speak: SpeakTo, now: Instant, key: String, fields: Fields) -> Self {
        let edition = speak.editions.at(now);
        let not_sure = CategoryCode::in_role(CategoryRole::NotSure);
        let marked = |field: &str, choices: Vec<Choice>| Choice::mark(choices, &[fields.get(field)]);
        let yes_no = || vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
        let noticed = vec![
            Choice::new("now", "Just now"),
            Choice::new("today", "Earlier today"),
            Choice::new("day", "Another day"),
        ];
        let in_person = vec![
            Choice::new("told", "I have told someone"),
            Choice::new("not_yet", "I have not told anyone yet"),
        ];
        Self {
            shell,
            key,
            written_on: fields.get("page").parse().unwrap_or_default(),
            speak,
            mistakes: Mistakes::none(),
            groups: groups(&edition, &fields),
            not_sure: category_choice(edition.category(not_sure), &fields),
            noticed: marked("noticed", noticed),
            risks: marked("risk", coded(AtRisk::ALL, |risk| (risk.code(), risk.words()))),
            in_person: marked("in-person", in_person),
            adults: marked("adult", yes_no()),
            which: marked("which", coded(WhichAdult::ALL, |which| (which.code(), which.words()))),
            people: (1..=report_form::rows(&fields)).map(|number| Row::of(&fields, number)).collect(),
            ask: Vec::new(),
            one_of: Vec::new(),
            kept: kept(&fields),
            tellers: marked(
                "told-by-role",
                coded_as_sentences(TellerRole::ALL, |role| (role.code(), role.words())),
            ),
            how_told: marked(
                "told-by-how",
                coded_as_sentences(HowTold::ALL, |how| (how.code(), how.words())),
            ),
            folded: OptionalControl::of(FormPart::Folded, &fields),
            open: OptionalControl::of(FormPart::Open, &fields),
            data: marked("data", yes_no()),
            draft_note: DraftNote::Plain,
            told: NameField::of(Some(&fields), "told", "people you have told"),
            told_in_person: NameField::of(Some(&fields), "in-person-who", "people you have told in person"),
            which_people: Vec::new(),
            fields,
        }
    }

    /// Makes the page one reader's: names are suggested to members of staff.
    fn of(self, by: &SignedIn) -> Self {
        let names = Names::of(by);
        self.with_names(|field| field.entered(names))
    }

    /// Asks whom the names mean that were looked for.
    fn asking_which(self, which: &[WhichPerson]) -> Self {
        let asking = self.with_names(|field| field.asking(which));
        Self { which_people: name_field::questions(which), ..asking }
    }

    fn with_names(mut self, change: impl Fn(NameField) -> NameField) -> Self {
        for row in &mut self.people {
            row.person = change(std::mem::take(&mut row.person));
        }
        Self { told: change(self.told), told_in_person: change(self.told_in_person), ..self }
    }

    /// Makes it a new page, drawn with this version of its draft: 0 if there is none.
    fn drawn_with(self, by: &SignedIn, version: i32) -> Self {
        Self { written_on: WrittenOn { page: by.form_key(), version }, ..self }
    }

    /// Adds what to put right.
    fn with(mut self, mistakes: Mistakes) -> Self {
        self.shell.state = mistakes.state();
        self.mistakes = mistakes;
        self
    }

    /// Adds a word about drafts at the top.
    fn noting(self, draft_note: DraftNote) -> Self {
        Self { draft_note, ..self }
    }

    /// Asks about people who were told or may be meant.
    fn asking(mut self, questions: Questions) -> Self {
        "One more question".clone_into(&mut self.shell.title);
        self.one_of = one_of(&questions);
        self.ask = questions.about.into_iter().map(AboutQuestion::about).collect();
        self
    }

    fn first_rows(&self) -> &[Row] {
        self.people.split_at(1).0
    }

    fn more_rows(&self) -> &[Row] {
        self.people.split_at(1).1
    }

    /// Whether the second person and those after have anything to show.
    fn has_more_people(&self) -> bool {
        self.people.len() > report_form::ROWS
            || self
                .fields
                .beginning("person-")
                .iter()
                .any(|(name, value)| !name.starts_with("person-1") && !value.is_empty())
    }

    /// Whether the person who told and has no account is named, or would be but for a mistake.
    fn is_on_behalf(&self) -> bool {
        report_form::is_on_behalf(&self.fields)
    }

    /// The number that is answered while the school is closed, if it is closed now and there is one.
    fn closed_phone(&self) -> &str {
        match self.speak.school {
            Doors::Open => "",
            Doors::Closed => &self.speak.settings.out_of_hours_phone,
        }
    }

    /// Who a reporter is told to speak to, by name if it is known.
    fn speaks_to(&self) -> String {
        match (&self.speak.on_duty, self.speak.safeguarding_leads.as_slice()) {
            (Some(name), _) => name.clone(),
            (None, []) => "the safeguarding lead".to_owned(),
            (None, leads) => leads.join(" or "),
        }
    }

    /// Whether a folded question was answered.
    fn has_details(&self) -> bool {
        self.folded.iter().any(OptionalControl::is_answered)
    }
}

fn coded<T: Copy>(all: &[T], read: fn(T) -> (&'static str, &'static str)) -> Vec<Choice> {
    all.iter().map(|value| read(*value)).map(|(code, words)| Choice::new(code, words)).collect()
}

fn coded_as_sentences<T: Copy>(all: &[T], read: fn(T) -> (&'static str, &'static str)) -> Vec<Choice> {
    all.iter().map(|value| read(*value)).map(|(code, words)| Choice::new(code, capital(words))).collect()
}

fn category_choice(category: &Category, fields: &Fields) -> CategoryChoice {
    let code = category.code.as_str();
    let choice = Choice::mark([Choice::new(code, category.label)], &[fields.get("category")]).remove(0);
    let (id, guidance) = (format!("category-{code}"), category.guidance.to_string());
    CategoryChoice { id, choice, guidance, is_critical: category.severity == Severity::Critical }
}

/// The categories on the form, and the one chosen already if it was removed from the form meanwhile: it is taken, and
/// what was chosen is not lost.
fn groups(edition: &Edition, fields: &Fields) -> Vec<Choices> {
    let is_listed = |category: &&Category| {
        edition.shown(category.code) == Visibility::OnForm || category.code.as_str() == fields.get("category")
    };
    let of = |group: Group| edition.categories().filter(is_listed).filter(move |c| c.group == group);
    let listed = Group::ALL.iter().filter(|group| **group != Group::NotSure);
    let groups = listed.map(|group| Choices {
        group: *group,
        categories: of(*group).map(|category| category_choice(category, fields)).collect(),
    });
    groups.filter(|group| !group.categories.is_empty()).collect()
}

/// Answers about people who were told or could be meant, and that they were asked about, kept while something else is put
/// right.
fn kept(fields: &Fields) -> Vec<(String, String)> {
    let answers = report_form::answers_about(fields).into_keys().map(|person| format!("{ABOUT}{person}"));
    let asked = report_form::asked_about(fields).into_iter().map(|person| format!("{ASKED_ABOUT}{person}"));
    let one_of = [ONE_OF, ASKED_ONE_OF].map(str::to_owned);
    let each = answers.chain(asked).chain(one_of);
    each.flat_map(|field| {
        let given = fields.all(&field).into_iter().filter(|answer| !answer.is_empty());
        given.map(|answer| (field.clone(), answer.to_owned())).collect::<Vec<_>>()
    })
    .collect()
}

fn frame(by: &SignedIn) -> Shell {
    by.shell("Report a concern", "/report")
}

async fn speak_to(by: &SignedIn) -> Result<SpeakTo, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| report::school_settings(candour, &op)).await?)
}

/// Which draft is opened, if any.
#[derive(Debug, serde::Deserialize)]
pub struct WhichDraft {
    draft: Option<String>,
    again: Option<String>,
    form: Option<String>,
}

/// The form: empty, or as it was left in a draft.
pub async fn form(by: SignedIn, query: web::Query<WhichDraft>) -> Result<HttpResponse, PageError> {
    let WhichDraft { draft, again, form } = query.into_inner();
    let Some(key) = draft else {
        return match form.filter(|key| is_key(key)) {
            Some(key) => empty_form(&by, key).await,
            None => Ok(go_to(&links::report_form(&by.form_key()))),
        };
    };
    let (fields, saved, version) = drafts::open(&by, &key).await?;
    let draft_note = if again.is_some() { DraftNote::SignedInSince } else { DraftNote::Draft(saved) };
    let page = ReportPage::new(frame(&by), speak_to(&by).await?, by.op.now, key, fields).of(&by);
    show(&page.drawn_with(&by, version).noting(draft_note))
}

/// A page of its own address. What was saved from it is opened again; gone back to after it was sent, it says so.
async fn empty_form(by: &SignedIn, key: String) -> Result<HttpResponse, PageError> {
    let (op, asked) = (by.op.clone(), key.clone());
    let draft_note = match by.app.run(move |candour| report::form_key(candour, &op, &asked)).await? {
        FormKey::Old => return Ok(go_to(&links::report_form(&by.form_key()))),
        FormKey::SentAs(reference) => DraftNote::Sent(reference),
        FormKey::Free => match drafts::waiting(by, &key).await? {
            Waits::Nothing => DraftNote::Plain,
            Waits::Another(waiting) => DraftNote::Waiting(waiting),
            Waits::ThisPage => return Ok(go_to(&links::draft(&key))),
        },
    };
    let page = ReportPage::new(frame(by), speak_to(by).await?, by.op.now, key, Fields::default()).of(by);
    show(&page.drawn_with(by, 0).noting(draft_note))
}

/// Takes a report, or shows the form again with every word that was typed.
pub async fn send(request: HttpRequest, posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let form = Form { digest: report_form::digest(&fields), ..form };
    let unsent = drafts::of_page(&fields, &request);
    let speak = speak_to(&by).await?;
    let page = ReportPage::new(frame(&by), speak, by.op.now, form.key.clone(), fields).of(&by);
    if page.fields.get("act") == "another-person" {
        return show(&page.with_another_row());
    }
    if page.fields.get("act") == "later" {
        return finish_later(&by, page, (form, device::if_known(&request))).await;
    }
    if page.fields.has(FIND) {
        let which = name_field::find(&by, &page.fields).await?;
        return show(&page.asking_which(&which));
    }
    let draft = match report_form::read(&page.fields, &page.speak.editions.at(by.op.now), by.op.now) {
        Ok(draft) => draft,
        Err(mistakes) => return show_again(&page.with(mistakes)),
    };
    let (op, answers) = (by.op.clone(), report_form::answers(&page.fields));
    let picks = report_form::picks(&page.fields);
    let draft =
        match by.app.run(move |candour| report::look_up(candour, &op, draft, &picks, &answers)).await? {
            NameLookup::Ready(draft) => *draft,
            NameLookup::Ask(questions) => return show_again(&page.asking(questions)),
        };
    let op = by.op.clone();
    let sent = by
        .app
        .run(move |candour| {
            let send = || match &unsent {
                Some(unsent) => report::send(candour, &op, (&draft, unsent), &form, &mut Randomness),
                None => report::lodge(candour, &op, &draft, &form, &mut Randomness),
            };
            match send() {
                // The other half of a double click was faster: now it is there to be found.
                Err(ServiceError::Stale) => send(),
                taken => taken,
            }
        })
        .await;
    match sent {
        Ok(receipt) => Ok(go_to(&after(&receipt))),
        Err(ServiceError::Invalid(errors)) => {
            let mistakes = errors.into_iter().collect();
            show_again(&page.with(mistakes))
        }
        Err(other) => Err(other.into()),
    }
}

/// Keeps the form as a draft, or shows it again with why that is not possible.
async fn finish_later(
    by: &SignedIn,
    page: ReportPage,
    (form, device): (Form, String),
) -> Result<HttpResponse, PageError> {
    let problem: Mistakes = match drafts::keep(by, (&page.fields, form), device).await {
        Ok(SaveOutcome::Kept | SaveOutcome::SentSince) => return Ok(go_to("/drafts?saved=yes")),
        Ok(SaveOutcome::Beside) => return Ok(go_to("/drafts?saved=beside")),
        Ok(SaveOutcome::Sent) => [("happened", FormProblem::SentAlready)].into_iter().collect(),
        Err(PageError::Service(ServiceError::WrongState(why))) => [("happened", why)].into_iter().collect(),
        Err(other) => return Err(other),
    };
    show_again(&page.with(problem))
}

impl ReportPage {
    fn with_another_row(mut self) -> Self {
        let next = self.people.len() + 1;
        if next <= report_form::MOST_ROWS {
            let mut row = Row::of(&self.fields, next);
            // Names are entered in it as in the rows before.
            let names = if self.told.is_suggested() { Names::Suggested } else { Names::Found };
            row.person = row.person.entered(names);
            self.people.push(row);
        }
        self
    }
}

fn after(receipt: &Receipt) -> String {
    let page = links::receipt(&receipt.reference);
    match receipt.kind {
        ReceiptKind::New | ReceiptKind::Repeated => page,
        ReceiptKind::Added => format!("{page}?{}", links::query("added", "yes")),
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
