//! `candour bench`: the bars of the design, measured on this machine, beside the bare rate of the same
//! database in the same run. It works in a folder of its own, on a database marked as a demonstration, and
//! removes it.

mod register;
mod served;
mod table;

use super::console::say;
use crate::{
    demo::{Unfilled, chance::SeededRandom, fill},
    domain::{
        case::Case,
        concern::Draft,
        governors::{Season, Tally, Term, TermKey},
        kernel::{
            clock::Instant,
            ids::{CaseId, ConcernId, Random, Reference, RequestId},
            text::{Narrative, TextError},
        },
        people::Desk,
        school::categories,
    },
    service::{
        Candour, Op, ServiceError,
        case::{
            desk::{self, DeskQuery},
            read,
        },
        clock::{Clock, Randomness},
        concern::report,
        people::register::NotImported,
    },
    store::{
        Db, DbUrl, Kind, StoreError, Viewer,
        case::{
            cases, copies,
            lists::{self, Show},
        },
        concern::forms::{self, Form},
        db::{installation, migrate},
        entry::sessions::{self, NewSession, Session},
        governors::counts,
        people::staff,
        school::schools,
    },
};
use chrono::TimeDelta;
use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant as Stopwatch},
};
use table::Times;

/// What `candour bench` is given.
#[derive(Debug, clap::Args)]
pub struct Bench {
    /// How many cases the school has
    #[arg(long, default_value_t = 15_000)]
    cases: usize,
    /// Afterwards measure lists and statistics with 1,000,000 cases too; takes some minutes and 6 GB
    #[arg(long)]
    large: bool,
    /// Measure nothing but the import of 30,000 people and the names suggested among them: on a SQLite file,
    /// and on the PostgreSQL database if one is given
    #[arg(long, conflicts_with_all = ["cases", "large"])]
    register: bool,
    /// An empty PostgreSQL database to fill and measure instead of a SQLite file; drop it afterwards
    #[arg(long, value_name = "URL")]
    database: Option<DbUrl>,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum NotMeasured {
    /// The folder cannot be used.
    #[error("the folder var/bench cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// The pretend schools could not be made.
    #[error("the pretend schools could not be made: {0}")]
    Unfilled(#[from] Unfilled),
    /// The database failed.
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    /// A use case said no.
    #[error("a use case said no: {0}")]
    Service(#[from] ServiceError),
    /// The list of people was not imported.
    #[error("the list of people was not imported: {0}")]
    Import(#[from] NotImported),
    /// A list could not be written.
    #[error("a list could not be written")]
    List(#[from] std::fmt::Error),
    /// A fixed text does not fit its field.
    #[error("a fixed text does not fit: {0}")]
    Text(#[from] TextError),
    /// The pretend school lacks a person to measure with.
    #[error("the pretend school has no one who is {0}")]
    NoPerson(&'static str),
    /// A real server did not answer.
    #[error("candour serve did not answer")]
    NotServed,
}

const FOLDER: &str = "var/bench";
/// How often each thing is measured.
const TIMES: usize = 300;
/// How many cases a very large installation has.
const LARGE: usize = 1_000_000;
/// Over how many terms the cases of a very large installation are spread: ten years of three.
const TERMS: i32 = 30;
/// One case in so many is open.
const OPEN_EACH: usize = 500;
/// Concerns a second, when a whole school reports at once.
const AT_ONCE: u32 = 20;

/// Measures, and prints a table in Markdown.
pub fn run(args: &Bench) -> Result<(), NotMeasured> {
    std::fs::create_dir_all(FOLDER)?;
    let folder = Path::new(FOLDER);
    let measured = if args.register { measure_registers(folder, args) } else { measure(folder, args) };
    std::fs::remove_dir_all(FOLDER)?;
    measured
}

/// Who measures, and what they measure on.
struct Subject {
    db: Db,
    candour: Candour,
    dsl: Viewer,
    token: String,
    now: Instant,
}

fn measure(folder: &Path, args: &Bench) -> Result<(), NotMeasured> {
    let url = args.database.clone().unwrap_or_else(|| in_a_file(folder));
    let random = &mut SeededRandom::new(1);
    let (subject, concerns) = set_up(&url, random)?;
    add_copies(&subject, args.cases.saturating_sub(concerns), random)?;

    say!("Measured on {url}\n")?;
    table::head()?;
    logging(&subject)?;
    pages(&subject, args.cases)?;
    statistics(&subject, args.cases)?;
    register::measure(&subject)?;
    if args.large {
        let start = Stopwatch::now();
        add_copies(&subject, LARGE.saturating_sub(args.cases), random)?;
        let filled = start.elapsed();
        pages(&subject, LARGE)?;
        statistics(&subject, LARGE)?;
        say!("\n- filling up to {LARGE} cases: {} s", filled.as_secs())?;
    }
    say!("\n- resident memory of this process: {}", table::resident("self"))?;
    served::measure(folder)
}

/// The register alone, on each database there is.
fn measure_registers(folder: &Path, args: &Bench) -> Result<(), NotMeasured> {
    for url in std::iter::once(in_a_file(folder)).chain(args.database.clone()) {
        let (subject, _) = set_up(&url, &mut SeededRandom::new(1))?;
        say!("Measured on {url}\n")?;
        table::head()?;
        register::measure(&subject)?;
        say!("")?;
    }
    Ok(())
}

fn in_a_file(folder: &Path) -> DbUrl {
    DbUrl::Sqlite(folder.join("bench.db"))
}

/// The pretend schools on an empty database, and the DSL who measures; with how many concerns there are.
fn set_up(url: &DbUrl, random: &mut SeededRandom) -> Result<(Subject, usize), NotMeasured> {
    migrate::run(url)?;
    let db = Db::open(url, 4)?;
    let now = Clock::System.now();
    db.write(|tx| installation::mark(tx, Kind::Demo, now))?;
    let filled = fill(&db, "https://bench.invalid", now, random)?;
    let (dsl, token) = viewer(&db, Desk::Dsl, now)?;
    let candour = Candour::new(db.clone());
    Ok((Subject { db, candour, dsl, token, now }, filled.concerns))
}

fn logging(on: &Subject) -> Result<(), NotMeasured> {
    let bare = bare_commits(on)?;
    bare.row("bare commit of one 1 KB row", &format!("{:.0} a second: the limit of this run", bare.rate()))?;
    let (statements, commits) = (on.db.statements(), on.db.commits());
    let logged = log_concerns(on, Duration::ZERO)?;
    let each = |after: u64, before: u64| (after - before) / u64::try_from(TIMES).unwrap_or(1);
    logged.row(
        "log a concern, form to durable row, audit log and outbox, one after another",
        &format!(
            "{:.2} of the bare rate; {} statements, {} commit",
            logged.rate() / bare.rate(),
            each(on.db.statements(), statements),
            each(on.db.commits(), commits)
        ),
    )?;
    let paced = log_concerns(on, Duration::from_secs(1) / AT_ONCE)?;
    let ratio = paced.at(99) / bare.at(99).max(1e-9);
    paced.row(&format!("the same at {AT_ONCE} a second"), &format!("p99 is {ratio:.1} x the bare one"))?;
    Ok(())
}

fn pages(on: &Subject, many: usize) -> Result<(), NotMeasured> {
    let lists = [
        ("desk", Show::Queue),
        ("list of all open cases", Show::AllOpen),
        ("list of ended cases", Show::Ended),
    ];
    for (what, show) in lists {
        page(on, &format!("{what}, {many} cases"), |op| {
            desk::page(&on.candour, op, desk_query(show, op.now), &mut Randomness).map(drop)
        })?;
    }
    let op = resumed(on)?;
    let first = desk::page(&on.candour, &op, desk_query(Show::AllOpen, op.now), &mut Randomness)?.lines;
    let Some(line) = first.first() else { return Err(NotMeasured::NoPerson("in an open case")) };
    page(on, &format!("case, {many} cases"), |op| {
        read::case(&on.candour, op, &line.reference, &mut Randomness).map(drop)
    })
}

fn desk_query(show: Show, now: Instant) -> DeskQuery {
    DeskQuery { show, after: None, end_of_today: now + TimeDelta::hours(8) }
}

/// One page as a request sees it, but for HTTP and HTML: the session is found, the page read, the access
/// recorded.
fn page(
    on: &Subject,
    what: &str,
    mut once: impl FnMut(&Op) -> Result<(), ServiceError>,
) -> Result<(), NotMeasured> {
    let before = on.db.statements();
    let times = Times::of(TIMES, |_| once(&resumed(on)?).map_err(NotMeasured::from))?;
    let statements = (on.db.statements() - before) / u64::try_from(TIMES).unwrap_or(1);
    times.row(&format!("{what}, session and access log included"), &format!("{statements} statements"))?;
    Ok(())
}

fn resumed(on: &Subject) -> Result<Op, NotMeasured> {
    match on.db.read(|tx| sessions::resume(tx, &on.token, on.now))? {
        Session::Live(viewer) => {
            Ok(Op { viewer: *viewer, now: on.now, request: RequestId::draw(on.now, &mut Randomness) })
        }
        Session::Hidden | Session::None => Err(NotMeasured::NoPerson("signed in")),
    }
}

/// The latest of the terms the cases are spread over, and then all of them as if they were one term's.
fn statistics(on: &Subject, many: usize) -> Result<(), NotMeasured> {
    let ten_years = TimeDelta::days(3_650);
    for (what, length) in
        [("a thirtieth of them in the term", ten_years / TERMS), ("all in one term", ten_years)]
    {
        let term = Term {
            key: TermKey { school_year: 2026, season: Season::Autumn },
            first: (on.now - length).date_naive(),
            last: on.now.date_naive(),
            from: on.now - length,
            until: on.now,
        };
        let no_one = BTreeSet::new();
        let times =
            Times::of(5, |_| on.db.read(|tx| counts::of_term(tx, &on.dsl, &term, &no_one)).map(drop))?;
        times.row(&format!("term statistics, {many} cases, {what}"), "")?;
    }
    Ok(())
}

/// Fills the school up with copies of the pretend school's own cases, spread over ten years.
fn add_copies(on: &Subject, wanted: usize, random: &mut dyn Random) -> Result<(), NotMeasured> {
    let op = resumed(on)?;
    let (ended, open) = (originals(on, &op, Show::Ended)?, originals(on, &op, Show::AllOpen)?);
    let apart = TimeDelta::days(3_650) / i32::try_from(wanted.max(1)).unwrap_or(i32::MAX);
    let mut at = on.now - TimeDelta::days(3_650);
    let all: Vec<usize> = (0..wanted).collect();
    for some in all.chunks(2_000) {
        let mut copied = Vec::with_capacity(some.len());
        for n in some {
            at += apart;
            let of = if n % OPEN_EACH == 0 { &open } else { &ended };
            let mut copy = of[n % of.len()].clone();
            copy.id = CaseId::draw(at, random);
            copy.submitted_at = at;
            for concern in &mut copy.concerns {
                concern.id = ConcernId::draw(at, random);
            }
            copied.push(copy);
        }
        on.db.write(|tx| copies::add(tx, copied, random))?;
    }
    Ok(())
}

/// Cases to copy, of those the measuring person can open; ended ones only if a report counts them.
fn originals(on: &Subject, op: &Op, show: Show) -> Result<Vec<Case>, NotMeasured> {
    let found = on.db.read(|tx| {
        let lines = lists::list(tx, &op.viewer, show, None, 100)?;
        let found = lines.iter().map(|line| cases::find(tx, &op.viewer, &line.reference));
        found.collect::<Result<Vec<Case>, StoreError>>()
    })?;
    let counted: Vec<Case> =
        found.into_iter().filter(|case| case.status.is_open() || Tally::of(case).is_some()).collect();
    if counted.is_empty() { Err(NotMeasured::NoPerson("in a case to copy")) } else { Ok(counted) }
}

fn viewer(db: &Db, desk: Desk, now: Instant) -> Result<(Viewer, String), NotMeasured> {
    let random = &mut Randomness;
    let token = Reference::draw(random).to_string();
    let session = db.write(|tx| {
        for school in schools::all(tx)? {
            let Some(person) = staff::roster(tx, school.id, now)?.holders(desk).into_iter().next() else {
                continue;
            };
            let account = sessions::account_of_person(tx, school.id, person)?;
            let Some(place) = sessions::places(tx, account)?.into_iter().find(|p| p.school == school.id)
            else {
                continue;
            };
            let new = NewSession {
                token_hash: &token,
                account,
                place: &place,
                csrf: "bench",
                provider: "bench",
                context: Default::default(),
            };
            sessions::start(tx, &new, now, random)?;
            return sessions::resume(tx, &token, now);
        }
        Ok::<_, StoreError>(Session::None)
    })?;
    match session {
        Session::Live(viewer) => Ok((*viewer, token)),
        Session::Hidden | Session::None => Err(NotMeasured::NoPerson(desk.words())),
    }
}

fn draft(now: Instant) -> Result<Draft, TextError> {
    let category = categories::find("CP-CONCERN").unwrap_or(&categories::all()[0]).code;
    let happened = Narrative::parse(&"A pupil said something that worried me. ".repeat(25))?;
    Ok(Draft::of(category, happened, now))
}

fn bare_commits(on: &Subject) -> Result<Times, NotMeasured> {
    let kilobyte = "x".repeat(1_000);
    Times::of(TIMES, |n| {
        let form =
            Form { key: format!("bare-{n}"), address: "/bench".to_owned(), digest: "bench".to_owned() };
        Ok(on.db.write(|tx| forms::keep(tx, &on.dsl, &form, &kilobyte))?)
    })
}

fn log_concerns(on: &Subject, apart: Duration) -> Result<Times, NotMeasured> {
    let draft = draft(on.now)?;
    let op = resumed(on)?;
    Times::paced(TIMES, apart, |n| {
        let key = format!("log-{}-{n}", apart.as_millis());
        let form = Form { key, address: "/report".to_owned(), digest: "bench".to_owned() };
        Ok(report::lodge(&on.candour, &op, &draft, &form, &mut Randomness).map(drop)?)
    })
}
