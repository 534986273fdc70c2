//! I1, the sweep: everybody who has a case or is given it, meant in every way the generator knows, wherever the case is:
//! with their desk, theirs by name, opened from another, merged, ended or opened again. They see nothing of it.
//!
//! `make exhaustive` makes every try; without it an evenly spread sample of them is made.

use super::{
    could_be_meant::{has_nothing, in_words},
    *,
};
use crate::domain::{
    people::{
        candidates::could_mean,
        name_matching::{
            SinglesOut, singles_nobody_out,
            tests::{
                spellings::{of_name, of_seat},
                sweep::NAMES,
            },
        },
    },
    school::categories,
};
use std::env;
use std::io::Write as _;

const COVER: PersonId = person(13);
const ON_CALL: PersonId = person(14);
const OWNER: PersonId = person(111);
const READER: PersonId = person(112);
const REVIEWER: PersonId = person(113);

/// How a person comes to a case.
#[derive(Debug, Clone, Copy)]
enum Has {
    /// By a seat at a desk.
    Seat(Desk, Seat),
    /// By name: it was given to them, shared with them, or they are to sign it off.
    Name,
}

/// Everybody who is meant in turn; each has one of [`NAMES`].
const PARTS: [(&str, PersonId, Has); 14] = [
    ("DSL", DSL, Has::Seat(Desk::Dsl, Seat::Holder)),
    ("deputy", DEPUTY_DSL, Has::Seat(Desk::Dsl, Seat::Deputy)),
    ("cover", COVER, Has::Seat(Desk::Dsl, Seat::Cover)),
    ("on call", ON_CALL, Has::Seat(Desk::Dsl, Seat::Deputy)),
    ("coordinator", COORDINATOR, Has::Seat(Desk::OnlineSafety, Seat::Holder)),
    ("network manager", NETWORK, Has::Seat(Desk::Network, Seat::Holder)),
    ("SIRO", SIRO, Has::Seat(Desk::InformationRisk, Seat::Holder)),
    ("DPO", DPO, Has::Seat(Desk::DataProtection, Seat::Holder)),
    ("head", HEAD, Has::Seat(Desk::Head, Seat::Holder)),
    ("chair", CHAIR, Has::Seat(Desk::Chair, Seat::Holder)),
    ("external", EXTERNAL, Has::Seat(Desk::External, Seat::Holder)),
    ("owner", OWNER, Has::Name),
    ("share", READER, Has::Name),
    ("second person", REVIEWER, Has::Name),
];

/// Where the case is when it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Lead,
    Copied,
    Oversight,
    ByName,
    Linked,
    Merged,
    Ended,
    Reopened,
}

const PLACES: [Place; 8] = [
    Place::Lead,
    Place::Copied,
    Place::Oversight,
    Place::ByName,
    Place::Linked,
    Place::Merged,
    Place::Ended,
    Place::Reopened,
];

/// Of so many tries one is made without `make exhaustive`; a prime, so that it falls on every rule of spelling in turn.
const ONE_OF: usize = 61;

/// Who sits where: as in the other tests, with a person who covers for the DSL and one more deputy, who is on call.
fn seats() -> Vec<(Desk, Seat, PersonId)> {
    let more = [(Desk::Dsl, Seat::Cover, COVER), (Desk::Dsl, Seat::Deputy, ON_CALL)];
    SEATS.into_iter().chain(more).collect()
}

fn people() -> Vec<Adult> {
    let others = [
        (TEACHER, "Bartholomew Quick"),
        (DEPUTY_COORDINATOR, "Yolanda Brzezicki"),
        (DEPUTY_HEAD, "Ottoline Fforde"),
    ];
    let meant = PARTS.into_iter().zip(NAMES);
    meant
        .map(|((_, person, _), (given, surname))| (person, format!("{given} {surname}")))
        .chain(others.map(|(person, name)| (person, name.to_owned())))
        .map(|(person, name)| Adult { person, name, former_names: Vec::new(), post: None })
        .collect()
}

/// What the teacher has just reported.
fn reports(draft: &Draft) -> School {
    School::lodged(TEACHER, &seats(), Ties::default(), &people(), draft)
}

/// A report with nobody in words: the desks it goes to, and those about whom its form would ask.
struct Start {
    draft: Draft,
    desks: BTreeMap<Desk, DeskKind>,
    have_a_say: BTreeSet<PersonId>,
}

impl Start {
    fn of(draft: Draft) -> Self {
        let mut school = reports(&draft);
        let have_a_say = school.ask(TEACHER, |case, act| {
            let route = case.route_now(act);
            route.who_has_a_say(&act.roster)
        });
        Self { desks: school.case.desks.clone(), have_a_say, draft }
    }
}

