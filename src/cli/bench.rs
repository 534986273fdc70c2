//! `candour bench`: the bars of the design, measured on this machine, beside the bare rate of the same database in the
//! same run. It works in a folder of its own, on a database marked as a demonstration, and removes it.

use super::demo::{Unfilled, chance::Seeded, fill};
use crate::{
    domain::{
        case::{self, Act},
        category,
        clock::Instant,
        concern::{AtRisk, Draft, InPerson},
        ids::{Reference, RequestId},
        people::Desk,
        routing::{AdultAnswer, PersonalData},
        text::{Narrative, Summary, TextError},
    },
    service::{
        Op, ServiceError,
        clock::{Clock, Randomness},
        desk::{self, Asked},
        read, report,
    },
    store::{
        Db, DbUrl, Kind, StoreError, Viewer,
        cases::{self, Show},
        forms::{self, Form},
        installation, migrate, schools,
        sessions::{self, NewSession, Session},
        staff,
    },
    web::assets,
};
use chrono::TimeDelta;
use std::{
    path::Path,
    time::{Duration, Instant as Stopwatch},
};

/// What `candour bench` is given.
#[derive(Debug, clap::Args)]
pub struct Bench {
    /// How many cases the school has
    #[arg(long, default_value_t = 15_000)]
    cases: usize,
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
    /// A fixed text does not fit its field.
    #[error("a fixed text does not fit: {0}")]
    Text(#[from] TextError),
    /// The pretend school lacks somebody.
    #[error("the pretend school has nobody who is {0}")]
    Nobody(&'static str),
}

const FOLDER: &str = "var/bench";
/// How often each thing is measured.
const TIMES: usize = 300;

/// Measures, and prints a table in Markdown.
pub fn run(args: &Bench) -> Result<(), NotMeasured> {
    std::fs::create_dir_all(FOLDER)?;
    let measured = measure(&Path::new(FOLDER).join("bench.db"), args.cases);
    std::fs::remove_dir_all(FOLDER)?;
    measured
}

fn measure(path: &Path, wanted: usize) -> Result<(), NotMeasured> {
    let url = DbUrl::Sqlite(path.to_owned());
    migrate::run(&url)?;
    let start = Stopwatch::now();
    let db = Db::open(&url, 4)?;
    let opened = start.elapsed();
    let now = Clock::System.now();
    db.write(|tx| installation::mark(tx, Kind::Demo, now))?;
    let random = &mut Seeded::new(1);
    let filled = fill(&db, "https://bench.invalid", now, random)?;
    let dsl = viewer(&db, Desk::Dsl, now)?;
    let head = viewer(&db, Desk::Head, now)?;
    add_ended_cases(&db, &head, wanted.saturating_sub(filled.concerns), now, random)?;

    let bare = bare_commits(&db, &dsl)?;
    let logged = log_concerns(&db, &dsl, now)?;
    let op = Op { viewer: dsl, now, request: RequestId::draw(now, &mut Randomness) };
    let (desk_times, desk_statements) = many(&db, || {
        let asked = Asked { show: Show::AllOpen, after: None, end_of_today: now + TimeDelta::hours(8) };
        desk::page(&db, &op, asked, &mut Randomness).map(drop)
    })?;
    let asked = Asked { show: Show::AllOpen, after: None, end_of_today: now };
    let first = desk::page(&db, &op, asked, &mut Randomness)?.lines;
    let Some(line) = first.first() else { return Err(NotMeasured::Nobody("in an open case")) };
    let (case_times, case_statements) =
        many(&db, || read::case(&db, &op, &line.reference, &mut Randomness).map(drop))?;

    println!("| what | p50 | p95 | p99 | beside |");
    println!("|---|---|---|---|---|");
    row("bare commit of one 1 KB row", &bare, "the limit of this disk in this run");
    let ratio = at(&logged, 99).as_secs_f64() / at(&bare, 99).as_secs_f64().max(1e-9);
    row(
        "log a concern, form to durable row, trail and outbox",
        &logged,
        &format!("p99 is {ratio:.1} x the bare one"),
    );
    row(
        &format!("list page with {wanted} cases, look kept"),
        &desk_times,
        &format!("{desk_statements} statements"),
    );
    row(
        &format!("case page with {wanted} cases, look kept"),
        &case_times,
        &format!("{case_statements} statements"),
    );
    println!();
    println!("- the statement that finds the session comes on top of each page");
    println!("- opening the database: {} ms", opened.as_millis());
    println!("- resident memory: {}", resident());
    println!("- style, script and font of a first page, brotli: {} KB", first_load() / 1024);
    Ok(())
}

fn viewer(db: &Db, desk: Desk, now: Instant) -> Result<Viewer, NotMeasured> {
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
                came: Default::default(),
            };
            sessions::start(tx, &new, now, random)?;
            return sessions::resume(tx, &token, now);
        }
        Ok::<_, StoreError>(Session::None)
    })?;
    match session {
        Session::Live(viewer) => Ok(*viewer),
        Session::Hidden | Session::None => Err(NotMeasured::Nobody(desk.words())),
    }
}

