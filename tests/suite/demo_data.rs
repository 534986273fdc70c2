//! The demonstration's pretend schools: held to the figures they are made from, whole in the audit log, the same each time.

use crate::databases::TestDb;
use candour::{
    demo::{
        self, PretendSchools,
        chance::SeededRandom,
        figures::{self, Ending},
    },
    domain::{case::Outcome, school::categories},
    service::people::duties,
    store::{
        Kind,
        db::installation,
        record::audit::{self, Verdict},
    },
};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};
use std::collections::BTreeMap;

const ISSUER: &str = "http://127.0.0.1:8701";

fn filled(at: &str) -> (TestDb, PretendSchools) {
    let (db, at) = (TestDb::sqlite(), at.parse().unwrap());
    db.write(|tx| installation::mark(tx, Kind::Demo, at)).unwrap();
    let filled = demo::fill(db.db(), ISSUER, at, &mut SeededRandom::new(1)).unwrap();
    (db, filled)
}

#[derive(QueryableByName)]
struct Document {
    #[diesel(sql_type = Text)]
    school_id: String,
    #[diesel(sql_type = Text)]
    document: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    many: i64,
}

fn documents(db: &TestDb, school: &str) -> Vec<serde_json::Value> {
    let candour::store::DbUrl::Sqlite(path) = db.url() else { unreachable!() };
    let mut file = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let all: Vec<Document> = sql_query("SELECT school_id, document FROM cases").load(&mut file).unwrap();
    let of_school = all.into_iter().filter(|row| row.school_id == school);
    of_school.map(|row| serde_json::from_str(&row.document).unwrap()).collect()
}

/// If nobody's role changed, no case moves: 18 months of cases are where routing has them.
#[test]
fn no_case_moves_where_no_duty_changed() {
    let now = "2026-11-20T14:20:00Z";
    let (db, filled) = filled(now);
    for school in &filled.schools {
        duties::follow_what_changed(&db, school.row.id, now.parse().unwrap(), &mut SeededRandom::new(2))
            .unwrap();
    }
    assert_eq!(db.count("audit_entries WHERE act = 'follow'"), 0);
    assert_eq!(db.count("roster_follow_ups"), 2);
}

/// Within 10 %, or within so many cases if a tenth is less than that.
fn near(found: usize, expected: f64, at_least: f64) -> bool {
    (found as f64 - expected).abs() <= (expected / 10.0).max(at_least)
}

#[test]
fn the_schools_are_as_the_figures_say() {
    let (db, filled) = filled("2026-11-20T14:20:00Z");
    let secondary = documents(&db, &filled.schools[0].row.id.to_string());
    // Both ends of a link name each other: what a filtering case names is the case it was opened from.
    let linked: Vec<&str> = secondary
        .iter()
        .filter(|case| case["concerns"][0]["category"] != "FIL-FAIL")
        .flat_map(|case| case["linked"].as_array().unwrap())
        .map(|id| id.as_str().unwrap())
        .collect();
    let reported: Vec<_> =
        secondary.iter().filter(|case| !linked.contains(&case["id"].as_str().unwrap())).collect();

    let mut months: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &reported {
        *months.entry(&case["submitted_at"].as_str().unwrap()[..7]).or_default() += 1;
    }
    for month in ["2025-06", "2025-07", "2025-09", "2025-12", "2026-01", "2026-03", "2026-07", "2026-10"] {
        let figure = figures::SECONDARY_A_MONTH[month[5..].parse::<usize>().unwrap() - 1];
        assert!(near(months[month], f64::from(figure), 1.0), "{month}: {} for {figure}", months[month]);
    }

    let of = |code: &str| reported.iter().filter(|case| case["concerns"][0]["category"] == code).count();
    for (code, share) in figures::CATEGORIES {
        let expected = reported.len() as f64 * f64::from(*share) / 1_000.0;
        // What is shown on purpose may be more than the share of a rare category.
        assert!(near(of(code), expected, 1.0) || expected < 5.0, "{code}: {} for {expected:.1}", of(code));
    }

    let group = |case: &&&serde_json::Value| {
        categories::find(case["concerns"][0]["category"].as_str().unwrap()).unwrap().group
    };
    // Quick endings are over-represented among the newest cases, so only those that have all ended are counted.
    let old = |case: &&&serde_json::Value| case["submitted_at"].as_str() < Some("2026-08");
    let ended: Vec<_> =
        reported.iter().filter(|case| !case["closed_at"].is_null()).filter(|case| old(case)).collect();
    assert_eq!(ended.len(), reported.iter().filter(|case| old(case)).count(), "old cases have ended");
    let mut wanted: BTreeMap<Ending, f64> = BTreeMap::new();
    for case in &ended {
        for (ending, share) in figures::endings(group(case)) {
            *wanted.entry(*ending).or_default() += f64::from(*share) / 100.0;
        }
    }
    for (ending, expected) in wanted {
        let found = ended.iter().filter(|case| ends(case) == ending).count();
        // A rare ending is a whole case or none in each of several groups.
        assert!(near(found, expected, 2.0), "{ending:?}: {found} for {expected:.1}");
    }
    let open = reported.iter().filter(|case| case["closed_at"].is_null()).count();
    assert!((20..90).contains(&open), "{open} open");
}

