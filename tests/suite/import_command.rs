//! `candour import people` as it is typed: what it prints, what it writes, and the code it ends with.

use crate::{
    command_line::candour,
    commands::{configured, mark},
    databases::TestDb,
    people_lists::{NamedText, one_roster, sims, upn},
    small_school::SmallSchool,
};
use candour::store::Kind;
use std::{fs, path::Path};

async fn imports(folder: &Path, more: &[&str]) -> (i32, String) {
    let mut arguments = vec!["import", "people", "list", "--config", "candour.toml"];
    arguments.extend(more);
    candour(folder, &arguments).await
}

fn put(folder: &Path, text: &str) {
    fs::write(folder.join("list"), text).unwrap();
}

fn pupils(rows: &[(&str, &str, &str, &str)]) -> String {
    sims(rows).text()
}

#[tokio::test]
async fn a_dry_run_says_what_would_happen_and_writes_nothing() {
    let db = TestDb::sqlite();
    SmallSchool::new(&db);
    let folder = configured(&db);
    let before = db.count("people");
    put(folder.path(), &pupils(&[(&upn(801_200_005_001), "Osei", "Amara", "7")]));
    let (code, printed) = imports(folder.path(), &["--dry-run"]).await;
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("Meadow School: a list of pupils from SIMS"), "{printed}");
    assert!(printed.contains("would be new: 1\n  Amara Osei, Year 7 (list, line 2)\n"), "{printed}");
    assert_eq!(db.count("people"), before);
    let (code, printed) = imports(folder.path(), &[]).await;
    assert!(code == 0 && printed.contains("\nnew: 1\n") && printed.contains("\nImported.\n"), "{printed}");
    assert_eq!(db.count("people"), before + 1);
    let (code, printed) = imports(folder.path(), &[]).await;
    assert!(code == 0 && printed.contains("\nas before: 1\n"), "{printed}");
}

#[tokio::test]
async fn every_rejected_row_is_told_with_its_file_line_value_and_reason() {
    let db = TestDb::sqlite();
    SmallSchool::new(&db);
    let folder = configured(&db);
    put(
        folder.path(),
        &pupils(&[
            (&upn(801_200_005_001), "Osei", "Amara", "7"),
            ("A801200005001", "Reid", "Maisie", "8"),
            (&upn(801_200_005_002), "<script>", "Kit", "8"),
        ]),
    );
    for more in [&["--dry-run"][..], &[]] {
        let (code, printed) = imports(folder.path(), more).await;
        assert_eq!(code, 1, "{printed}");
        assert!(printed.contains("rejected: 2\n"), "{printed}");
        let told = "  list, line 3: Unique pupil number (UPN) has a first letter that does not fit its figures. \
            \"A801200005001\" Check the number";
        assert!(printed.contains(told), "{printed}");
        assert!(printed.contains("list, line 4: Legal surname has a character"), "{printed}");
    }
    assert_eq!(db.count("people WHERE kind = 'pupil'"), 0, "nothing was written");
}

#[tokio::test]
async fn leavers_are_confirmed_by_their_number_or_the_list_is_called_a_part() {
    let db = TestDb::sqlite();
    SmallSchool::new(&db);
    let folder = configured(&db);
    let (one, two) = (upn(801_200_005_001), upn(801_200_005_002));
    put(folder.path(), &pupils(&[(&one, "Osei", "Amara", "7"), (&two, "Reid", "Maisie", "8")]));
    assert_eq!(imports(folder.path(), &[]).await.0, 0);
    put(folder.path(), &pupils(&[(&one, "Osei", "Amara", "7")]));
    let (code, printed) = imports(folder.path(), &[]).await;
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.contains("check this: 1 of 2 pupils would leave.") && printed.contains("--leavers 1"),
        "{printed}"
    );
    // The dry run ends as the import would, unless the number is the right one.
    for (more, ends) in [(&[][..], 1), (&["--leavers", "2"], 1), (&["--leavers", "1"], 0), (&["--part"], 0)] {
        let (code, printed) = imports(folder.path(), &[&["--dry-run"], more].concat()).await;
        assert_eq!(code, ends, "{more:?}: {printed}");
        assert_eq!(
            printed.contains("confirm their number with --leavers 1"),
            ends == 1,
            "{more:?}: {printed}"
        );
    }
    let (code, printed) = imports(folder.path(), &["--leavers", "2"]).await;
    assert!(code == 1 && printed.contains("confirm their number with --leavers 1"), "{printed}");
    assert_eq!(db.count("people WHERE left_at IS NOT NULL"), 0);
    assert_eq!(imports(folder.path(), &["--part"]).await.0, 0);
    assert_eq!(db.count("people WHERE left_at IS NOT NULL"), 0);
    let (code, printed) = imports(folder.path(), &["--leavers", "1"]).await;
    assert!(code == 0 && printed.contains("\nleavers: 1\n  Maisie Reid, pupils\n"), "{printed}");
}

#[tokio::test]
async fn what_cannot_run_ends_with_2_and_says_why() {
    let db = TestDb::sqlite();
    SmallSchool::new(&db);
    let folder = configured(&db);
    let (code, printed) = imports(folder.path(), &[]).await;
    assert_eq!(
        (code, printed.as_str()),
        (2, "list cannot be read: No such file or directory (os error 2)\n")
    );
    put(folder.path(), "Alpha,Beta\n1,2\n");
    let (code, printed) = imports(folder.path(), &[]).await;
    assert!(
        code == 2 && printed.contains("on the page Import people, where you say which column is which"),
        "{printed}"
    );
    put(folder.path(), "PK\u{3}\u{4} not really a zip");
    let (code, printed) = imports(folder.path(), &[]).await;
    assert_eq!(code, 2, "{printed}");
    put(folder.path(), &pupils(&[(&upn(801_200_005_001), "Osei", "Amara", "7")]));
    let (code, printed) = imports(folder.path(), &["--school", "nowhere"]).await;
    assert!(code == 2 && printed.contains("the schools are: meadow"), "{printed}");
    SmallSchool::called(&db, "hill", "Hill School");
    let (code, printed) = imports(folder.path(), &[]).await;
    assert!(code == 2 && printed.contains("name the school with --school"), "{printed}");
    let elsewhere = candour(folder.path(), &["import", "people", "list", "--config", "nowhere.toml"]).await;
    assert_eq!(elsewhere.0, 2, "{}", elsewhere.1);
    mark(db.db(), Kind::Demo);
    let (code, printed) = imports(folder.path(), &["--school", "hill"]).await;
    assert!(code == 2 && printed.starts_with("this is the demonstration's database"), "{printed}");
    assert_eq!(db.count("people WHERE kind = 'pupil'"), 0);
}

#[tokio::test]
async fn a_folder_is_a_bundle_and_says_how_far_it_is() {
    let db = TestDb::sqlite();
    SmallSchool::new(&db);
    let folder = configured(&db);
    let list = folder.path().join("list");
    fs::create_dir(&list).unwrap();
    for file in one_roster(450) {
        fs::write(list.join(&*file.name), &file.bytes).unwrap();
    }
    let (code, printed) = imports(folder.path(), &[]).await;
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("Meadow School: a OneRoster 1.2 bundle"), "{printed}");
    assert!(printed.contains("written: 200 of 450 people\n"), "{printed}");
    assert!(printed.contains("written: 450 of 450 people\n"), "{printed}");
    assert_eq!(db.count("people WHERE kind = 'pupil'"), 405);
}