/// One report of each category; the chair leads if it is about the head, and the external contact if it is about both.
fn starts() -> Vec<Start> {
    let categories = categories::all().iter().map(|category| about_pupil(draft(category.code.as_str())));
    let about_the_head = about(draft("STF-ALLEG"), HEAD, SubjectKind::AdultHere, SubjectRole::Alleged);
    let about_both = about(about_the_head.clone(), CHAIR, SubjectKind::AdultHere, SubjectRole::Alleged);
    categories.chain([about_the_head, about_both]).map(Start::of).collect()
}

/// Where a case is with a desk, each with the first report that goes there so.
fn with_desk(desk: Desk, starts: &[Start]) -> Vec<(Place, &Start)> {
    let kinds = [
        (Place::Lead, DeskKind::Lead),
        (Place::Copied, DeskKind::Copied),
        (Place::Oversight, DeskKind::Oversight),
    ];
    let first = |(place, kind): (Place, DeskKind)| {
        let start = starts.iter().find(|start| start.desks.get(&desk) == Some(&kind))?;
        Some((place, start))
    };
    kinds.into_iter().filter_map(first).collect()
}

/// A case that one person owns, one reads and one is to sign off, in which the DSL then writes of this person.
fn given_and_then(subject: &DraftSubject) -> School {
    let mut school = reports(&about_pupil(draft("CP-CONCERN")));
    school.triaged(DSL);
    school.does(DSL, |case, act| case.assign(OWNER, act));
    for (who, kind) in [(READER, ShareKind::Reader), (REVIEWER, ShareKind::Reviewer)] {
        school.does(DSL, |case, act| case.share(who, kind, None, &why(), act));
    }
    for who in [OWNER, READER, REVIEWER] {
        assert_eq!(school.sees(who), Some(Sight::Full), "before it could be about them");
    }
    school.adds(DSL, subject.clone());
    school
}

/// The school at that time, with what came of an act in hand.
fn after(school: &School, event: &CaseEvent) -> School {
    let mut after = reports(&draft(school.case.category.as_str()));
    after.now = school.now;
    (after.case, after.notices) = (event.case().clone(), event.notices().to_vec());
    after
}

/// A case that this one opened, as it is once it has followed it.
fn opened_by(source: &School) -> School {
    let mut school = reports(&draft("FIL-FAIL"));
    school.now = source.now;
    school.case.id = CaseId(Uuid::from_u128(78));
    school.case.follows.insert(source.case.id, Default::default());
    let event = school.ask(person(999), |case, act| case.follow_source(&source.case, act)).unwrap();
    after(&school, &event)
}

/// What became of a case and of the one it was merged into, by the first person who may; nothing if no one may.
fn merged(school: &School) -> Option<[School; 2]> {
    let mut target = reports(&draft(school.case.category.as_str()));
    target.now = school.now;
    target.case.id = CaseId(Uuid::from_u128(77));
    let into = target.case.clone();
    let mut tried =
        seats().into_iter().map(|(.., who)| target.ask(who, |_, act| school.case.merge_into(&into, act)));
    let events = tried.find_map(Result::ok)?;
    Some([after(school, &events.source), after(school, &events.target)])
}

/// How many tries there were, and what came of them.
#[derive(Debug, Default)]
struct Count {
    tried: usize,
    asked: usize,
    kept_out: usize,
    seen: usize,
}

/// One way in which one person is meant.
struct Meant<'a> {
    part: usize,
    who: PersonId,
    words: &'a str,
    /// Whether the form of the report asks about them.
    is_asked: bool,
}

#[derive(Default)]
struct Sweep {
    counts: BTreeMap<(usize, Place), Count>,
    /// Words that single no one out, and so are asked about in another way.
    single_no_one_out: usize,
    /// Words that mean a person and were not read so.
    missed: Vec<String>,
    seen: Vec<String>,
}

impl Sweep {
    fn looks(&mut self, meant: &Meant<'_>, place: Place, school: &School) {
        let count = self.counts.entry((meant.part, place)).or_default();
        count.tried += 1;
        count.asked += usize::from(meant.is_asked);
        count.kept_out += usize::from(school.case.shuts_out(meant.who));
        if !has_nothing(school, meant.who) {
            count.seen += 1;
            let (what, ..) = PARTS[meant.part];
            self.seen.push(format!("{what}, {place:?}: {}", meant.words));
        }
    }

    /// Looks at a case where it is, and wherever it can get from there.
    fn looks_everywhere(&mut self, meant: &Meant<'_>, place: Place, mut school: School) {
        self.looks(meant, place, &school);
        self.looks(meant, Place::Linked, &opened_by(&school));
        for part in merged(&school).into_iter().flatten() {
            self.looks(meant, Place::Merged, &part);
        }
        let staff: Vec<PersonId> = seats().into_iter().map(|(.., who)| who).collect();
        if staff.iter().any(|by| school.tries(*by, |case, act| case.no_case(&why(), act)).is_ok()) {
            self.looks(meant, Place::Ended, &school);
            if staff.iter().any(|by| school.tries(*by, |case, act| case.reopen(&why(), act)).is_ok()) {
                self.looks(meant, Place::Reopened, &school);
            }
        }
    }