fn draft(now: Instant) -> Result<Draft, TextError> {
    Ok(Draft {
        category: category::find("CP-CONCERN").unwrap_or(&category::all()[0]).code,
        happened: Narrative::parse(&"A pupil said something that worried me. ".repeat(25))?,
        noticed_at: now,
        at_risk: AtRisk::No,
        adult: AdultAnswer::No,
        subjects: Vec::new(),
        told: Vec::new(),
        in_person: InPerson::NotAsked,
        personal_data: PersonalData::NotInvolved,
        place: None,
        device: None,
        app: None,
        web: None,
        how_known: None,
        already_done: None,
    })
}

/// Fills the school up with cases that have ended, through the same verbs as everything else.
fn add_ended_cases(
    db: &Db,
    by: &Viewer,
    wanted: usize,
    now: Instant,
    random: &mut Seeded,
) -> Result<(), NotMeasured> {
    let draft = draft(now)?;
    let why = Summary::parse("Looked into; nothing more was needed.")?;
    let (school, roster) = db.read(|tx| {
        Ok::<_, StoreError>((schools::find(tx, by.school())?, staff::roster(tx, by.school(), now)?))
    })?;
    let dsl = viewer(db, Desk::Dsl, now)?;
    for batch in (0..wanted).collect::<Vec<_>>().chunks(250) {
        db.write(|tx| {
            for n in batch {
                let at = now - TimeDelta::minutes(i64::try_from(*n).unwrap_or(0) + 60);
                let standing = by.at(at).standing().clone();
                let reference = Reference::draw(random);
                let mut act =
                    Act::new(&standing, &roster, &school.calendar, school.settings.adult_lead, random);
                let opened = case::lodge(&draft, reference, &[], &mut act).event;
                cases::open(tx, &opened, random)?;
                let standing = dsl.at(at).standing().clone();
                let mut act =
                    Act::new(&standing, &roster, &school.calendar, school.settings.adult_lead, random);
                if let Ok(ended) = opened.case().no_case(&why, &mut act) {
                    cases::record(tx, opened.case(), &ended, random)?;
                }
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(())
}

fn bare_commits(db: &Db, by: &Viewer) -> Result<Vec<Duration>, NotMeasured> {
    let kilobyte = "x".repeat(1_000);
    timed(|n| {
        let form =
            Form { key: format!("bare-{n}"), address: "/bench".to_owned(), digest: "bench".to_owned() };
        db.write(|tx| forms::keep(tx, by, &form, &kilobyte))
    })
}

fn log_concerns(db: &Db, by: &Viewer, now: Instant) -> Result<Vec<Duration>, NotMeasured> {
    let draft = draft(now)?;
    let op = Op { viewer: by.clone(), now, request: RequestId::draw(now, &mut Randomness) };
    timed(|n| {
        let form =
            Form { key: format!("log-{n}"), address: "/report".to_owned(), digest: "bench".to_owned() };
        report::lodge(db, &op, &draft, &form, &mut Randomness).map(drop)
    })
}

fn many(
    db: &Db,
    mut once: impl FnMut() -> Result<(), ServiceError>,
) -> Result<(Vec<Duration>, u64), NotMeasured> {
    let before = db.statements();
    let times = timed(|_| once())?;
    let each = (db.statements() - before) / u64::try_from(TIMES).unwrap_or(1);
    Ok((times, each))
}

fn timed<E: Into<NotMeasured>>(
    mut once: impl FnMut(usize) -> Result<(), E>,
) -> Result<Vec<Duration>, NotMeasured> {
    let mut times = Vec::with_capacity(TIMES);
    for n in 0..TIMES {
        let start = Stopwatch::now();
        once(n).map_err(Into::into)?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times)
}

fn at(times: &[Duration], percent: usize) -> Duration {
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn row(what: &str, times: &[Duration], beside: &str) {
    let ms = |percent| format!("{:.1} ms", at(times, percent).as_secs_f64() * 1_000.0);
    println!("| {what} | {} | {} | {} | {beside} |", ms(50), ms(95), ms(99));
}

fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or_else(|| "not known on this system".to_owned(), |kb| kb.trim().to_owned())
}

fn first_load() -> usize {
    let wanted =
        [assets::APP_CSS, assets::APP_JS, assets::BOOT_JS, assets::ATKINSON_NEXT_WOFF2, assets::MARK_SVG];
    let small = |path| assets::find(path).map_or(0, |asset| asset.br.unwrap_or(asset.raw).len());
    wanted.into_iter().map(small).sum()
}