fn ends(case: &serde_json::Value) -> Ending {
    if case["status"] == "no_case" {
        return Ending::NoCase;
    }
    Ending::Closed(case["proposal"]["outcome"].as_str().unwrap().parse::<Outcome>().unwrap())
}

#[test]
fn the_audit_log_is_whole_and_the_clocks_that_matter_run() {
    let (db, filled) = filled("2026-11-22T00:20:00Z");
    for school in &filled.schools {
        let verdict = db.read(|tx| audit::verify(tx, school.row.id, None)).unwrap();
        assert!(matches!(verdict, Verdict::Whole { entries, .. } if entries > 100), "{verdict:?}");
    }
    for school in &filled.schools {
        let candour::store::DbUrl::Sqlite(path) = db.url() else { unreachable!() };
        let mut file = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        let published = sql_query(
            "SELECT count(*) AS many FROM audit_entries WHERE act = 'publish_term_report' AND school_id = ?",
        )
        .bind::<Text, _>(school.row.id.to_string())
        .get_result::<Count>(&mut file);
        assert_eq!(published.unwrap().many, 4, "summer 2025 to summer 2026");
    }
    let secondary = documents(&db, &filled.schools[0].row.id.to_string());
    let open = |code: &str| -> Vec<&serde_json::Value> {
        secondary.iter().filter(|case| case["category"] == code && case["closed_at"].is_null()).collect()
    };
    let running = |case: &serde_json::Value, kind: &str| {
        let dues = case["dues"].as_array().unwrap();
        dues.iter().any(|due| {
            due["kind"] == kind && due["state"] == "running" && due["due"].as_str() > Some("2026-11-22")
        })
    };
    assert!(open("DAT-LOSS").iter().any(|case| running(case, "ico_report")), "seventy-two hours run");
    assert!(
        open("CNT-GROOM").iter().any(|case| !case["hold"].is_null() && case["status"] == "awaiting_external")
    );
    assert!(open("STF-PUPIL-CONTACT").iter().any(|case| case["referrals"][0]["body"] == "lado"));
    assert!(
        open("FIL-FAIL")
            .iter()
            .any(|case| !case["fix"].is_null() && case["retests"] == serde_json::json!([]))
    );
    let dsl = filled.schools[0].cast["dsl"].to_string();
    let about_dsl = |case: &&&serde_json::Value| case["exclusions"][&dsl]["scope"] == "all";
    assert_eq!(open("STF-LLC").iter().filter(about_dsl).count(), 1, "one is about the DSL");
}

#[test]
fn the_same_day_and_seed_give_the_same_schools() {
    let hash = |filled: &(TestDb, PretendSchools)| {
        filled.0.read(|tx| audit::head(tx, filled.1.schools[1].row.id)).unwrap()
    };
    let at = "2026-08-15T22:00:00Z";
    assert_eq!(hash(&filled(at)), hash(&filled(at)));
}
