//! What a case page gives to no one: the parts of another case, what only the lead reads, and script.

use super::*;

/// P4: what belongs to another case is not found below this one, and nothing changes.
#[apply(both_databases!)]
async fn p4_a_child_of_another_case_is_not_found(db: TestDb) {
    let school = School::open(db).await;
    let (mine, other) = (accident(&school), accident(&school));
    let olive = open(&school, Cast::OnlineSafety).await;
    for (page, fields) in [
        ("task", &[("what", "Ring"), ("due-day", "1"), ("due-month", "12"), ("due-year", "2026")][..]),
        ("refer", &[("body", "lado"), ("made_at-when", "now")]),
    ] {
        let to = format!("/cases/{other}/{page}");
        done(&olive.submit(&to, &to, fields).await);
    }
    let case = olive.get(&format!("/cases/{other}")).await;
    let children: Vec<String> = led_to(&case, &format!("/cases/{other}"))
        .into_iter()
        .filter(|page| ["/tasks/", "/referrals/", "/people/"].iter().any(|part| page.contains(part)))
        .collect();
    assert!(children.len() >= 4, "{children:?}");
    let form = olive.get(&format!("/cases/{mine}/note")).await;
    for child in children {
        let crossed = child.replace(other.as_str(), mine.as_str());
        assert_eq!(olive.get(&crossed).await.status, StatusCode::NOT_FOUND, "{crossed}");
        let fields =
            [("how", "So."), ("state", "done"), ("heard", "So."), ("role", "witness"), ("reason", "So.")];
        let posted = olive.submit_from(&form, &crossed, &fields).await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND, "{crossed}");
    }
}

/// The network desk, copied only, sees technical fields and the brief, and no word of the narrative.
#[apply(both_databases!)]
async fn a_copied_network_desk_sees_the_technical_part(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("CNT-AI");
    draft.subjects = vec![school.about(school.pupil("Zed Moor"), SubjectKind::Pupil, SubjectRole::Affected)];
    let reference = school.report(Cast::Teacher, &draft).reference;
    let case = format!("/cases/{reference}");
    let olive = open(&school, Cast::OnlineSafety).await;
    let brief = format!("{case}/brief");
    done(&olive.submit(&brief, &brief, &[("brief", "Check the proxy log.")]).await);
    let ned = open(&school, Cast::Network).await;
    // He works in both schools and says in which he is now.
    let here = school.school.to_string();
    done(&ned.submit("/schools", "/schools", &[("school", here.as_str())]).await);
    let seen = ned.get(&case).await;
    right(&seen, StatusCode::OK);
    assert!(seen.body.contains("Check the proxy log.") && seen.body.contains("hxxp://bad[.]example/x"));
    for canary in ["Something happened in period two", "Zed Moor", "Tessa Teach"] {
        assert!(!seen.body.contains(canary), "{canary}");
    }
    let note = ned.get(&format!("{case}/note")).await;
    assert_eq!(note.status, StatusCode::FORBIDDEN);
}

/// Words are shown as words, whatever they hold (H1).
#[apply(both_databases!)]
async fn h1_script_in_a_note_stays_words(db: TestDb) {
    let school = School::open(db).await;
    let reference = accident(&school);
    let case = format!("/cases/{reference}");
    let olive = open(&school, Cast::OnlineSafety).await;
    let to = format!("{case}/note");
    done(&olive.submit(&to, &to, &[("note", "<script>alert(1)</script>\n\"two\"")]).await);
    let shown = olive.get(&case).await;
    right(&shown, StatusCode::OK);
    assert!(!shown.body.contains("<script>alert"));
}
