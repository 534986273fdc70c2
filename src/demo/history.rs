//! Eighteen months in two pretend schools: every concern goes through the rules and the store that a real one
//! goes through, at its own moment in the past, in order of time.

use super::{
    chance::below,
    doing::{self, AgencyWait, Live, NotDone},
    figures::{self, Ending},
    past_terms,
    schools::{self, School, SchoolError},
    showcase,
    stories::{self, Story, day_of},
};
use crate::{
    domain::{
        case::{Act, CaseEvent, lifecycle::workflow::Kind, lodge},
        kernel::{
            clock::Instant,
            ids::{PersonId, Random, Reference},
            text::TextError,
        },
    },
    service::{Candour, ServiceError},
    store::{
        By, Db, Pretend, StoreError, Tx, Viewer,
        case::{cases, linked_case},
        entry::sessions::{self, NewSession, Session},
        record::{
            access_log::{self, AccessKind},
            audit,
            outbox::{self, Fate},
        },
    },
};
use chrono::TimeDelta;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

/// How many events share one transaction: a commit waits for the disk.
const TOGETHER: usize = 250;

/// Why the pretend schools could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Unfilled {
    /// The database would not store it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A school could not be set up.
    #[error(transparent)]
    School(#[from] SchoolError),
    /// A past term's report could not be published.
    #[error("a past term's report could not be published: {0}")]
    Unpublished(#[from] ServiceError),
    /// The pretend words do not fit their field.
    #[error("the pretend words do not fit: {0}")]
    Words(#[from] TextError),
    /// The story asks for what the rules do not allow.
    #[error("in a case of {category}, {what} was refused: {why}")]
    Refused {
        /// The category's code.
        category: &'static str,
        /// What was to be done.
        what: String,
        /// Why not.
        why: String,
    },
}

/// What was made.
#[derive(Debug)]
pub struct PretendSchools {
    /// The schools, the secondary first.
    pub schools: [School; 2],
    /// Concerns reported by staff.
    pub concerns: usize,
    /// Cases opened from another: the filter let something through.
    pub linked: usize,
    /// Acts in the audit log.
    pub acts: usize,
}

/// Fills an empty database, marked as the demonstration's, as of `now`. It always makes one history of one
/// `now`, issuer and randomness.
pub fn fill(
    db: &Db,
    issuer: &str,
    now: Instant,
    random: &mut dyn Random,
) -> Result<PretendSchools, Unfilled> {
    let since = stories::beginning(now) - TimeDelta::days(1);
    let (both, viewers, pretend) = db.write(|tx| -> Result<_, Unfilled> {
        let pretend = Pretend::of(tx)?;
        let both = schools::found(tx, issuer, day_of(now), since, random)?;
        let viewers = sit_down(tx, issuer, &both, since, random)?;
        Ok((both, viewers, pretend))
    })?;
    let mut past = Past::plan(&both, viewers, pretend, now, random)?;
    let mut reports = past_terms::due(&both, now);
    while !past.coming.is_empty() || !reports.is_empty() {
        let until = reports.last().map(|report| report.at);
        db.write(|tx| -> Result<(), Unfilled> {
            for _ in 0..TOGETHER {
                if past.is_before(until) {
                    past.one(tx, &both, random)?;
                }
            }
            Ok(())
        })?;
        if !past.is_before(until)
            && let Some(report) = reports.pop()
        {
            past_terms::publish(
                &Candour::new(db.clone()),
                &both,
                (&past.viewers, &past.pretend),
                &report,
                random,
            )?;
        }
    }
    db.write(|tx| past.wake_up(tx, &both))?;
    let Past { concerns, linked, acts, .. } = past;
    Ok(PretendSchools { schools: both, concerns, linked, acts })
}

/// Sessions for everybody with a desk: a viewer is only ever made from a session.
fn sit_down(
    tx: &mut Tx<'_>,
    issuer: &str,
    both: &[School; 2],
    since: Instant,
    random: &mut dyn Random,
) -> Result<BTreeMap<PersonId, Viewer>, StoreError> {
    let mut viewers = BTreeMap::new();
    let subjects: BTreeSet<&str> = both.iter().flat_map(|school| school.cast.keys().copied()).collect();
    for subject in subjects {
        let Some(account) = sessions::account(tx, issuer, subject)? else { continue };
        let mut places = sessions::places(tx, account)?;
        // People who work in both were in the secondary last, where there is more to see: their sign-in leads
        // there.
        places.sort_by_key(|place| place.school == both[0].row.id);
        for place in places {
            let mut token = [0; 16];
            random.fill(&mut token);
            let token_hash: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
            let new = NewSession {
                token_hash: &token_hash,
                account,
                place: &place,
                csrf: "",
                provider: "history",
                context: Default::default(),
            };
            sessions::start(tx, &new, since, random)?;
            if let Session::Live(viewer) = sessions::resume(tx, &token_hash, since)? {
                viewers.insert(place.person, *viewer);
            }
            sessions::end(tx, &token_hash, since)?;
        }
    }
    sessions::forget_ended(tx, since + crate::domain::entry::session::LONGEST + TimeDelta::hours(1))?;
    Ok(viewers)
}

/// Something that is about to happen: when, and to which case of which school. The number keeps the order of
/// what happens at one instant.
type Coming = Reverse<(Instant, usize)>;

struct Past {
    now: Instant,
    pretend: Pretend,
    viewers: BTreeMap<PersonId, Viewer>,
    coming: BinaryHeap<Coming>,
    lives: Vec<(usize, Live)>,
    planned: Vec<Option<doing::Doing>>,
    owed: BTreeMap<Ending, i64>,
    references: BTreeSet<Reference>,
    concerns: usize,
    linked: usize,
    acts: usize,
}

impl Past {
    fn plan(
        both: &[School; 2],
        viewers: BTreeMap<PersonId, Viewer>,
        pretend: Pretend,
        now: Instant,
        random: &mut dyn Random,
    ) -> Result<Self, Unfilled> {
        let mut past = Self {
            now,
            pretend,
            viewers,
            coming: BinaryHeap::new(),
            lives: Vec::new(),
            planned: Vec::new(),
            owed: BTreeMap::new(),
            references: BTreeSet::new(),
            concerns: 0,
            linked: 0,
            acts: 0,
        };
        for (index, school) in both.iter().enumerate() {
            let special = showcase::all(school, now, random)?;
            for story in stories::all(school, special, now, random)? {
                past.add(index, story, random);
            }
        }
        Ok(past)
    }

    fn add(&mut self, school: usize, story: Story, random: &mut dyn Random) -> usize {
        let number = self.lives.len();
        self.coming.push(Reverse((story.at, number)));
        self.lives
            .push((school, Live { story, case: None, notes: below(random, 4), waited: AgencyWait::No }));
        self.planned.push(None);
        number
    }

    /// Whether something happens before this instant; before any instant, if there is none.
    fn is_before(&self, until: Option<Instant>) -> bool {
        self.coming.peek().is_some_and(|Reverse((at, _))| until.is_none_or(|until| *at < until))
    }

    /// Lets the next thing happen, if there is one before today.
    fn one(&mut self, tx: &mut Tx<'_>, both: &[School; 2], random: &mut dyn Random) -> Result<(), Unfilled> {
        let Some(Reverse((at, number))) = self.coming.pop() else { return Ok(()) };
        let school = &both[self.lives[number].0];
        if self.lives[number].1.case.is_none() {
            self.report(tx, school, number, at, random)?;
        } else if let Some(doing) = self.planned[number] {
            self.act(tx, school, number, doing, at, random)?;
        }
        if at < self.now - TimeDelta::days(1) {
            for letter in outbox::waiting(tx, at, 100)? {
                outbox::mark(tx, &letter, Fate::Sent, at)?;
            }
        }
        self.plan_next(school, number, at, random);
        Ok(())
    }

    fn plan_next(&mut self, school: &School, number: usize, at: Instant, random: &mut dyn Random) {
        let live = &self.lives[number].1;
        let next = doing::next(live, school, random);
        self.planned[number] = next;
        if let Some(doing) = next {
            let when = doing::when(doing, live, at, school, random);
            if when < self.now {
                self.coming.push(Reverse((when, number)));
            }
        }
    }

    fn report(
        &mut self,
        tx: &mut Tx<'_>,
        school: &School,
        number: usize,
        at: Instant,
        random: &mut dyn Random,
    ) -> Result<(), Unfilled> {
        let reference = self.reference(random);
        let live = &mut self.lives[number].1;
        let standing = school.standing(live.story.reporter, at);
        let mut act = Act::new(&standing, &school.setting, random);
        let lodged = lodge(&live.story.draft, reference, &mut act);
        cases::open(tx, By::Pretend(&self.pretend), &lodged.event, random)?;
        live.case = Some(lodged.event.case().clone());
        self.concerns += 1;
        self.acts += 1;
        self.choose_ending(number);
        Ok(())
    }

    fn reference(&mut self, random: &mut dyn Random) -> Reference {
        loop {
            let drawn = Reference::draw(random);
            if self.references.insert(drawn.clone()) {
                return drawn;
            }
        }
    }

    /// Chooses how a case ends: of the endings of its group, the one that is owed most, so that over all
    /// groups the shares come out as the figures say. A story that stops before its end takes no share, and a
    /// matter for external agencies never ends with no further action.
    fn choose_ending(&mut self, number: usize) {
        let story = &mut self.lives[number].1.story;
        if story.stop != stories::Stop::Never {
            return;
        }
        let shares = figures::endings(story.draft.category.category().group);
        for (ending, share) in shares {
            *self.owed.entry(*ending).or_default() += i64::from(*share);
        }
        let may = |ending: &Ending| *ending != Ending::NoCase || story.grave == stories::Grave::No;
        let most =
            shares.iter().map(|(ending, _)| *ending).filter(may).max_by_key(|ending| self.owed[ending]);
        let chosen = story.ending.or(most);
        if let Some(ending) = chosen {
            *self.owed.entry(ending).or_default() -= 100;
        }
        story.ending = chosen;
    }

    fn act(
        &mut self,
        tx: &mut Tx<'_>,
        school: &School,
        number: usize,
        doing: doing::Doing,
        at: Instant,
        random: &mut dyn Random,
    ) -> Result<(), Unfilled> {
        let live = &mut self.lives[number].1;
        let Some(before) = live.case.clone() else { return Ok(()) };
        let before = linked_case::reread(tx, before)?;
        let refused = |why: String| Unfilled::Refused {
            category: before.category.as_str(),
            what: format!("{doing:?} from “{}”", before.status.words()),
            why,
        };
        let person = doing::actor(&before, doing, school, at, random)
            .ok_or_else(|| refused("no one may do it".to_owned()))?;
        if let Some(viewer) = self.viewers.get(&person) {
            access_log::keep(
                tx,
                &[access_log::look(&self.pretend.then(viewer, at), AccessKind::Case(&before), random)],
            )?;
        }
        let standing = school.standing(person, at);
        let mut act = Act::new(&standing, &school.setting, random);
        let event = doing::perform(doing, live, &before, &mut act).map_err(|why| match why {
            NotDone::Refused(refusal) => refused(format!("{refusal:?}")),
            NotDone::Words(error) => error.into(),
        })?;
        cases::record(tx, By::Pretend(&self.pretend), &before, &event, random)?;
        live.took(doing, after(&event, before.version));
        self.acts += 1;
        for opened in event.opens() {
            self.follow_linked(number, opened, random);
        }
        Ok(())
    }

    /// A filtering case opened at triage of another goes its own way from there.
    fn follow_linked(&mut self, from: usize, opened: &CaseEvent, random: &mut dyn Random) {
        let (school, live) = &self.lives[from];
        let (school, mut story) = (*school, live.story.clone());
        story.at = opened.at();
        story.reporter = opened.case().concerns.first().map_or(story.reporter, |concern| concern.reporter);
        story.draft.category = opened.case().category;
        story.draft.subjects.clear();
        story.stop = stories::Stop::Never;
        story.grave = stories::Grave::No;
        story.ending = Some(Ending::Closed(crate::domain::case::Outcome::Technical));
        let number = self.add(school, story, random);
        self.lives[number].1.case = Some(opened.case().clone());
        self.linked += 1;
        self.acts += 1;
    }

    /// Records that everybody looked at their first page yesterday; since then only the newest e-mails wait
    /// to be sent.
    fn wake_up(&self, tx: &mut Tx<'_>, both: &[School; 2]) -> Result<(), Unfilled> {
        let yesterday = self.now - TimeDelta::days(1);
        for viewer in self.viewers.values() {
            outbox::mark_looked(tx, &self.pretend.then(viewer, yesterday))?;
        }
        for school in both {
            audit::seal_looks(tx, school.row.id, self.now)?;
        }
        Ok(())
    }
}

impl Live {
    fn took(&mut self, doing: doing::Doing, case: crate::domain::case::Case) {
        match doing {
            doing::Doing::Note | doing::Doing::Contact | doing::Doing::Task => {
                self.notes = self.notes.saturating_sub(1);
            }
            doing::Doing::Await => self.waited = AgencyWait::Yes,
            doing::Doing::Acknowledge
            | doing::Doing::Triage
            | doing::Doing::Answer(_)
            | doing::Doing::Start
            | doing::Doing::TaskDone
            | doing::Doing::Refer(_)
            | doing::Doing::Decline(_)
            | doing::Doing::Heard
            | doing::Doing::Resume
            | doing::Doing::Mend
            | doing::Doing::Retest
            | doing::Doing::Propose
            | doing::Doing::NameSecond
            | doing::Doing::Close
            | doing::Doing::NoCase
            | doing::Doing::LiftHold => {}
        }
        self.case = Some(case);
    }
}

/// The case as the store keeps it: a change bumps the version.
fn after(event: &CaseEvent, version: i32) -> crate::domain::case::Case {
    let mut case = event.case().clone();
    if event.kind() == Kind::Change {
        case.version = version + 1;
    }
    case
}