    /// Reports words for a person, or has them written down in a case that is theirs by name.
    fn tries(&mut self, meant: &Meant<'_>, subject: &DraftSubject, place: Place, start: Option<&Start>) {
        let school = match start {
            Some(start) => {
                let mut draft = start.draft.clone();
                draft.subjects.push(subject.clone());
                reports(&draft)
            }
            None => given_and_then(subject),
        };
        self.looks_everywhere(meant, place, school);
    }

    /// Whether words are read as meaning an adult; if not, keeps why.
    fn is_meant(&mut self, words: &str, adult: &Adult, roster: &Roster) -> bool {
        let is_meant = could_mean(words, adult, roster).is_some();
        if !is_meant {
            match singles_nobody_out(words) {
                SinglesOut::NoOne => self.single_no_one_out += 1,
                SinglesOut::SomeOne => self.missed.push(format!("{}: {words}", adult.name)),
            }
        }
        is_meant
    }

    fn table(&self) -> String {
        let head = format!(
            "{:<16} {:<10} {:>8} {:>8} {:>8} {:>8}\n",
            "who", "where", "tries", "asked", "kept out", "seen"
        );
        let line = |((part, place), count): (&(usize, Place), &Count)| {
            let (what, place) = (PARTS[*part].0, format!("{place:?}"));
            let Count { tried, asked, kept_out, seen } = count;
            format!("{what:<16} {place:<10} {tried:>8} {asked:>8} {kept_out:>8} {seen:>8}\n")
        };
        let lines: String = self.counts.iter().map(line).collect();
        let sum = |of: fn(&Count) -> usize| self.counts.values().map(of).sum::<usize>();
        format!(
            "{head}{lines}{:<27} {:>8} {:>8} {:>8} {:>8}\nwords that single no one out, apart: {}\n",
            "all",
            sum(|count| count.tried),
            sum(|count| count.asked),
            sum(|count| count.kept_out),
            sum(|count| count.seen),
            self.single_no_one_out,
        )
    }
}

/// Everything a person in words can be chosen as who has done something, or is mentioned.
fn chosen_as() -> impl Iterator<Item = (SubjectKind, SubjectRole)> {
    let roles = [SubjectRole::Alleged, SubjectRole::NamedOnly];
    SubjectKind::ALL.iter().flat_map(move |kind| roles.map(|role| (*kind, role)))
}

#[test]
fn i1_whoever_could_be_meant_sees_nothing_however_they_are_meant_and_wherever_it_is() {
    let one_of = if env::var_os("CANDOUR_EXHAUSTIVE").is_some() { 1 } else { ONE_OF };
    let (starts, adults, seated) = (starts(), people(), roster(&seats()));
    let (mut sweep, mut number) = (Sweep::default(), 0_usize);
    for (part, ((what, who, has), (given, surname))) in PARTS.into_iter().zip(NAMES).enumerate() {
        let mut spellings = of_name(given, surname);
        let places: Vec<(Place, Option<&Start>)> = match has {
            Has::Seat(desk, seat) => {
                spellings.extend(of_seat(desk, seat));
                with_desk(desk, &starts).into_iter().map(|(place, start)| (place, Some(start))).collect()
            }
            Has::Name => vec![(Place::ByName, None)],
        };
        assert!(spellings.len() >= 40 && !places.is_empty(), "{what}: {} spellings", spellings.len());
        let adult = adults.iter().find(|adult| adult.person == who).unwrap();
        for (place, start) in places {
            let is_asked = start.is_some_and(|start| start.have_a_say.contains(&who));
            for ((kind, role), (_, words)) in
                chosen_as().flat_map(|chosen| spellings.iter().map(move |spelling| (chosen, spelling)))
            {
                number += 1;
                let line = Line::parse(words).unwrap();
                let words = line.as_str();
                if number.is_multiple_of(one_of) && sweep.is_meant(words, adult, &seated) {
                    let meant = Meant { part, who, words, is_asked };
                    sweep.tries(&meant, &in_words(words, kind, role), place, start);
                }
            }
        }
    }
    if one_of == 1 {
        writeln!(std::io::stdout(), "{}", sweep.table()).unwrap();
    }
    assert_eq!(sweep.seen, Vec::<String>::new());
    assert_eq!(sweep.missed, Vec::<String>::new());
    for ((part, place), count) in &sweep.counts {
        let what = PARTS[*part].0;
        assert_eq!(count.kept_out, count.tried, "{what}, {place:?}: kept out");
        if matches!(place, Place::Lead | Place::Copied | Place::Oversight) {
            assert_eq!(count.asked, count.tried, "{what}, {place:?}: asked");
        }
    }
    for (part, (what, ..)) in PARTS.into_iter().enumerate() {
        assert!(sweep.counts.keys().any(|(of, _)| *of == part), "{what}: never meant");
    }
    for place in PLACES {
        assert!(sweep.counts.keys().any(|(_, at)| *at == place), "{place:?}: never looked at");
    }
}
